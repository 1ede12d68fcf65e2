using System.Text.Json;
using Braid.Channels.Common;

namespace Braid.Channels.GooglePlayReviews;

/// <summary>Looks at the newest reviews (Google shows a week of them) and remembers them, so that a changed review is told from a new one.</summary>
internal sealed class GooglePlayReviewsListener : IListener<GooglePlayReviewsSettings>
{
    private const int MostPages = 20;

    public bool IsWanted(GooglePlayReviewsSettings settings) => true;

    public Task ListenAsync(GooglePlayReviewsSettings settings, IListenerHost host, CancellationToken ct)
    {
        var api = new GooglePlayReviewsApi(settings, new ProviderContext(host.Http, host.Clock) { Tokens = host.Tokens, Dial = host.Dial });
        var position = host.Position;
        return Polling.RunAsync(host, TimeSpan.FromMinutes(settings.PollMinutes), async () =>
        {
            var seen = new SeenItems(position, host.Clock.GetUtcNow());
            var news = new List<RawDelivery>();
            string? page = null;
            for (var pages = 0; pages < MostPages; pages++)
            {
                var json = Polling.Require(await api.ListAsync(page, 100, ct), "Google Play", GooglePlayReviewsApi.NoAccess);
                var fresh = json.Items("reviews").Count(review => Take(review, seen, news, host.Clock));
                page = json.Get("tokenPagination").Text("nextPageToken");
                // Newest first: a page without news ends the search.
                if (page is null || fresh == 0) { break; }
            }

            news.Reverse();
            await host.StoreAsync(news, position = seen.ToString(), ct);
        }, ct);
    }

    private static bool Take(JsonElement review, SeenItems seen, List<RawDelivery> news, TimeProvider clock)
    {
        var said = review.Items("comments").Select(c => c.Get("userComment")).FirstOrDefault(c => c.IsObject());
        if (review.Id("reviewId") is not { } id || GooglePlayReviewsReceiver.At(said.Get("lastModified")) is not { } at) { return false; }
        var known = seen.Knows(id);
        if (!seen.Take(id, at)) { return false; }
        news.Add(Polling.Delivery(review, clock, known ? GooglePlayReviewsReceiver.Known : null));
        return true;
    }
}
