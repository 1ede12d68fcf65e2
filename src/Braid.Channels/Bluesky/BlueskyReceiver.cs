using System.Globalization;
using System.Text.Json;
using Braid.Channels.Common;

namespace Braid.Channels.Bluesky;

/// <summary>Reads pages of notifications and of the chat log.</summary>
internal sealed class BlueskyReceiver : IReceiver<BlueskySettings>
{
    public Verdict Verify(WebhookRequest request, BlueskySettings settings) => new Verdict.Forged("Bluesky is asked for news, it calls no webhook.", 403);

    public Reading Read(RawDelivery delivery, BlueskySettings settings) =>
        ChannelJson.Read(delivery, "a page of Bluesky", json =>
        {
            var events = new List<InboundEvent>();
            var skipped = new List<string>();
            if (json.Get("notifications").ValueKind == JsonValueKind.Array)
            {
                foreach (var notification in json.Items("notifications")) { Notification(notification, events, skipped); }
            }
            else if (json.Get("logs").ValueKind == JsonValueKind.Array)
            {
                var chat = new BlueskyChat(settings.Did ?? json.Get("braid").Text("did"), json.Get("braid").Get("convos"), events, skipped);
                foreach (var log in json.Items("logs")) { chat.Read(log); }
            }
            else
            {
                return new Reading.Unreadable("not a page of Bluesky");
            }

            return events.Count == 0 ? new Reading.Ignored(skipped.Count == 0 ? "nothing new" : string.Join("; ", skipped)) : new Reading.Events(events) { Skipped = skipped };
        });

    public static DateTimeOffset? Time(JsonElement json, string name) =>
        DateTimeOffset.TryParse(json.Text(name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;

    private static void Notification(JsonElement json, List<InboundEvent> events, List<string> skipped)
    {
        var (author, record) = (json.Get("author"), json.Get("record"));
        if (json.Text("reason") is not ("mention" or "reply" or "quote"))
        {
            skipped.Add($"{json.Text("reason") ?? "a notification"}: no content for us");
            return;
        }

        if (json.Id("uri") is not { } uri || author.Id("did") is not { } did)
        {
            skipped.Add("a notification without post or author");
            return;
        }

        var parent = record.Get("reply").Get("parent").Id("uri");
        var attachments = BlueskyEmbeds.Of(record.Get("embed"), did);
        var text = record.Text("text");
        var handle = author.Text("handle");
        events.Add(new InboundEvent(InboundKind.Comment)
        {
            ExternalId = uri,
            TargetKey = parent,
            Sender = new Sender(did) { Name = author.Text("displayName"), Username = handle, Address = handle is null ? null : "@" + handle },
            ThreadId = record.Get("reply").Get("root").Id("uri") ?? uri,
            Audience = Audience.Public,
            Text = text,
            Attachments = attachments,
            ReplyTo = parent,
            // The server's time; the author's own may say anything.
            Timestamp = Time(json, "indexedAt") ?? Time(record, "createdAt"),
            Status = text is null && attachments.Count > 0 && attachments.All(a => a.Kind == AttachmentKind.Unknown) ? "unsupported" : null,
            Permalink = uri.Split('/') is [.., "app.bsky.feed.post", var key] ? $"https://bsky.app/profile/{handle ?? did}/post/{key}" : null,
        });
    }
}
