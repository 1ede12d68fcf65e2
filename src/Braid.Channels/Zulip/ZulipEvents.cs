using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Braid.Channels.Common;

namespace Braid.Channels.Zulip;

/// <summary>Events of the queue. Message ids are unique in the organization; only messages tell their whole thread.</summary>
internal static partial class ZulipEvents
{
    public static void Read(JsonElement item, ZulipSettings settings, List<InboundEvent> events, List<string> skipped)
    {
        switch (item.Text("type"))
        {
            case "message":
                Message(item.Get("message"), settings.BotName, settings.BotEmail, events, skipped);
                break;
            case "update_message":
                Edited(item, settings, events, skipped);
                break;
            case "delete_message":
                Deleted(item, events, skipped);
                break;
            case "reaction" when item.Id("message_id") is { } message && (item.Id("user_id") ?? item.Get("user").Id("id") ?? item.Get("user").Id("user_id")) is { } user:
                events.Add(new(InboundKind.Reaction)
                {
                    TargetKey = message, ReplyTo = message, Sender = new(user), ThreadId = Somewhere(message), Audience = Audience.Shared, Text = Emoji(item),
                    Status = item.Text("op") == "remove" ? "removed" : "added",
                });
                break;
            case var other:
                skipped.Add($"{other ?? "an event without a type"}: no content for us");
                break;
        }
    }

    public static void Message(JsonElement message, string? botName, string? botEmail, List<InboundEvent> events, List<string> skipped)
    {
        if (message.Id("id") is not { } id || message.Id("sender_id") is not { } sender || Thread(message) is not { } thread)
        {
            skipped.Add("a message without id, sender or place");
            return;
        }

        if (!string.IsNullOrEmpty(botEmail) && message.Text("sender_email") == botEmail)
        {
            skipped.Add("our own message");
            return;
        }

        var (text, files) = (Text(message.Text("content"), botName), Files(message.Text("content")));
        var unknown = text is null && files.Count == 0;
        events.Add(new(InboundKind.Message)
        {
            ExternalId = id,
            Sender = new(sender) { Name = message.Text("sender_full_name"), Address = message.Text("sender_email") },
            ThreadId = thread.ToString(),
            Audience = thread.Stream is null && thread.People.Count <= 2 ? Audience.Private : Audience.Shared,
            ThreadTitle = thread.Stream is null ? null : $"{message.Text("display_recipient")} > {thread.Rest}",
            Text = text,
            Attachments = unknown ? [new(AttachmentKind.Unknown)] : files,
            Status = unknown ? "unsupported" : null,
            Timestamp = message.Epoch("timestamp"),
        });
    }

    /// <summary>Moves between topics and new previews come as updates too; an edit has new content.</summary>
    private static void Edited(JsonElement item, ZulipSettings settings, List<InboundEvent> events, List<string> skipped)
    {
        if (item.Id("message_id") is not { } id || item.Text("content") is not { } content || item.Flag("rendering_only"))
        {
            skipped.Add("a preview or a move, not an edit");
            return;
        }

        events.Add(new(InboundKind.Edit)
        {
            ExternalId = id, TargetKey = id, Sender = item.Id("user_id") is { } user ? new(user) : null, ThreadId = item.Id("stream_id") ?? Somewhere(id),
            Audience = item.Id("stream_id") is null ? Audience.Private : Audience.Shared, Text = Text(content, settings.BotName), Attachments = Files(content), Timestamp = item.Epoch("edit_timestamp"),
        });
    }

    private static void Deleted(JsonElement item, List<InboundEvent> events, List<string> skipped)
    {
        var ids = item.Items("message_ids").Select(ChannelJson.AsId).Append(item.Id("message_id")).OfType<string>().Distinct().ToList();
        if (ids.Count == 0) { skipped.Add("a deletion without a message"); }
        events.AddRange(ids.Select(id => new InboundEvent(InboundKind.Delete)
        {
            ExternalId = id, TargetKey = id, ThreadId = item.Id("stream_id") is { } stream ? new ZulipThread(stream, item.Text("topic") ?? "").ToString() : Somewhere(id),
            Audience = item.Id("stream_id") is null ? Audience.Private : Audience.Shared,
        }));
    }

    private static ZulipThread? Thread(JsonElement message)
    {
        if (message.Id("stream_id") is { } stream) { return new(stream, message.Text("subject") ?? message.Text("topic") ?? ""); }
        var people = message.Items("display_recipient").Select(p => p.Id("id")).OfType<string>().ToList();
        return people.Count == 0 ? null : ZulipThread.OfPeople(people);
    }

    private static string? Text(string? content, string? botName)
    {
        var text = content?.Trim();
        if (text is not null && !string.IsNullOrEmpty(botName))
        {
            text = Regex.Replace(text, $@"^@_?\*\*{Regex.Escape(botName)}(\|\d+)?\*\*\s*", "", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
        }

        return string.IsNullOrWhiteSpace(text) ? null : text;
    }

    /// <summary>Files are links in the text, which stays as it is.</summary>
    private static List<InboundAttachment> Files(string? content) => content is null ? [] :
    [
        .. Upload().Matches(content).Select(m => new InboundAttachment(Kind(m.Groups["path"].Value))
        {
            Name = m.Groups["name"].Value.Length > 0 ? m.Groups["name"].Value : Uri.UnescapeDataString(m.Groups["path"].Value[(m.Groups["path"].Value.LastIndexOf('/') + 1)..]), MediaRef = m.Groups["path"].Value,
        }),
    ];

    private static AttachmentKind Kind(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".png" or ".jpg" or ".jpeg" or ".gif" or ".webp" or ".heic" => AttachmentKind.Image,
        ".mp4" or ".mov" or ".webm" => AttachmentKind.Video,
        ".mp3" or ".ogg" or ".wav" or ".m4a" or ".opus" => AttachmentKind.Audio,
        _ => AttachmentKind.File,
    };

    /// <summary>The code is the emoji's code points: `1f389`, or several with dashes.</summary>
    private static string? Emoji(JsonElement item)
    {
        if (item.Text("reaction_type") is not (null or "unicode_emoji") || item.Text("emoji_code") is not { } code) { return item.Text("emoji_name"); }
        var emoji = new StringBuilder();
        foreach (var point in code.Split('-'))
        {
            if (!int.TryParse(point, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) || !Rune.IsValid(value) || value == 0) { return item.Text("emoji_name"); }
            emoji.Append(new Rune(value));
        }

        return emoji.ToString();
    }

    /// <summary>Reactions, and changes in direct messages, don't tell their thread; the target's key leads to it.</summary>
    private static string Somewhere(string message) => "message/" + message;

    [GeneratedRegex(@"\[(?<name>[^\[\]]{0,300})\]\((?<path>/user_uploads/[^\s()]{1,500})\)", RegexOptions.CultureInvariant)]
    private static partial Regex Upload();
}
