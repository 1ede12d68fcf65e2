using System.Text.Json;
using Braid.Channels.Common;

namespace Braid.Channels.TikTok;

/// <summary>Direct messages, the customer's and our own. Types we don't know are shown as unsupported, never lost.</summary>
internal static class TikTokMessages
{
    public static Reading Read(JsonElement content, string? ours)
    {
        if (content.Id("message_id") is not { } id || content.Id("conversation_id") is not { } thread || content.Get("from_user").Id("id") is not { } from)
        {
            return new Reading.Unreadable("a TikTok message without id, conversation or sender");
        }

        var e = new InboundEvent(InboundKind.Message)
        {
            Account = ours, ExternalId = id, ThreadId = thread, Timestamp = content.Epoch("timestamp"), Outbound = from == ours, RecipientId = from == ours ? content.Get("to_user").Id("id") : null,
            Sender = new Sender(from) { Name = content.Text("from"), Username = content.Text("from"), Address = content.Text("from") is { } name ? "@" + name : null },
        };
        var type = content.Text("type")?.ToLowerInvariant() ?? "unknown";
        return type == "reaction" ? Reactions(e, content) : new Reading.Events([Fill(e, content, type)]);
    }

    private static InboundEvent Fill(InboundEvent e, JsonElement content, string type)
    {
        var body = content.Get(type);
        if (content.Get("referenced_message_info").Id("referenced_message_id") is { } quoted) { e = e with { ReplyTo = quoted, TargetKey = quoted }; }
        return type switch
        {
            "text" when content.Get("reply_source_payload").Id("reply_source_unique_id") is { } choice => e with
            {
                Kind = InboundKind.Postback, Text = body.Text("body"), Payload = choice, ReplyTo = content.Get("reply_source_payload").Id("reply_source_msg_id"),
            },
            "text" => e with { Text = body.Text("body") },
            "image" => File(e, AttachmentKind.Image, "IMAGE", body),
            "video" => File(e, AttachmentKind.Video, "VIDEO", body),
            "sticker" or "emoji" => With(e, AttachmentKind.Sticker, body.Text("url") is { } url ? TikTokMedia.At(url) : null),
            "share_post" => With(e, AttachmentKind.Share, null, ("video", body.Id("video_id")), ("url", body.Text("embed_url"))),
            "template" => With(e, AttachmentKind.Template, null) with { Text = Card(body) },
            _ => With(e, AttachmentKind.Unknown, null, ("content", type)) with { Status = "unsupported" },
        };
    }

    private static Reading Reactions(InboundEvent e, JsonElement content)
    {
        List<InboundEvent> events = [.. content.Items("reaction").Where(r => r.Id("original_msg_id") is not null).Select(r => e with
        {
            Kind = InboundKind.Reaction,
            ReplyTo = r.Id("original_msg_id"),
            TargetKey = r.Id("original_msg_id"),
            // A drawn emoji has no characters.
            Text = r.Text("emoji") ?? r.Text("type"),
            Status = r.Text("operation") == "REMOVE" ? "removed" : "added",
            Timestamp = r.Epoch("timestamp") ?? e.Timestamp,
        })];
        return events.Count > 0 ? new Reading.Events(events) : new Reading.Ignored("a reaction to nothing");
    }

    private static InboundEvent File(InboundEvent e, AttachmentKind kind, string type, JsonElement body) =>
        With(e, kind, body.Id("media_id") is { } media ? TikTokMedia.Of(type, e.ThreadId!, e.ExternalId!, media) : null);

    private static string? Card(JsonElement card)
    {
        var words = card.Items("elements").Prepend(card).SelectMany(e => new[] { e.Text("title") }.Concat(e.Items("buttons").Select(b => b.Text("text") ?? b.Text("title"))));
        return string.Join('\n', words.OfType<string>()) is { Length: > 0 } text ? text : null;
    }

    private static InboundEvent With(InboundEvent e, AttachmentKind kind, string? media, params ReadOnlySpan<(string Name, string? Value)> facts)
    {
        var known = new Dictionary<string, string>();
        foreach (var (name, value) in facts)
        {
            if (value is not null) { known[name] = value; }
        }

        return e with { Attachments = [new(kind) { MediaRef = media, Facts = known }] };
    }
}
