using System.Text.Json;
using Braid.Channels.Common;

namespace Braid.Channels.Line;

internal sealed class LineReceiver : IReceiver<LineSettings>
{
    public Verdict Verify(WebhookRequest request, LineSettings settings) =>
        settings.ChannelSecret.Length > 0
        && request.HeaderEquals("x-line-signature", Signatures.HmacSha256Base64(settings.ChannelSecret, request.Body.Span))
            ? new Verdict.Genuine()
            : new Verdict.Forged("x-line-signature does not match the channel secret");

    public Reading Read(RawDelivery delivery, LineSettings settings) =>
        ChannelJson.Read(delivery, "a LINE webhook", json =>
        {
            if (json.Get("events").ValueKind != JsonValueKind.Array) { return new Reading.Unreadable("not a LINE webhook: it has no events"); }

            var events = new List<InboundEvent>();
            var skipped = new List<string>();
            var news = new List<AccountNews>();
            foreach (var item in json.Items("events")) { ReadEvent(new(item), events, skipped, news); }
            return events.Count > 0
                ? new Reading.Events(events) { Skipped = skipped, News = news }
                : new Reading.Ignored(skipped.Count == 0 ? "no events: LINE checks the address" : string.Join("; ", skipped)) { News = news };
        });

    private static void ReadEvent(LineEvent item, List<InboundEvent> events, List<string> skipped, List<AccountNews> news)
    {
        switch (item.Type)
        {
            case "message" when Common(item, item.Json.Get("message").Id("id")) is { } e:
                events.Add(LineContent.Fill(e, item.Json.Get("message"), item.ReplyToken));
                break;
            case "postback" when Common(item, item.EventId) is { } e:
                events.Add(e with
                {
                    Kind = InboundKind.Postback,
                    Payload = item.Json.Get("postback").Text("data"),
                    Extra = LineContent.Extra(item.Json.Get("postback").Get("params"), ("replyToken", item.ReplyToken)),
                });
                break;
            case "unsend" when Common(item, item.Json.Get("unsend").Id("messageId")) is { } e:
                events.Add(e with { Kind = InboundKind.Delete, TargetKey = e.ExternalId, EventId = item.EventId });
                break;
            case "message" or "postback" or "unsend":
                skipped.Add($"{item.Type} without id or chat");
                break;
            case "botSuspended" or "deactivated":
                news.Add(new(NewsKind.Warning, item.Type == "botSuspended" ? "LINE suspended this account. Look into the LINE Official Account Manager." : "LINE took the chat away from this channel."));
                skipped.Add(item.Type);
                break;
            case "botResumed" or "activated":
                news.Add(new(NewsKind.Info, "LINE lets this account write again."));
                skipped.Add(item.Type);
                break;
            default:
                skipped.Add(item.Type switch
                {
                    "follow" => item.Json.Get("follow").Flag("isUnblocked") ? $"{item.UserId} unblocked the account" : $"{item.UserId} added the account as a friend",
                    "unfollow" => $"{item.UserId} blocked the account",
                    "join" => "the account joined a group",
                    "leave" => "the account left a group",
                    var other => $"{other}: no content for us",
                });
                break;
        }
    }

    private static InboundEvent? Common(LineEvent item, string? id) => id is null || item.ThreadId is not { } thread ? null : new InboundEvent(InboundKind.Message)
    {
        ExternalId = id,
        ThreadId = thread,
        Audience = item.IsGroup ? Audience.Shared : Audience.Private,
        // A guest's device in a group tells no user: nobody may be taken for somebody else.
        Sender = item.UserId is { } user ? new Sender(user) : new Sender(id) { Anonymous = true },
        Timestamp = item.Json.Epoch("timestamp"),
        Standby = item.Json.Text("mode") == "standby",
    };
}

/// <summary>The wire fields every event has.</summary>
internal readonly record struct LineEvent(JsonElement Json)
{
    private JsonElement Source => Json.Get("source");

    public string Type => Json.Text("type") ?? "unknown";
    public string? EventId => Json.Id("webhookEventId");
    public string? ReplyToken => Json.Id("replyToken");
    public string? UserId => Source.Id("userId");
    public bool IsGroup => Source.Id("groupId") is not null || Source.Id("roomId") is not null;
    public string? ThreadId => Source.Id("groupId") ?? Source.Id("roomId") ?? Source.Id("userId");
}
