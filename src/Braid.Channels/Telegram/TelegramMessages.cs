using Braid.Channels.Common;

namespace Braid.Channels.Telegram;

/// <summary>Messages and their edits, of people, groups, channels and business accounts.</summary>
internal static class TelegramMessages
{
    /// <param name="editOf">The update id of an edit: it rises, while the edit's time is a whole second. Null for a message.</param>
    public static void Read(TelegramMessage message, long? editOf, TelegramSettings settings, List<InboundEvent> events, List<string> skipped)
    {
        if (message.Id is not { } id || message.Chat.Id is not { } chatId)
        {
            skipped.Add("a message without id or chat");
            return;
        }

        // Anonymous admins and channels come with a placeholder user; the chat that speaks is the sender.
        var sender = message.SenderChat ?? message.From ?? TelegramParty.Chat(message.Chat.Json);
        if (settings.BotId is { } bot && (message.BusinessBot?.Id == bot || sender!.Id == bot))
        {
            skipped.Add($"message {id} is our own");
            return;
        }

        var content = TelegramContent.Of(message);
        if (content.Service is { } service)
        {
            skipped.Add(service == "migrate_to_chat_id"
                ? $"the group {chatId} became {message.Json.Id("migrate_to_chat_id")}"
                : $"service notice {service}");
            return;
        }

        var thread = new TelegramThread(chatId, message.Topic, message.BusinessConnection);
        var outbound = IsOwner(message);
        var replyTo = message.ReplyTo;
        var edited = editOf is not null;
        events.Add(new InboundEvent(edited ? InboundKind.Edit : InboundKind.Message)
        {
            ExternalId = id,
            Key = thread.Key(id),
            TargetKey = edited ? thread.Key(id) : replyTo is null ? null : thread.Key(replyTo),
            Sender = sender!.ToSender() with { Keys = content.Keys(sender.Id) },
            ThreadId = thread.ToString(),
            Audience = message.Chat.Audience,
            ThreadTitle = message.Chat.Title ?? (outbound ? message.Chat.Name : null),
            Text = WithoutOurName(message, content.Text, settings),
            Attachments = content.Attachments,
            ReplyTo = replyTo,
            Order = editOf,
            Timestamp = edited ? message.EditDate ?? message.Date : message.Date,
            Status = content.Unsupported ? "unsupported" : null,
            Outbound = outbound,
            Extra = Extra(message),
        });
    }

    /// <summary>In a private chat of a business account whoever is not the other side is the owner, typing on their phone.</summary>
    private static bool IsOwner(TelegramMessage message) =>
        message.BusinessConnection is not null && message.Chat.Private && message.From?.Id != message.Chat.Id;

    private static string? WithoutOurName(TelegramMessage message, string? text, TelegramSettings settings)
    {
        if (text is null || settings.Address is not { } name) return text;

        var entities = message.Json.Get("text").Exists() ? "entities" : "caption_entities";
        foreach (var entity in message.Json.Items(entities).Where(e => e.Text("type") is "mention" or "bot_command").Reverse())
        {
            // Offsets count UTF-16 code units, as .NET does.
            if (entity.Number("offset") is not (>= 0 and var start) || entity.Number("length") is not (> 0 and var length)) continue;
            if (start + length > text.Length) continue;
            var at = text.IndexOf(name, (int)start, (int)length, StringComparison.OrdinalIgnoreCase);
            if (at >= 0) text = text.Remove(at, name.Length);
        }

        return string.IsNullOrWhiteSpace(text) ? null : text.Trim();
    }

    private static Dictionary<string, string> Extra(TelegramMessage message)
    {
        var extra = new Dictionary<string, string>();
        if (message.Album is { } album) extra["groupId"] = album;
        if (message.From is { Bot: true } && message.SenderChat is null) extra["bot"] = "true";
        if (message.Forwarded) extra["forwarded"] = "true";
        if (message.Json.Get("quote").Text("text") is { Length: <= 500 } quote) extra["quote"] = quote;
        return extra;
    }
}
