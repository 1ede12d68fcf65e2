using System.Text.Json;
using Braid.Channels.Common;

namespace Braid.Channels.Meta;

/// <summary>Comments under an Instagram account's posts, reels, ads and lives. Each top-level comment is a thread of its own.</summary>
internal static class InstagramComments
{
    /// <param name="at">The entry's time: comments have none of their own.</param>
    public static void Read(JsonElement comment, string? account, DateTimeOffset? at, bool live, MetaBatch read)
    {
        var from = comment.Get("from");
        if (comment.Id("id") is not { } id)
        {
            read.Skipped.Add("a comment without id");
            return;
        }

        var parent = comment.Id("parent_id");
        var text = comment.Text("text");
        read.Events.Add(new InboundEvent(InboundKind.Comment)
        {
            Account = account,
            ExternalId = id,
            Sender = from.Id("id") is { } author
                ? new Sender(author) { Name = from.Text("username"), Username = from.Text("username"), Address = from.Text("username") is { } name ? "@" + name : null }
                : Nobody(id),
            ThreadId = MetaThread.OfComment(parent ?? id),
            Audience = Audience.Public,
            Text = text,
            Attachments = text is null ? [new(AttachmentKind.Unknown)] : [],
            Status = text is null ? "unsupported" : null,
            ReplyTo = parent,
            TargetKey = parent,
            Timestamp = at,
            Outbound = from.Id("id") is { } writer && writer == account,
            Extra = Extra(comment.Get("media"), live),
        });
    }

    /// <summary>Somebody named us under their own post: only the ids come, and the text must be looked up at Instagram.</summary>
    public static void ReadMention(JsonElement mention, string? account, DateTimeOffset? at, MetaBatch read)
    {
        if ((mention.Id("comment_id") ?? mention.Id("media_id")) is not { } id)
        {
            read.Skipped.Add("a mention without id");
            return;
        }

        var extra = new Dictionary<string, string> { ["mention"] = "true" };
        if (mention.Id("media_id") is { } media) extra["postId"] = media;
        read.Events.Add(new InboundEvent(InboundKind.Comment)
        {
            Account = account, ExternalId = id, Sender = Nobody(id), ThreadId = MetaThread.OfComment(id), Audience = Audience.Public, Timestamp = at, Extra = extra,
        });
    }

    /// <summary>Who wrote is not told; the thing itself stands for its author, so that it is not lost.</summary>
    public static Sender Nobody(string id) => new("author-of-" + id) { Anonymous = true };

    private static Dictionary<string, string> Extra(JsonElement media, bool live)
    {
        var extra = new Dictionary<string, string>();
        if (media.Id("id") is { } post) extra["postId"] = post;
        if (media.Text("media_product_type") is { } product) extra["postKind"] = product.ToLowerInvariant();
        if (media.Id("ad_id") is { } ad) extra["adId"] = ad;
        if (media.Text("ad_title") is { Length: <= 500 } title) extra["adTitle"] = title;
        if (live) extra["live"] = "true";
        return extra;
    }
}
