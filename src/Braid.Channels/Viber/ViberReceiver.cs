using System.Text.Json;
using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.Viber;

internal sealed class ViberReceiver : IReceiver<ViberSettings>
{
    public Verdict Verify(WebhookRequest request, ViberSettings settings) =>
        settings.AuthToken.Length > 0
        && request.HeaderEquals("X-Viber-Content-Signature", Signatures.HmacSha256Hex(settings.AuthToken, request.Body.Span))
            ? new Verdict.Genuine(Welcome(request.Body, settings))
            : new Verdict.Forged("X-Viber-Content-Signature does not match the authentication token");

    public Reading Read(RawDelivery delivery, ViberSettings settings) =>
        ChannelJson.Read(delivery, "a Viber callback", json => json.Text("event") switch
        {
            null => new Reading.Unreadable("not a Viber callback: it names no event"),
            "message" => Message(json),
            "delivered" => Status(json, "delivered"),
            "seen" => Status(json, "read"),
            "failed" => Status(json, "failed"),
            "webhook" => new Reading.Ignored("Viber checks the address"),
            "conversation_started" => new Reading.Ignored($"{json.Get("user").Id("id")} opened the chat"),
            "subscribed" => new Reading.Ignored($"{json.Get("user").Id("id")} subscribed"),
            "unsubscribed" => new Reading.Ignored($"{json.Id("user_id")} unsubscribed: nothing can be sent until they write"),
            var other => new Reading.Ignored($"{other}: no content for us"),
        });

    private static Reading Message(JsonElement json)
    {
        var (sender, message) = (json.Get("sender"), json.Get("message"));
        if (json.Id("message_token") is not { } token || sender.Id("id") is not { } from) { return new Reading.Ignored("a message without token or sender"); }

        var e = new InboundEvent(InboundKind.Message)
        {
            ExternalId = token,
            ThreadId = from,
            // Viber puts this word where the user hides the name.
            Sender = new Sender(from) { Name = sender.Text("name") is { } name && name != "Subscriber" ? name : null, Language = sender.Text("language") },
            Timestamp = json.Epoch("timestamp"),
            Extra = sender.Text("country") is { Length: <= 10 } country ? new Dictionary<string, string> { ["country"] = country } : new Dictionary<string, string>(),
        };
        return new Reading.Events([ViberContent.Fill(e, message)]);
    }

    /// <summary>A token that is none of ours (other devices, other tools) finds no message and does no harm.</summary>
    private static Reading Status(JsonElement json, string status) => json.Id("message_token") is not { } token
        ? new Reading.Ignored("a receipt without token")
        : new Reading.Events(
        [
            new InboundEvent(InboundKind.Status)
            {
                ExternalId = token,
                TargetKey = token,
                ThreadId = json.Id("user_id"),
                Sender = json.Id("user_id") is { } user ? new Sender(user) : null,
                Status = status,
                Timestamp = json.Epoch("timestamp"),
                ErrorText = status == "failed" ? json.Text("desc") ?? "Viber could not deliver this." : null,
            },
        ]);

    /// <summary>The one message that may be said before the user writes travels in the answer itself.</summary>
    private static HttpReply? Welcome(ReadOnlyMemory<byte> body, ViberSettings settings)
    {
        if (string.IsNullOrWhiteSpace(settings.WelcomeText) || body.Span.IndexOf("\"conversation_started\""u8) < 0) { return null; }
        try
        {
            using var document = JsonDocument.Parse(body);
            if (document.RootElement.Text("event") != "conversation_started") { return null; }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null; // Genuine all the same; reading will say what is wrong with it.
        }

        var welcome = new JsonObject { ["sender"] = ViberMessages.Sender(settings), ["tracking_data"] = "welcome", ["type"] = "text", ["text"] = settings.WelcomeText };
        return new HttpReply(200, "application/json", JsonSerializer.SerializeToUtf8Bytes(welcome));
    }
}
