using System.Text.Json;
using Braid.Channels.Common;

namespace Braid.Channels.TikTok;

internal sealed class TikTokReceiver : IReceiver<TikTokSettings>
{
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    public Verdict Verify(WebhookRequest request, TikTokSettings settings)
    {
        if (request.Method == "GET")
        {
            return request.Query.GetValueOrDefault("challenge") is { Length: > 0 and <= 200 } challenge && challenge.All(char.IsAsciiLetterOrDigit)
                ? new Verdict.Challenge(HttpReply.Text(challenge))
                : new Verdict.Forged("no challenge to answer", 403);
        }

        var parts = (request.Header("TikTok-Signature") ?? "").Split(',').Select(p => p.Split('=', 2)).Where(p => p.Length == 2).ToLookup(p => p[0].Trim(), p => p[1].Trim());
        var (time, signature) = (parts["t"].FirstOrDefault(), parts["s"].FirstOrDefault());
        if (!Signatures.IsFresh(time, request.ReceivedAt, Tolerance)) { return new Verdict.Forged("the signature's time is missing or too old"); }
        return Secrets.Match(signature, Signatures.HmacSha256Hex(settings.AppSecret, Signatures.Join($"{time}.", request.Body.Span)))
            ? new Verdict.Genuine()
            : new Verdict.Forged("TikTok-Signature does not match the app secret");
    }

    public Reading Read(RawDelivery delivery, TikTokSettings settings) => ChannelJson.Read(delivery, "a TikTok webhook", json =>
    {
        if (json.Text("event") is not { } name) { return new Reading.Unreadable("not a TikTok webhook: it names no event"); }
        var ours = json.Id("user_openid");
        // The content is JSON inside a string.
        using var inner = json.Text("content") is { } text ? JsonDocument.Parse(text) : null;
        var content = inner?.RootElement ?? json.Get("content");
        return name switch
        {
            "im_receive_msg" or "im_send_msg" => TikTokMessages.Read(content, ours),
            "im_receive_msg_eu" => Withheld(ours),
            "im_mark_read_msg" => Seen(content, ours),
            "im_referral_msg" => new Reading.Ignored($"the customer came by {content.Get("referral").Text("source") ?? "a link"}; no message yet"),
            "im_receive_high_intent_comment" => TikTokComments.HighIntent(content, ours),
            "comment.update" => TikTokComments.Read(content, ours),
            _ => new Reading.Ignored($"{name}: no content for us"),
        };
    });

    /// <summary>TikTok says that somebody in Europe wrote, but neither who nor what.</summary>
    private static Reading.Ignored Withheld(string? ours)
    {
        const string words = "TikTok withholds a message of somebody in the EEA, Switzerland or the UK. Read and answer it in TikTok's own app.";
        return new(words) { News = [new AccountNews(NewsKind.Warning, words, ours)] };
    }

    private static Reading Seen(JsonElement content, string? ours)
    {
        if (content.Id("conversation_id") is not { } thread || content.Get("from_user").Id("id") is not { } person)
        {
            return new Reading.Ignored("seen, but by whom is not said");
        }

        return new Reading.Events(
        [
            new InboundEvent(InboundKind.Read)
            {
                Account = ours, Sender = new Sender(person) { Name = content.Text("from"), Username = content.Text("from") }, ThreadId = thread,
                Timestamp = content.Get("read").Epoch("last_read_timestamp") ?? content.Epoch("timestamp"),
            },
        ]);
    }
}
