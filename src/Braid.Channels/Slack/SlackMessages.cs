using System.Text.Json;
using Braid.Channels.Common;

namespace Braid.Channels.Slack;

/// <summary>Messages with their edits and deletions, and reactions.</summary>
internal static class SlackMessages
{
    public static Reading Read(JsonElement item, SlackEnvelope envelope) => item.Text("subtype") switch
    {
        null or "file_share" or "thread_broadcast" or "me_message" or "bot_message" => Message(item, envelope),
        "message_changed" => Changed(item, envelope),
        "message_deleted" => Deleted(item, item.Id("deleted_ts"), item.Get("previous_message"), envelope),
        var other => new Reading.Ignored($"{other}: a notice of Slack's"),
    };

    public static Reading Reaction(JsonElement item, SlackEnvelope envelope, string status)
    {
        var target = item.Get("item");
        if (target.Id("channel") is not { } channel || target.Id("ts") is not { } ts || item.Id("user") is not { } user)
        {
            return new Reading.Ignored("a reaction to something that is no message");
        }

        if (envelope.Ours.Contains(user)) { return new Reading.Ignored("our own reaction"); }
        var thread = new SlackThread(channel);
        return One(new(InboundKind.Reaction)
        {
            Account = envelope.Account,
            TargetKey = thread.Key(ts),
            ReplyTo = ts,
            Sender = new(user),
            ThreadId = thread.ToString(),
            Audience = thread.Audience(null),
            Text = item.Text("reaction"),
            Status = status,
            Timestamp = SlackTime.Of(item.Id("event_ts")),
        });
    }

    private static Reading Message(JsonElement item, SlackEnvelope envelope)
    {
        if (item.Id("channel") is not { } channel || item.Id("ts") is not { } ts || (item.Id("user") ?? item.Id("bot_id")) is not { } sender)
        {
            return new Reading.Ignored("a message without channel, time or sender");
        }

        if (envelope.IsOurs(item)) { return new Reading.Ignored("our own message"); }
        var thread = new SlackThread(channel, Root(item, ts));
        var text = SlackText.Plain(item.Text("text"), envelope.Ours) ?? Fallback(item, envelope);
        var files = item.Items("files").Where(f => f.IsObject()).Select(SlackFiles.Of).ToList();
        var unknown = text is null && files.Count == 0;
        return One(new(InboundKind.Message)
        {
            Account = envelope.Account,
            ExternalId = ts,
            Key = thread.Key(ts),
            TargetKey = thread.Root is { } root ? thread.Key(root) : null,
            Sender = new(sender) { Name = item.Text("username") },
            ThreadId = thread.ToString(),
            Audience = thread.Audience(item.Text("channel_type")),
            Text = text,
            Attachments = unknown ? [new(AttachmentKind.Unknown)] : files,
            Status = unknown ? "unsupported" : null,
            ReplyTo = thread.Root,
            Timestamp = SlackTime.Of(ts),
        });
    }

    private static Reading Changed(JsonElement item, SlackEnvelope envelope)
    {
        var message = item.Get("message");
        if (message.Text("subtype") == "tombstone") { return Deleted(item, message.Id("ts"), item.Get("previous_message"), envelope); }
        if (item.Id("channel") is not { } channel || message.Id("ts") is not { } ts) { return new Reading.Ignored("a change without a message"); }
        // Without `edited` Slack only added a link preview or counted answers.
        if (!message.Get("edited").IsObject()) { return new Reading.Ignored("a preview or a thread's count, not an edit"); }
        if (envelope.IsOurs(message)) { return new Reading.Ignored("our own edit"); }

        var thread = new SlackThread(channel, Root(message, ts));
        return One(new(InboundKind.Edit)
        {
            Account = envelope.Account,
            ExternalId = ts,
            TargetKey = thread.Key(ts),
            Sender = message.Id("user") is { } user ? new(user) : null,
            ThreadId = thread.ToString(),
            Audience = thread.Audience(item.Text("channel_type")),
            Text = SlackText.Plain(message.Text("text"), envelope.Ours),
            Attachments = [.. message.Items("files").Where(f => f.IsObject()).Select(SlackFiles.Of)],
            Timestamp = SlackTime.Of(message.Get("edited").Id("ts")),
        });
    }

    private static Reading Deleted(JsonElement item, string? ts, JsonElement before, SlackEnvelope envelope)
    {
        if (item.Id("channel") is not { } channel || ts is null) { return new Reading.Ignored("a deletion without a message"); }
        if (envelope.IsOurs(before)) { return new Reading.Ignored("our own deletion"); }
        var thread = new SlackThread(channel, Root(before, ts));
        return One(new(InboundKind.Delete)
        {
            Account = envelope.Account,
            ExternalId = ts,
            TargetKey = thread.Key(ts),
            Sender = before.Id("user") is { } user ? new(user) : null,
            ThreadId = thread.ToString(),
            Audience = thread.Audience(item.Text("channel_type")),
            Timestamp = SlackTime.Of(item.Id("event_ts") ?? item.Id("ts")),
        });
    }

    /// <summary>The parent of a thread carries its own ts as thread_ts.</summary>
    private static string? Root(JsonElement message, string ts) => message.Id("thread_ts") is { } root && root != ts ? root : null;

    /// <summary>Other apps often say all in attachments and leave the text empty.</summary>
    private static string? Fallback(JsonElement item, SlackEnvelope envelope) => SlackText.Plain(
        string.Join('\n', item.Items("attachments").Select(a => a.Text("text") ?? a.Text("fallback") ?? a.Text("title")).OfType<string>()), envelope.Ours);

    private static Reading.Events One(InboundEvent item) => new([item]);
}
