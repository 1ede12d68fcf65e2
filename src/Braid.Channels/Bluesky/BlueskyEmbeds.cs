using System.Text.Json;
using Braid.Channels.Common;

namespace Braid.Channels.Bluesky;

/// <summary>What hangs on a post or a chat message: pictures, video, a link, another post.</summary>
internal static class BlueskyEmbeds
{
    public static IReadOnlyList<InboundAttachment> Of(JsonElement embed, string author)
    {
        if (!embed.IsObject()) { return []; }
        var kind = embed.Text("$type")?.Split('#')[0] ?? "";
        return kind switch
        {
            "app.bsky.embed.images" => [.. embed.Items("images").Select(i => Blob(AttachmentKind.Image, i.Get("image"), author, i.Text("alt")))],
            "app.bsky.embed.video" => [Blob(AttachmentKind.Video, embed.Get("video"), author, embed.Text("alt"))],
            "app.bsky.embed.external" => [Link(embed.Get("external"))],
            "app.bsky.embed.record" => [Post(embed.Get("record"))],
            "app.bsky.embed.recordWithMedia" => [.. Of(embed.Get("media"), author), Post(embed.Get("record").Get("record").IsObject() ? embed.Get("record").Get("record") : embed.Get("record"))],
            _ => [new(AttachmentKind.Unknown) { Name = kind.Length is > 0 and < 100 ? kind : null }],
        };
    }

    private static InboundAttachment Blob(AttachmentKind kind, JsonElement blob, string author, string? alt) => new(kind)
    {
        ContentType = blob.Text("mimeType"),
        Size = blob.Number("size"),
        MediaRef = blob.Get("ref").Text("$link") is { } cid ? $"{author} {cid}" : null,
        Facts = alt is null ? [] : new Dictionary<string, string> { ["description"] = alt },
    };

    private static InboundAttachment Link(JsonElement external)
    {
        var facts = new Dictionary<string, string>();
        if (external.Text("uri") is { } url) { facts["url"] = url; }
        if (external.Text("title") is { } title) { facts["title"] = title; }
        return new(AttachmentKind.Share) { Facts = facts };
    }

    private static InboundAttachment Post(JsonElement record) => new(AttachmentKind.Share)
    {
        Facts = record.Text("uri")?.Split('/') is ["at:", "", var did, "app.bsky.feed.post", var key]
            ? new Dictionary<string, string> { ["url"] = $"https://bsky.app/profile/{did}/post/{key}" } : [],
    };
}
