using System.Text.Json;
using Braid.Channels.Common;

namespace Braid.Channels.Discord;

/// <summary>Messages with their edits, deletions and reactions. Ids are unique all over Discord.</summary>
internal static class DiscordMessages
{
    public static Reading Created(JsonElement item, DiscordSettings settings)
    {
        if (item.Number("type") is not (null or 0 or 19 or 20 or 23)) { return new Reading.Ignored($"a notice of Discord's (type {item.Id("type")})"); }
        if (item.Id("id") is not { } id || item.Id("channel_id") is not { } channel || DiscordPayloads.Person(item.Get("author"), item.Get("member")) is not { } sender)
        {
            return new Reading.Ignored("a message without id, channel or author");
        }

        if (sender.Id == settings.ApplicationId) { return new Reading.Ignored("our own message"); }
        var reference = item.Get("message_reference");
        var replyTo = reference.Number("type") is 1 ? null : reference.Id("message_id");
        var (text, files) = Content(item, settings.ApplicationId);
        var unknown = text is null && files.Count == 0;
        return new Reading.Events(
        [
            new(InboundKind.Message)
            {
                ExternalId = id,
                TargetKey = replyTo,
                Sender = sender,
                ThreadId = channel,
                Audience = DiscordPayloads.AudienceOf(item),
                Text = text,
                // Empty all over: a poll, or the message content intent is off.
                Attachments = unknown ? [new(AttachmentKind.Unknown)] : files,
                Status = unknown ? "unsupported" : null,
                ReplyTo = replyTo,
                Timestamp = item.Time("timestamp") ?? DiscordPayloads.TimeOf(id),
            },
        ]);
    }

    public static Reading Updated(JsonElement item, DiscordSettings settings)
    {
        // Without an edit's time Discord only added a preview or changed a flag.
        if (item.Time("edited_timestamp") is not { } edited) { return new Reading.Ignored("a preview or a flag, not an edit"); }
        if (item.Id("id") is not { } id || item.Id("channel_id") is not { } channel) { return new Reading.Ignored("a change without a message"); }
        var sender = DiscordPayloads.Person(item.Get("author"), item.Get("member"));
        if (sender?.Id == settings.ApplicationId) { return new Reading.Ignored("our own edit"); }
        var (text, files) = Content(item, settings.ApplicationId);
        return new Reading.Events(
        [
            new(InboundKind.Edit)
            {
                ExternalId = id, TargetKey = id, Sender = sender, ThreadId = channel, Audience = DiscordPayloads.AudienceOf(item), Text = text, Attachments = files, Timestamp = edited,
            },
        ]);
    }

    public static Reading Deleted(JsonElement item, IEnumerable<string?> ids)
    {
        if (item.Id("channel_id") is not { } channel) { return new Reading.Ignored("a deletion without a channel"); }
        List<InboundEvent> events = [.. ids.OfType<string>().Select(id => new InboundEvent(InboundKind.Delete)
        {
            ExternalId = id, TargetKey = id, ThreadId = channel, Audience = DiscordPayloads.AudienceOf(item),
        })];
        return events.Count == 0 ? new Reading.Ignored("a deletion without a message") : new Reading.Events(events);
    }

    public static Reading Reaction(JsonElement item, string status, DiscordSettings settings)
    {
        if (item.Id("message_id") is not { } message || item.Id("channel_id") is not { } channel || item.Id("user_id") is not { } user)
        {
            return new Reading.Ignored("a reaction without message, channel or person");
        }

        if (user == settings.ApplicationId) { return new Reading.Ignored("our own reaction"); }
        var member = item.Get("member");
        return new Reading.Events(
        [
            new(InboundKind.Reaction)
            {
                TargetKey = message,
                ReplyTo = message,
                Sender = DiscordPayloads.Person(member.Get("user"), member) ?? new Sender(user),
                ThreadId = channel,
                Audience = DiscordPayloads.AudienceOf(item),
                Text = item.Get("emoji").Text("name"),
                Status = status,
            },
        ]);
    }

    /// <summary>A forwarded message keeps its content in a snapshot; other apps often say all in an embed.</summary>
    private static (string? Text, IReadOnlyList<InboundAttachment> Files) Content(JsonElement item, string ours)
    {
        var said = item.Items("message_snapshots").Select(s => s.Get("message")).Prepend(item).ToList();
        var text = string.Join('\n', said.Select(m => DiscordPayloads.Text(m, ours)).OfType<string>());
        if (text.Length == 0 && item.Get("author").Flag("bot"))
        {
            text = string.Join('\n', item.Items("embeds").SelectMany(e => new[] { e.Text("title"), e.Text("description") }).OfType<string>());
        }

        return (text.Length == 0 ? null : text, [.. said.SelectMany(DiscordPayloads.Files)]);
    }
}
