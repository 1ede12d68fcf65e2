using System.Text.Json;
using Braid.Channels.Common;

namespace Braid.Channels.GooglePlayReviews;

/// <summary>
/// A review keeps its id when it is changed, and nothing in it tells a new one from a changed one: the listener, which remembers, notes it.
/// </summary>
internal sealed class GooglePlayReviewsReceiver : IReceiver<GooglePlayReviewsSettings>
{
    public const string Known = "known";

    public Verdict Verify(WebhookRequest request, GooglePlayReviewsSettings settings) => new Verdict.Forged("Google Play sends no webhooks; its reviews are polled", 403);

    public Reading Read(RawDelivery delivery, GooglePlayReviewsSettings settings) => ChannelJson.Read(delivery, "a review of Google Play", json =>
    {
        var known = delivery.Query.ContainsKey(Known);
        var reviews = json.Get("reviewId").Exists() ? [json] : json.Items("reviews").ToList();
        List<InboundEvent> events = [.. reviews.Select(review => Review(review, known)).OfType<InboundEvent>()];
        return events.Count > 0 ? new Reading.Events(events)
            : json.IsObject() ? new Reading.Ignored("no reviews in it")
            : new Reading.Unreadable("not a review of Google Play");
    });

    private static InboundEvent? Review(JsonElement review, bool known)
    {
        // The customer's comment comes first; the other one is our own answer.
        var said = review.Items("comments").Select(c => c.Get("userComment")).FirstOrDefault(c => c.IsObject());
        if (review.Id("reviewId") is not { } id || !said.IsObject()) { return null; }
        return new InboundEvent(known ? InboundKind.Edit : InboundKind.Comment)
        {
            ExternalId = id, TargetKey = known ? id : null, ThreadId = id, Audience = Audience.Public,
            Sender = new Sender(id) { Anonymous = true, Name = review.Text("authorName"), Language = said.Text("reviewerLanguage") },
            Text = Words(said.Text("originalText") ?? said.Text("text")),
            Rating = said.Number("starRating") is >= 1 and <= 5 and var stars ? (int)stars : null,
            Timestamp = At(said.Get("lastModified")),
            Extra = Facts(said),
        };
    }

    /// <summary>A tab stands between the title, if there is one, and the text.</summary>
    private static string? Words(string? text)
    {
        if (text is null) { return null; }
        var parts = text.Split('\t', 2, StringSplitOptions.TrimEntries);
        var words = string.Join('\n', parts.Where(p => p.Length > 0));
        return words.Length > 0 ? words : null;
    }

    public static DateTimeOffset? At(JsonElement time) => time.Epoch("seconds")?.AddTicks((time.Number("nanos") is > 0 and < 1_000_000_000 and var nanos ? nanos : 0) / 100);

    private static Dictionary<string, string> Facts(JsonElement said)
    {
        var facts = new Dictionary<string, string>();
        foreach (var (name, value) in new[]
        {
            ("appVersion", said.Text("appVersionName")), ("androidVersion", said.Id("androidOsVersion")), ("device", said.Get("deviceMetadata").Text("productName") ?? said.Text("device")),
        })
        {
            if (value is not null) { facts[name] = value; }
        }

        return facts;
    }
}
