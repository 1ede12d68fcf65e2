using System.Text.Json;
using Braid.Channels.Common;

namespace Braid.Channels.Reddit;

/// <summary>
/// Reads the account's inbox and the subreddit's comments, newest first, until a page brings no news. Edits are seen while a comment is
/// among the newest hundred. A deep answer names only its parent, so the way up to the top of its tree is looked for.
/// </summary>
internal sealed class RedditListener : IListener<RedditSettings>
{
    private const int MostPages = 10;
    private const int MostSteps = 12;

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
        var parents = new Dictionary<string, string>(StringComparer.Ordinal);
        string? after = null;
        for (var pages = 0; pages < MostPages; pages++)
        {
            var ask = $"{path}&limit=100{(after is null ? "" : $"&after={Uri.EscapeDataString(after)}")}";
            var json = Polling.Require(await api.GetAsync(ask, ct), "Reddit", "Check that the account may read there, then sign in again.");
            foreach (var data in json.Get("data").Items("children").Select(thing => thing.Get("data")))
            {
                if (data.Id("name") is { } child && data.Id("parent_id") is { } parent) { parents[child] = parent; }
            }

            var fresh = 0;
            foreach (var thing in json.Get("data").Items("children"))
            {
                var data = thing.Get("data");
                var (before, edited) = (found.Count, RedditReceiver.Seconds(data, "edited"));
                if (data.Id("name") is { } name && (edited ?? RedditReceiver.Seconds(data, "created_utc")) is { } at
                    && seen.Take(found, thing, name, at, edited is not null, host.Clock, RedditReceiver.First))
                {
                    fresh++;
                    if (await RootAsync(api, name, parents, ct) is not { } root) { continue; }
                    for (var i = before; i < found.Count; i++)
                    {
                        found[i] = found[i] with { Query = new Dictionary<string, string>(found[i].Query) { [RedditReceiver.Root] = root } };
                    }
                }
            }

            after = json.Get("data").Text("after");
            if (after is null || fresh == 0) { break; }
        }

        found.Reverse();
        news.AddRange(found);
    }

    /// <summary>Null for top-level comments and messages, and where the way up is lost: the parent stands for it then.</summary>
    private static async Task<string?> RootAsync(RedditApi api, string name, Dictionary<string, string> parents, CancellationToken ct)
    {
        if (!name.StartsWith("t1_", StringComparison.Ordinal)) { return null; }
        string? root = null;
        for (var (step, at) = (0, parents.GetValueOrDefault(name)); step < MostSteps && at?.StartsWith("t1_", StringComparison.Ordinal) == true; step++)
        {
            root = at;
            if (!parents.TryGetValue(at, out var above)
                && await api.GetAsync($"api/info?id={Uri.EscapeDataString(at)}", ct) is ProviderAnswer.Answered { Ok: true } yes
                && yes.Json.Get("data").Items("children").Select(c => c.Get("data").Id("parent_id")).FirstOrDefault() is { } found)
            {
                parents[at] = above = found;
            }

            at = above;
        }

        return root;
    }
}
