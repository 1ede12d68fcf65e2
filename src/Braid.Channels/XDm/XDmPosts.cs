using System.Globalization;
using System.Text.Json;
using Braid.Channels.Common;

namespace Braid.Channels.XDm;

/// <summary>Mentions, replies and quotes in public, as version 2 and as version 1.1 write posts.</summary>
internal static class XDmPosts
{
    private const string OldDate = "ddd MMM dd HH:mm:ss zzz yyyy";

    public static void Read(string? account, JsonElement post, JsonElement includes, XDmFound found)
    {
        if (post.Id("id") is not { } id || post.Id("author_id") is not { } author)
        {
            found.Skipped.Add("a post without id or author");
            return;
        }

        var user = includes.Items("users").FirstOrDefault(u => u.Id("id") == author);
        var parent = post.Id("in_reply_to_tweet_id") ?? post.Items("referenced_tweets").FirstOrDefault(r => r.Text("type") == "replied_to").Id("id");
        var media = post.Get("attachments").Items("media_keys").Select(k => k.AsId())
            .Select(key => includes.Items("media").FirstOrDefault(m => key is not null && m.Id("media_key") == key)).Where(m => m.IsObject());
        Add(account, id, author, user.Text("name"), user.Text("username"), post.Id("conversation_id") ?? parent ?? id, parent, found, e => e with
        {
            Text = post.Get("note_tweet").Text("text") ?? post.Text("text"),
            Timestamp = DateTimeOffset.TryParse(post.Text("created_at"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at.ToUniversalTime() : null,
            Attachments = [.. media.Select(XDmContent.PostMedia)],
        });
    }

    public static void ReadDelete(string? account, JsonElement post, XDmFound found)
    {
        if (post.Id("id") is not { } id)
        {
            found.Skipped.Add("a deletion without post");
            return;
        }

        found.Events.Add(Deleted(account, id, post.Id("author_id"), post.Id("conversation_id") ?? id, null));
    }

    public static void ReadOld(string account, JsonElement post, XDmFound found)
    {
        var user = post.Get("user");
        if (post.Id("id_str") is not { } id || user.Id("id_str") is not { } author || post.Get("retweeted_status").IsObject())
        {
            found.Skipped.Add("a repost, or a post without id or author");
            return;
        }

        var parent = post.Id("in_reply_to_status_id_str");
        Add(account, id, author, user.Text("name"), user.Text("screen_name"), parent ?? id, parent, found, e => e with
        {
            Text = (post.Get("extended_tweet").Text("full_text") ?? post.Text("text")) is { } text ? XDmContent.Plain(text) : null,
            Timestamp = DateTimeOffset.TryParseExact(post.Text("created_at"), OldDate, CultureInfo.InvariantCulture, DateTimeStyles.None, out var at) ? at.ToUniversalTime() : null,
        });
    }

    public static void ReadOldDelete(string account, JsonElement item, XDmFound found)
    {
        if (item.Get("status").Id("id") is { } id) { found.Events.Add(Deleted(account, id, item.Get("status").Id("user_id"), id, item.Epoch("timestamp_ms"))); }
    }

    private static InboundEvent Deleted(string? account, string id, string? author, string thread, DateTimeOffset? at) => new(InboundKind.Delete)
    {
        Account = account, ExternalId = id, TargetKey = id, ThreadId = thread, Audience = Audience.Public, Sender = author is null ? null : new Sender(author), Timestamp = at,
    };

    private static void Add(
        string? account, string id, string author, string? name, string? username, string thread, string? parent, XDmFound found, Func<InboundEvent, InboundEvent> fill) =>
        found.Events.Add(fill(new InboundEvent(InboundKind.Comment)
        {
            Account = account,
            ExternalId = id,
            ThreadId = thread,
            Audience = Audience.Public,
            Sender = new Sender(author) { Name = name, Username = username, Address = username is null ? null : "@" + username },
            Outbound = author == account,
            ReplyTo = parent,
            TargetKey = parent,
            Permalink = $"https://x.com/{username ?? "i"}/status/{id}",
            Extra = new Dictionary<string, string> { ["answerTo"] = id },
        }));
}
