using System.Globalization;
using System.Text.Json;
using Braid.Channels.Common;

namespace Braid.Channels.GoogleBusinessProfile;

/// <summary>One review. Google names no author id, so the review's own name stands for its author.</summary>
internal static class GoogleReview
{
    private static readonly string[] Stars = ["ONE", "TWO", "THREE", "FOUR", "FIVE"];

    public static InboundEvent? Read(JsonElement review, bool first)
    {
        if (review.Id("name") is not { } name || name.LastIndexOf("/reviews/", StringComparison.Ordinal) is not (> 0 and var end)) { return null; }
        var (created, updated) = (Time(review, "createTime"), Time(review, "updateTime"));
        var edited = !first && updated > created;
        var reviewer = review.Get("reviewer");
        return new InboundEvent(edited ? InboundKind.Edit : InboundKind.Comment)
        {
            ExternalId = name, TargetKey = edited ? name : null, ThreadId = name, Post = name[..end], Audience = Audience.Public,
            Sender = new Sender(name) { Anonymous = true, Name = reviewer.Flag("isAnonymous") ? null : reviewer.Text("displayName") },
            // Translated texts hold the original too, and are kept whole.
            Text = review.Text("comment"),
            Rating = Array.IndexOf(Stars, review.Text("starRating")) is >= 0 and var stars ? stars + 1 : null,
            Timestamp = edited ? updated : created ?? updated,
        };
    }

    public static DateTimeOffset? Time(JsonElement json, string name) =>
        DateTimeOffset.TryParse(json.Text(name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at) ? at : null;
}
