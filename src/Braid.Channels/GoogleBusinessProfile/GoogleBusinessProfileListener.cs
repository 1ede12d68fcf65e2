using Braid.Channels.Common;

namespace Braid.Channels.GoogleBusinessProfile;

/// <summary>Reads the reviews by their last change. Google may hold a review back, so it can appear below what was read already.</summary>
internal sealed class GoogleBusinessProfileListener : IListener<GoogleBusinessProfileSettings>
{
    private const int MostPages = 40;

    public bool IsWanted(GoogleBusinessProfileSettings settings) => true;

    public Task ListenAsync(GoogleBusinessProfileSettings settings, IListenerHost host, CancellationToken ct)
    {
        var api = new GoogleBusinessProfileApi(settings, new ProviderContext(host.Http, host.Clock) { Tokens = host.Tokens, Dial = host.Dial });
        var position = host.Position;
        return Polling.RunAsync(host, TimeSpan.FromSeconds(settings.PollSeconds), async () =>
        {
            var (news, seen) = (new List<RawDelivery>(), new SeenItems(position, host.Clock.GetUtcNow()));
            string? page = null;
            for (var pages = 0; pages < MostPages; pages++)
            {
                var path = $"{settings.Location}/reviews?pageSize=50&orderBy={Uri.EscapeDataString("updateTime desc")}{(page is null ? "" : $"&pageToken={Uri.EscapeDataString(page)}")}";
                var json = Polling.Require(await api.CallAsync(call => call.GetAsync(path, ct), ct), "Google", GoogleBusinessProfileApi.NoAccess);
                var fresh = 0;
                foreach (var review in json.Items("reviews"))
                {
                    if (review.Id("name") is not { } name || GoogleReview.Time(review, "updateTime") is not { } at) { continue; }
                    var edited = at > GoogleReview.Time(review, "createTime");
                    if (seen.Take(news, review, name, at, edited, host.Clock, GoogleBusinessProfileReceiver.First)) { fresh++; }
                }

                page = json.Text("nextPageToken");
                if (page is null || fresh == 0) { break; }
            }

            news.Reverse();
            await host.StoreAsync(news, position = seen.ToString(), ct);
        }, ct);
    }
}
