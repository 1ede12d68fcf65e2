using System.Text.Json;
using Braid.Channels.Common;

namespace Braid.Channels.Meta;

/// <summary>A page's feed: comments, visitors' posts, and reactions to comments. Each top-level comment or visitor's post is a thread of its own.</summary>
internal static class PageFeed
{
    public static void Read(JsonElement value, string? page, DateTimeOffset? at, MetaBatch read)
    {
        var (item, verb) = (value.Text("item") ?? "unknown", value.Text("verb") ?? "add");
        switch (item)
        {
            case "comment":
                Said(value, value.Id("comment_id"), verb, page, at, read);
                break;
            case "status" or "photo" or "video" or "share" or "post":
                if (Author(value) is not { } author || author == page) read.Skipped.Add($"{item} {verb}: the page's own post");
                else Said(value, value.Id("post_id"), verb, page, at, read);
                break;
            case "reaction" or "like" when value.Id("comment_id") is { } target:
                read.Events.Add(Event(InboundKind.Reaction, value, target, page) with
                {
                    ExternalId = null, Key = null, TargetKey = target, ReplyTo = target, Text = value.Text("reaction_type") ?? "like",
                    Status = verb == "remove" ? "removed" : "added", Timestamp = value.Epoch("created_time") ?? at,
                });
                break;
            default:
                read.Skipped.Add($"{item} {verb}: no content for us");
                break;
        }
    }

    private static void Said(JsonElement value, string? id, string verb, string? page, DateTimeOffset? at, MetaBatch read)
    {
        if (id is null)
        {
            read.Skipped.Add("a comment without id");
            return;
        }

        switch (verb)
        {
            case "add":
                read.Events.Add(Filled(Event(InboundKind.Comment, value, id, page), value) with { Timestamp = value.Epoch("created_time") ?? at });
                break;
            // The time of creation comes along with every later change, too.
            case "edited" or "edit":
                read.Events.Add(Event(InboundKind.Edit, value, id, page) with { TargetKey = id, ReplyTo = null, Text = value.Text("message"), Timestamp = at });
                break;
            case "remove":
                read.Events.Add(Event(InboundKind.Delete, value, id, page) with { TargetKey = id, ReplyTo = null, Timestamp = at });
                break;
            default:
                read.Skipped.Add($"a comment: {verb}");
                break;
        }
    }

    private static InboundEvent Event(InboundKind kind, JsonElement value, string id, string? page)
    {
        var post = value.Id("post_id");
        var parent = value.Id("parent_id") is { } p && p != post && p != id ? p : null;
        var extra = new Dictionary<string, string>();
        if (post is not null) extra["postId"] = post;
        return new InboundEvent(kind)
        {
            Account = page,
            ExternalId = id,
            Sender = Author(value) is { } author ? new Sender(author) { Name = value.Get("from").Text("name") } : InstagramComments.Nobody(id),
            ThreadId = MetaThread.OfComment(parent ?? id),
            Audience = Audience.Public,
            ReplyTo = parent,
            TargetKey = parent,
            Outbound = page is not null && Author(value) == page,
            Permalink = value.Get("post").Text("permalink_url"),
            Extra = extra,
        };
    }

    private static InboundEvent Filled(InboundEvent e, JsonElement value)
    {
        var attachments = new List<InboundAttachment>();
        var photos = value.Items("photos").Where(p => p.ValueKind == JsonValueKind.String).Select(p => p.AsId()).Append(value.Text("photo")).OfType<string>().Distinct();
        attachments.AddRange(photos.Select(photo => new InboundAttachment(AttachmentKind.Image) { MediaRef = photo }));
        if (value.Text("video") is { } video) attachments.Add(new(AttachmentKind.Video) { MediaRef = video });
        if (attachments.Count == 0 && value.Text("link") is { } link) attachments.Add(MetaContent.Link(link, null));
        var text = value.Text("message");
        var unsupported = text is null && attachments.Count == 0;
        if (unsupported) attachments.Add(new(AttachmentKind.Unknown));
        return e with { Text = text, Attachments = attachments, Status = unsupported ? "unsupported" : null };
    }

    private static string? Author(JsonElement value) => value.Get("from").Id("id") ?? value.Id("sender_id");
}
