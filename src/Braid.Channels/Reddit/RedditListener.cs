using System.Text.Json;
using Braid.Channels.Common;

namespace Braid.Channels.Reddit;

/// <summary>
/// Reads the account's inbox and the subreddit's comments, newest first, until a page brings no news. Edits are seen while a comment is
/// among the newest hundred.
/// </summary>
internal sealed class RedditListener : IListener<RedditSettings>
{
    private const int MostPages = 10;

    public bool IsWanted(RedditSettings settings) => true;

    public Task ListenAsync(RedditSettings settings, IListenerHost host, CancellationToken ct)
    {
        var api = new RedditApi(settings, new ProviderContext(host.Http, host.Clock) { Tokens = host.Tokens, Dial = host.Dial });
        var position = host.Position;
        return Polling.RunAsync(host, TimeSpan.FromSeconds(settings.PollSeconds), async () =>
        {
            var (parts, now, news) = ((position ?? "").Split('|'), host.Clock.GetUtcNow(), new List<RawDelivery>());
            var (inbox, comments) = (new SeenItems(parts[0], now), new SeenItems(parts.ElementAtOrDefault(1), now));
            await ReadAsync(api, "message/inbox?mark=false", inbox, news, host, ct);
            if (!string.IsNullOrEmpty(settings.Subreddit)) { await ReadAsync(api, $"r/{settings.Subreddit}/comments?sort=new", comments, news, host, ct); }
            await host.StoreAsync(news, position = $"{inbox}|{comments}", ct);
        }, ct);
    }

    private static async Task ReadAsync(RedditApi api, string path, SeenItems seen, List<RawDelivery> news, IListenerHost host, CancellationToken ct)
    {
        var found = new List<RawDelivery>();
        string? after = null;
        for (var pages = 0; pages < MostPages; pages++)
        {
            var json = Polling.Require(await api.GetAsync($"{path}&limit=100{(after is null ? "" : $"&after={Uri.EscapeDataString(after)}")}", ct), "Reddit", "Check that the account may read there, then sign in again.");
            var fresh = 0;
            foreach (var thing in json.Get("data").Items("children"))
            {
                var data = thing.Get("data");
                var edited = RedditReceiver.Seconds(data, "edited");
                if (data.Id("name") is { } name && (edited ?? RedditReceiver.Seconds(data, "created_utc")) is { } at
                    && seen.Take(found, thing, name, at, edited is not null, host.Clock, RedditReceiver.First)) { fresh++; }
            }

            after = json.Get("data").Text("after");
            if (after is null || fresh == 0) { break; }
        }

        found.Reverse();
        news.AddRange(found);
    }
}
