using System.Text.Json;
using Braid.Channels.Common;

namespace Braid.Channels.Reddit;

/// <summary>Listings and single things: comments (t1) are public, one thread per top-level comment; messages (t4) are private.</summary>
internal sealed class RedditReceiver : IReceiver<RedditSettings>
{
    /// <summary>The listener's note: a changed comment that may not have been seen before its change.</summary>
    public const string First = "first";

    /// <summary>The listener's note: the comment at the top of the tree. A deep answer names only its parent.</summary>
    public const string Root = "root";

    public Verdict Verify(WebhookRequest request, RedditSettings settings) => new Verdict.Forged("Reddit sends no webhooks; it is polled", 403);

    public Reading Read(RawDelivery delivery, RedditSettings settings) => ChannelJson.Read(delivery, "a listing of Reddit", json =>
    {
        var first = delivery.Query.ContainsKey(First);
        var (events, skipped) = (new List<InboundEvent>(), new List<string>());
        foreach (var thing in json.Text("kind") == "Listing" ? json.Get("data").Items("children") : [json])
        {
            var e = thing.Text("kind") switch
            {
                "t1" => Comment(thing.Get("data"), first, delivery.Query.GetValueOrDefault(Root), settings),
                "t4" => Message(thing.Get("data"), settings),
                _ => null,
            };
            if (e is not null) { events.Add(e); }
            else { skipped.Add($"{thing.Text("kind") ?? "something"}: no content for us"); }
        }

        return events.Count > 0 ? new Reading.Events(events) { Skipped = skipped }
            : json.IsObject() ? new Reading.Ignored(skipped.Count == 0 ? "nothing in it" : string.Join("; ", skipped))
            : new Reading.Unreadable("not a listing of Reddit");
    });

    private static InboundEvent? Comment(JsonElement comment, bool first, string? root, RedditSettings settings)
    {
        if (comment.Id("name") is not { } name || (comment.Id("link_id") ?? LinkIn(comment.Text("context"))) is not { } link) { return null; }
        var (author, edited) = (comment.Text("author"), Seconds(comment, "edited"));
        var deleted = author == "[deleted]" || (comment.Text("author_fullname") is null && comment.Text("body") is "[deleted]" or "[removed]");
        var kind = deleted ? InboundKind.Delete : edited is not null && !first ? InboundKind.Edit : InboundKind.Comment;
        return new InboundEvent(kind)
        {
            ExternalId = name, TargetKey = kind == InboundKind.Comment ? null : name, Post = link, ThreadTitle = comment.Text("link_title"), ReplyTo = comment.Id("parent_id"),
            ThreadId = root ?? (comment.Id("parent_id") is { } parent && parent.StartsWith("t1_", StringComparison.Ordinal) ? parent : name),
            Audience = Audience.Public, Sender = deleted ? null : Author(comment, author, name), Text = deleted ? null : comment.Text("body"),
            Timestamp = kind == InboundKind.Edit ? edited : Seconds(comment, "created_utc"), Outbound = !deleted && IsOurs(author, settings),
            Permalink = (comment.Text("permalink") ?? comment.Text("context")) is ['/', ..] path ? "https://www.reddit.com" + path : null,
        };
    }

    private static InboundEvent? Message(JsonElement message, RedditSettings settings)
    {
        if (message.Id("name") is not { } name) { return null; }
        var (author, subject) = (message.Text("author"), message.Text("subject"));
        return new InboundEvent(InboundKind.Message)
        {
            // The first message names the conversation.
            ExternalId = name, ThreadId = message.Id("first_message_name") ?? name, ThreadTitle = subject, ReplyTo = message.Id("parent_id"), Sender = Author(message, author, name),
            Text = message.Text("body"), Timestamp = Seconds(message, "created_utc"), Outbound = IsOurs(author, settings),
            Extra = subject is null ? [] : new Dictionary<string, string> { ["subject"] = subject },
        };
    }

    private static Sender Author(JsonElement json, string? author, string name) => json.Id("author_fullname") is { } id
        ? new Sender(id) { Name = author, Username = author, Address = author is null ? null : "u/" + author }
        : new Sender(author ?? name) { Anonymous = author is null, Name = author, Username = author };

    private static bool IsOurs(string? author, RedditSettings settings) => author is not null && author.Equals(settings.Username, StringComparison.OrdinalIgnoreCase);

    /// <summary>In the inbox a comment names its post only by its address: `/r/Sub/comments/1abcd2/title/m1aaaa/?context=3`.</summary>
    private static string? LinkIn(string? context) => context?.Split('/') is ["", "r", _, "comments", { Length: > 0 } post, ..] ? "t3_" + post : null;

    /// <summary>Seconds with a fraction; `edited` is false for most.</summary>
    public static DateTimeOffset? Seconds(JsonElement json, string name) =>
        json.Get(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetDouble(out var seconds) && seconds is > 0 and < 100_000_000_000
            ? DateTimeOffset.FromUnixTimeMilliseconds((long)Math.Round(seconds * 1000))
            : null;
}
