using System.Text.Json;
using Braid.Channels.Common;

namespace Braid.Channels.YouTubeComments;

/// <summary>
/// Reads the newest threads. A new reply does not bring an old thread up, so the counts of replies are compared, and only threads with more
/// of them are read further. Each look costs units of the day's quota; at four fifths it stops, so that answers still go.
/// </summary>
internal sealed class YouTubeCommentsListener : IListener<YouTubeCommentsSettings>
{
    private const int MostPages = 10;
    private const string QuotaUsed =
        "Four fifths of YouTube's quota for today are used by looking for comments. Braid goes on at midnight in California. Look less often, or ask Google for more.";

    public bool IsWanted(YouTubeCommentsSettings settings) => true;

    public Task ListenAsync(YouTubeCommentsSettings settings, IListenerHost host, CancellationToken ct)
    {
        var api = new YouTubeApi(settings, new ProviderContext(host.Http, host.Clock) { Tokens = host.Tokens, Dial = host.Dial });
        var position = host.Position;
        return Polling.RunAsync(host, TimeSpan.FromMinutes(settings.PollMinutes), async () =>
        {
            var round = new Round(api, settings, host, YouTubePosition.Of(position, host.Clock.GetUtcNow()), ct);
            try
            {
                await round.LookAsync();
            }
            finally
            {
                // What was found is kept and what was spent is counted, also when the round broke off: it goes on from there.
                if (round.Worth) { await host.StoreAsync(round.News, position = round.Position, ct); }
            }
        }, ct);
    }

    private sealed class Round(YouTubeApi api, YouTubeCommentsSettings settings, IListenerHost host, YouTubePosition at, CancellationToken ct)
    {
        private readonly SeenItems seen = new(at.Seen, host.Clock.GetUtcNow());
        private readonly Dictionary<string, long> replies = new(StringComparer.Ordinal);
        private int units = at.Units;
        private bool whole;

        public List<RawDelivery> News { get; } = [];

        public bool Worth => whole || units > at.Units;

        /// <summary>A round that broke off is read again from where it began; what it stored is known by its keys then.</summary>
        public string Position => (whole ? at.With(seen, units, replies) : at with { Units = units }).ToString();

        public async Task LookAsync()
        {
            await ThreadsAsync("");
            if (settings.HeldComments) { await ThreadsAsync("&moderationStatus=heldForReview"); }
            News.Reverse();
            whole = true;
        }

        private async Task ThreadsAsync(string more)
        {
            string? page = null;
            for (var pages = 0; pages < MostPages; pages++)
            {
                var channel = Uri.EscapeDataString(settings.ChannelId);
                var json = await AskAsync($"commentThreads?part=snippet,replies&allThreadsRelatedToChannelId={channel}&order=time&maxResults=100&textFormat=plainText{more}", page);
                var fresh = 0;
                foreach (var thread in json.Items("items"))
                {
                    if (thread.Id("id") is not { } id) { continue; }
                    var count = thread.Get("snippet").Number("totalReplyCount") ?? 0;
                    // Found newest first, and turned round at the end: replies stand before their comment here.
                    if (count > at.Replies.GetValueOrDefault(id)) { await RepliesAsync(thread, id, count); }
                    if (Take(thread.Get("snippet").Get("topLevelComment"))) { fresh++; }
                    replies[id] = count;
                }

                page = json.Text("nextPageToken");
                if (page is null || fresh == 0) { break; }
            }
        }

        /// <summary>A thread shows a few of its replies; the others are asked for.</summary>
        private async Task RepliesAsync(JsonElement thread, string id, long count)
        {
            var shown = thread.Get("replies").Items("comments").ToList();
            string? page = null;
            if (shown.Count < count)
            {
                shown.Clear();
                do
                {
                    var json = await AskAsync($"comments?part=snippet&parentId={Uri.EscapeDataString(id)}&maxResults=100&textFormat=plainText", page);
                    shown.AddRange(json.Items("items"));
                    page = json.Text("nextPageToken");
                }
                while (page is not null && shown.Count < 1000);
            }

            foreach (var reply in shown.OrderByDescending(r => YouTubeCommentsReceiver.Time(r.Get("snippet"), "publishedAt"))) { Take(reply); }
        }

        private bool Take(JsonElement comment)
        {
            var said = comment.Get("snippet");
            var (published, updated) = (YouTubeCommentsReceiver.Time(said, "publishedAt"), YouTubeCommentsReceiver.Time(said, "updatedAt"));
            return comment.Id("id") is { } id && (updated ?? published) is { } when
                && seen.Take(News, comment, id, when, updated > published, host.Clock, YouTubeCommentsReceiver.First);
        }

        private async Task<JsonElement> AskAsync(string path, string? page)
        {
            var now = host.Clock.GetUtcNow();
            if (units >= settings.DailyUnits * 4 / 5)
            {
                throw new PollException(QuotaUsed, YouTubeApi.UntilNewQuota(now));
            }

            units++;
            var answer = await api.CallAsync(call => call.GetAsync(page is null ? path : $"{path}&pageToken={Uri.EscapeDataString(page)}", ct), ct);
            if (answer is ProviderAnswer.Answered { Status: 403 } no && YouTubeErrors.Result(no, now) is SendResult.Retry busy)
            {
                throw new PollException($"{Outcomes.Sentence(busy.Reason)} Braid goes on later.", busy.After ?? TimeSpan.FromMinutes(5));
            }

            return Polling.Require(answer, "YouTube", "Sign in with the account that owns the channel, and check the channel's id.");
        }
    }
}
