using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.KakaoTalk;

internal sealed class KakaoTalkReceiver : IReceiver<KakaoTalkSettings>
{
    /// <summary>Kakao signs nothing: the address carries a key, and a header of the admin's own may carry a secret.</summary>
    public Verdict Verify(WebhookRequest request, KakaoTalkSettings settings) =>
        !string.IsNullOrEmpty(settings.WebhookSecret) && !request.HeaderEquals(settings.WebhookHeader, settings.WebhookSecret)
            ? new Verdict.Forged($"the header {settings.WebhookHeader} does not match")
            : new Verdict.Genuine(Answer(request.Body, settings));

    /// <summary>Dealers want a code; a chatbot must say something within 5 seconds, and may say the rest once, later.</summary>
    private static HttpReply Answer(ReadOnlyMemory<byte> body, KakaoTalkSettings settings)
    {
        var (skill, later) = (false, false);
        try
        {
            using var document = JsonDocument.Parse(body);
            var call = document.RootElement.Get("userRequest");
            (skill, later) = (call.IsObject(), call.Text("callbackUrl") is not null);
        }
        catch (JsonException)
        {
            // Kept and seen as unreadable; the answer is the dealer's.
        }

        JsonObject answer = !skill ? new() { ["code"] = "0" }
            : later ? new() { ["version"] = "2.0", ["useCallback"] = true, ["data"] = new JsonObject { ["text"] = settings.WaitingText } }
            : KakaoTalkSkill.Response([settings.WaitingText], []);
        return HttpReply.Text(answer.ToJsonString(KakaoTalkSkill.Plain), contentType: "application/json");
    }

    public Reading Read(RawDelivery delivery, KakaoTalkSettings settings) => ChannelJson.Read(delivery, "a KakaoTalk webhook", json =>
    {
        if (json.Get("userRequest").IsObject())
        {
            return KakaoTalkSkill.Read(json, $"{delivery.ReceivedAt.ToUnixTimeMilliseconds()}:{Hash(delivery.Body)}");
        }

        if (json.Id("user_key") is not { } user) { return new Reading.Unreadable("not a KakaoTalk webhook: it names no user"); }
        if (json.Text("type") is not { } type)
        {
            return new Reading.Ignored(json.Get("reference").Exists() || json.Get("last_reference").Exists() ? $"{user} begins a talk" : $"the talk with {user} is over until they write again");
        }

        var e = new InboundEvent(InboundKind.Message)
        {
            Account = json.Id("sender_key"), ExternalId = json.Id("serial_number"), ThreadId = user, Sender = new Sender(user), Timestamp = json.Epoch("time"),
            // Not all dealers number messages, and nobody says that the numbers are unique beyond the user.
            Key = $"{user}:{json.Id("serial_number") ?? $"{json.Id("time")}:{Hash(delivery.Body)}"}",
            Extra = json.Id("session_id") is { } session ? new Dictionary<string, string> { ["session"] = session } : [],
        };
        return new Reading.Events([Fill(e, json, type)]);
    });

    private static InboundEvent Fill(InboundEvent e, JsonElement json, string type) => type switch
    {
        "text" => e with { Text = json.Text("contents") ?? json.Text("content") },
        "photo" or "image" => File(e, AttachmentKind.Image, json),
        "video" => File(e, AttachmentKind.Video, json),
        "audio" => File(e, AttachmentKind.Audio, json),
        "file" => File(e, AttachmentKind.File, json),
        _ => e with { Status = "unsupported", Attachments = [new(AttachmentKind.Unknown) { Facts = new Dictionary<string, string> { ["content"] = type } }] },
    };

    /// <summary>Where the address and the name stand depends on the dealer.</summary>
    private static InboundEvent File(InboundEvent e, AttachmentKind kind, JsonElement json)
    {
        var attachment = json.Get("attachment");
        var file = new[] { attachment.Get("file"), attachment.Get("image"), attachment.Get("video"), attachment.Get("audio") }.FirstOrDefault(a => a.IsObject(), attachment);
        return e with
        {
            Attachments =
            [
                new(kind)
                {
                    Name = file.Text("name"), Size = file.Number("size"),
                    MediaRef = Address(json.Text("contents")) ?? Address(json.Text("content")) ?? Address(file.Text("url")) ?? Address(file.Text("image_url")),
                },
            ],
        };
    }

    private static string? Address(string? text) => Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is ("http" or "https") ? text : null;

    private static string Hash(ReadOnlyMemory<byte> body) => Convert.ToHexStringLower(SHA256.HashData(body.Span))[..16];
}
