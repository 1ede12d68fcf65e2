using System.Collections.Frozen;
using System.Text.Json;
using Braid.Channels.Common;

namespace Braid.Channels.Telegram;

/// <summary>What a message holds. A message has exactly one content; what we don't know is shown as unsupported, never lost.</summary>
internal sealed record TelegramContent
{
    public string? Text { get; private init; }
    public IReadOnlyList<InboundAttachment> Attachments { get; private init; } = [];
    public bool Unsupported { get; private init; }
    /// <summary>The name of a notice about the chat ("pinned_message"): nothing a customer said.</summary>
    public string? Service { get; private init; }

    public static TelegramContent Of(TelegramMessage message)
    {
        var json = message.Json;
        var text = json.Text("text") ?? json.Text("caption");
        if (Attachment(json) is { } attachment) return new() { Text = text, Attachments = [attachment] };
        if (text is not null) return new() { Text = text };

        var others = json.EnumerateObject().Select(p => p.Name).Where(name => !About.Contains(name)).ToList();
        if (others.Find(Services.Contains) is { } service) return new() { Service = service };

        var facts = new Dictionary<string, string> { ["content"] = others.FirstOrDefault() ?? "empty" };
        if (json.Get("poll").Text("question") is { } question) facts["title"] = question;
        return new() { Attachments = [new(AttachmentKind.Unknown) { Facts = facts }], Unsupported = true };
    }

    /// <summary>A shared contact card is merely stated, even one's own: never a proof.</summary>
    public IReadOnlyList<ContactKey> Keys(string senderId) =>
        Attachments is [{ Kind: AttachmentKind.Contact } card]
        && card.Facts.GetValueOrDefault("userId") == senderId && card.Facts.GetValueOrDefault("phones") is { } phone
            ? [new(KeyKind.Phone, "+" + phone.TrimStart('+'), Proof: null)]
            : [];

    // Order matters: an animation repeats itself as document, a venue as location.
    private static InboundAttachment? Attachment(JsonElement json)
    {
        if (json.Items("photo").LastOrDefault() is { ValueKind: JsonValueKind.Object } largest) return File(AttachmentKind.Image, largest, "image/jpeg");
        if (json.Get("animation") is { ValueKind: JsonValueKind.Object } animation) return File(AttachmentKind.Video, animation);
        if (json.Get("video") is { ValueKind: JsonValueKind.Object } video) return File(AttachmentKind.Video, video);
        if (json.Get("video_note") is { ValueKind: JsonValueKind.Object } round) return File(AttachmentKind.Video, round, "video/mp4");
        if (json.Get("audio") is { ValueKind: JsonValueKind.Object } audio) return File(AttachmentKind.Audio, audio);
        if (json.Get("voice") is { ValueKind: JsonValueKind.Object } voice) return File(AttachmentKind.Audio, voice, "audio/ogg");
        if (json.Get("document") is { ValueKind: JsonValueKind.Object } document) return File(AttachmentKind.File, document);
        if (json.Get("sticker") is { ValueKind: JsonValueKind.Object } sticker) return Sticker(sticker);
        if (json.Get("venue") is { ValueKind: JsonValueKind.Object } venue) return Place(venue.Get("location"), venue);
        if (json.Get("location") is { ValueKind: JsonValueKind.Object } location) return Place(location, default);
        if (json.Get("contact") is { ValueKind: JsonValueKind.Object } contact) return Contact(contact);
        return json.Get("story").IsObject() ? new(AttachmentKind.Story) : null;
    }

    private static InboundAttachment File(AttachmentKind kind, JsonElement file, string? type = null) => new(kind)
    {
        Name = file.Text("file_name"),
        ContentType = file.Text("mime_type") ?? type,
        Size = file.Number("file_size"),
        MediaRef = file.Id("file_id"),
    };

    private static InboundAttachment Sticker(JsonElement sticker) =>
        File(AttachmentKind.Sticker, sticker, sticker.Flag("is_animated") ? "application/x-tgsticker" : sticker.Flag("is_video") ? "video/webm" : "image/webp")
            with { Facts = Facts(("emoji", sticker.Text("emoji"))) };

    private static InboundAttachment Place(JsonElement location, JsonElement venue) => new(AttachmentKind.Location)
    {
        Facts = Facts(
            ("latitude", location.Id("latitude")), ("longitude", location.Id("longitude")),
            ("name", venue.Text("title")), ("address", venue.Text("address"))),
    };

    private static InboundAttachment Contact(JsonElement contact) => new(AttachmentKind.Contact)
    {
        Facts = Facts(("name", TelegramParty.FullName(contact)), ("phones", contact.Text("phone_number")), ("userId", contact.Id("user_id"))),
    };

    private static Dictionary<string, string> Facts(params ReadOnlySpan<(string Name, string? Value)> facts)
    {
        var known = new Dictionary<string, string>();
        foreach (var (name, value) in facts)
        {
            if (value is not null) known[name] = value;
        }

        return known;
    }

    /// <summary>Fields about a message, as opposed to its content.</summary>
    private static readonly FrozenSet<string> About = new[]
    {
        "message_id", "message_thread_id", "direct_messages_topic", "from", "sender_chat", "sender_boost_count", "sender_business_bot",
        "sender_tag", "date", "guest_query_id", "business_connection_id", "chat", "forward_origin", "is_topic_message", "is_automatic_forward",
        "reply_to_message", "external_reply", "quote", "reply_to_story", "reply_to_checklist_task_id", "reply_to_poll_option_id", "via_bot",
        "guest_bot_caller_user", "guest_bot_caller_chat", "edit_date", "has_protected_content", "is_from_offline", "is_paid_post",
        "media_group_id", "author_signature", "paid_star_count", "text", "entities", "link_preview_options", "suggested_post_info", "effect_id",
        "caption", "caption_entities", "show_caption_above_media", "has_media_spoiler", "reply_markup",
    }.ToFrozenSet();

    private static readonly FrozenSet<string> Services = new[]
    {
        "new_chat_members", "left_chat_member", "chat_owner_left", "chat_owner_changed", "new_chat_title", "new_chat_photo", "delete_chat_photo",
        "group_chat_created", "supergroup_chat_created", "channel_chat_created", "message_auto_delete_timer_changed", "migrate_to_chat_id",
        "migrate_from_chat_id", "pinned_message", "users_shared", "chat_shared", "connected_website", "write_access_allowed",
        "proximity_alert_triggered", "boost_added", "chat_background_set", "checklist_tasks_done", "checklist_tasks_added",
        "direct_message_price_changed", "forum_topic_created", "forum_topic_edited", "forum_topic_closed", "forum_topic_reopened",
        "general_forum_topic_hidden", "general_forum_topic_unhidden", "giveaway_created", "giveaway_completed", "managed_bot_created",
        "paid_message_price_changed", "poll_option_added", "poll_option_deleted", "suggested_post_approved", "suggested_post_approval_failed",
        "suggested_post_declined", "suggested_post_paid", "suggested_post_refunded", "video_chat_scheduled", "video_chat_started",
        "video_chat_ended", "video_chat_participants_invited",
    }.ToFrozenSet();
}
