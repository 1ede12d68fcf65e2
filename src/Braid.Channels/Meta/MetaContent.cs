using System.Text.Json;
using Braid.Channels.Common;

namespace Braid.Channels.Meta;

/// <summary>What a message says and carries. Kinds we don't know are shown as unsupported, never lost.</summary>
internal static class MetaContent
{
    public static InboundEvent Fill(InboundEvent e, JsonElement message)
    {
        var attachments = message.Items("attachments").Select(Attachment).ToList();
        if (message.Get("reply_to").Get("story") is { ValueKind: JsonValueKind.Object } story) attachments.Add(Story(story));

        // While stickers change their type they come twice, as picture and as sticker.
        var stickers = attachments.Where(a => a.Kind == AttachmentKind.Sticker).ToList();
        if (stickers.Count > 1) attachments = [.. attachments.DistinctBy(a => a.Kind == AttachmentKind.Sticker ? (object?)a.Facts.GetValueOrDefault("sticker") ?? a : a)];

        var text = message.Text("text");
        var said = text is not null || attachments.Exists(a => a.Kind != AttachmentKind.Unknown);
        if (!said && attachments.Count == 0) attachments.Add(Unknown(message.Flag("is_unsupported") ? "unsupported" : "empty"));
        return e with { Text = text, Attachments = attachments, Status = said ? null : "unsupported" };
    }

    public static InboundAttachment Link(string? url, string? title) => new(AttachmentKind.Share) { Facts = Facts(("url", url), ("title", title)) };

    private static InboundAttachment Attachment(JsonElement attachment)
    {
        var payload = attachment.Get("payload");
        var url = payload.Text("url") ?? attachment.Text("url");
        var title = payload.Text("title") ?? attachment.Text("title");
        return attachment.Text("type") switch
        {
            "image" or "animated_image" or "sticker" when payload.Id("sticker_id") is { } sticker => File(AttachmentKind.Sticker, url, ("sticker", sticker)),
            "image" or "animated_image" => File(AttachmentKind.Image, url),
            "sticker" => File(AttachmentKind.Sticker, url),
            "like_heart" => File(AttachmentKind.Sticker, url, ("emoji", "❤️")),
            "video" => File(AttachmentKind.Video, url),
            "audio" => File(AttachmentKind.Audio, url),
            "file" => File(AttachmentKind.File, url) with { Name = title },
            "location" => Location(payload.Get("coordinates"), title),
            "template" => new(AttachmentKind.Template) { Facts = Facts(("title", title ?? payload.Text("text"))) },
            "story_mention" or "ig_story" or "story" => new(AttachmentKind.Story) { MediaRef = url, Facts = Facts(("url", url)) },
            "share" or "fallback" or "ig_post" or "ig_reel" or "reel" or "post" or "product" => Link(url, title),
            var unknown => Unknown(unknown ?? "unknown"),
        };
    }

    private static InboundAttachment File(AttachmentKind kind, string? url, params ReadOnlySpan<(string, string?)> facts) => new(kind) { MediaRef = url, Facts = Facts(facts) };

    private static InboundAttachment Story(JsonElement story) => new(AttachmentKind.Story) { MediaRef = story.Text("url"), Facts = Facts(("id", story.Id("id"))) };

    private static InboundAttachment Location(JsonElement place, string? title) => new(AttachmentKind.Location)
    {
        Facts = Facts(("latitude", place.Id("lat")), ("longitude", place.Id("long")), ("name", title)),
    };

    private static InboundAttachment Unknown(string what) => new(AttachmentKind.Unknown) { Facts = Facts(("content", what)) };

    private static Dictionary<string, string> Facts(params ReadOnlySpan<(string Name, string? Value)> facts)
    {
        var known = new Dictionary<string, string>();
        foreach (var (name, value) in facts)
        {
            if (value is not null) known[name] = value;
        }

        return known;
    }
}
