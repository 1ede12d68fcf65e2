using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Braid.Channels.Common;

namespace Braid.Channels.YouTubeComments;

internal sealed partial class YouTubeCommentsReceiver : IReceiver<YouTubeCommentsSettings>
{
    /// <summary>The listener's note: a changed comment that may not have been seen before its change.</summary>
    public const string First = "first";

    public Verdict Verify(WebhookRequest request, YouTubeCommentsSettings settings) => new Verdict.Forged("YouTube sends no webhooks for comments; they are polled", 403);

    public Reading Read(RawDelivery delivery, YouTubeCommentsSettings settings) => ChannelJson.Read(delivery, "a comment of YouTube", json =>
    {
        var first = delivery.Query.ContainsKey(First);
        var items = json.Get("snippet").Exists() ? [json] : json.Items("items").ToList();
        List<InboundEvent> events = [.. items.SelectMany(Comments).Select(comment => Comment(comment, first, settings)).OfType<InboundEvent>()];
        return events.Count > 0 ? new Reading.Events(events)
            : json.IsObject() ? new Reading.Ignored("no comments in it")
            : new Reading.Unreadable("not a comment of YouTube");
    });

    /// <summary>A thread holds its first comment and some of the replies.</summary>
    private static IEnumerable<JsonElement> Comments(JsonElement item) =>
        item.Get("snippet").Get("topLevelComment").IsObject() ? item.Get("replies").Items("comments").Prepend(item.Get("snippet").Get("topLevelComment")) : [item];

    private static InboundEvent? Comment(JsonElement comment, bool first, YouTubeCommentsSettings settings)
    {
        var said = comment.Get("snippet");
        if (comment.Id("id") is not { } id || !said.IsObject()) { return null; }
        var (published, updated) = (Time(said, "publishedAt"), Time(said, "updatedAt"));
        var edited = !first && updated > published;
        var (author, name) = (said.Get("authorChannelId").Id("value"), said.Text("authorDisplayName"));
        var parent = said.Id("parentId");
        return new InboundEvent(edited ? InboundKind.Edit : InboundKind.Comment)
        {
            ExternalId = id, TargetKey = edited ? id : null, ReplyTo = parent, ThreadId = parent ?? id, Post = said.Id("videoId") ?? said.Id("channelId"),
            Audience = Audience.Public, Outbound = author is not null && (author == said.Id("channelId") || author == settings.ChannelId),
            Sender = author is null ? new Sender(id) { Anonymous = true, Name = name } : new Sender(author) { Name = name, Username = name?.TrimStart('@'), Address = name },
            Text = said.Text("textOriginal") ?? Plain(said.Text("textDisplay")),
            Timestamp = edited ? updated : published ?? updated,
            Status = said.Text("moderationStatus") is { } status and not "published" ? status : null,
            Permalink = said.Id("videoId") is { } video ? $"https://www.youtube.com/watch?v={Uri.EscapeDataString(video)}&lc={Uri.EscapeDataString(id)}" : null,
        };
    }

    public static DateTimeOffset? Time(JsonElement json, string name) =>
        DateTimeOffset.TryParse(json.Text(name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at) ? at : null;

    private static string? Plain(string? html)
    {
        if (html is null) { return null; }
        var text = JsonText.WellFormed(WebUtility.HtmlDecode(Tag().Replace(LineBreak().Replace(html, "\n"), "")));
        return string.IsNullOrWhiteSpace(text) ? null : text;
    }

    [GeneratedRegex(@"<br\s*/?>", RegexOptions.IgnoreCase)]
    private static partial Regex LineBreak();

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tag();
}
