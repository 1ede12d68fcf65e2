using System.Globalization;
using System.Text.Json;
using Braid.Channels.Common;

namespace Braid.Channels.Gmail;

/// <summary>
/// Follows the mailbox's history. A record's mails are stored together with its number, so nothing is lost or, but for a crash, read twice.
/// Google forgets history after some days: then mail since the last known time is looked through, and doubles are known by their Message-ID.
/// Nothing in the mailbox is changed.
/// </summary>
internal sealed class GmailListener : IListener<GmailSettings>
{
    private const int BatchMails = 20;
    private const long BatchBytes = 8 << 20;
    private static readonly TimeSpan Overlap = TimeSpan.FromDays(1);

    public bool IsWanted(GmailSettings settings) => !string.IsNullOrWhiteSpace(settings.RefreshToken);

    public Task ListenAsync(GmailSettings settings, IListenerHost host, CancellationToken ct)
    {
        var round = new Round(settings, host, new GmailApi(settings, new ProviderContext(host.Http, host.Clock) { Tokens = host.Tokens, Dial = host.Dial }));
        return Polling.RunAsync(host, TimeSpan.FromSeconds(settings.PollSeconds), () => round.RunAsync(ct), ct);
    }

    private sealed class Round(GmailSettings settings, IListenerHost host, GmailApi api)
    {
        private GmailPosition? position = GmailPosition.Parse(host.Position);

        public async Task RunAsync(CancellationToken ct)
        {
            if (position is not { } known)
            {
                await BeginAsync(settings.SinceDays > 0 ? host.Clock.GetUtcNow().AddDays(-settings.SinceDays) : null, ct);
                return;
            }

            string? page = null;
            var last = known.History;
            do
            {
                var answer = await api.GetAsync($"history?startHistoryId={known.History}&historyTypes=messageAdded&labelId={Uri.EscapeDataString(settings.Label)}&maxResults=100{Page(page)}", ct);
                if (answer is ProviderAnswer.Answered { Status: 404 })
                {
                    await BeginAsync(DateTimeOffset.FromUnixTimeSeconds(known.Seconds) - Overlap, ct);
                    return;
                }

                var json = Polling.Require(answer, "Gmail", GmailApi.Fix);
                foreach (var record in json.Items("history"))
                {
                    var ids = record.Items("messagesAdded").Select(a => a.Get("message")).Where(IsNews).Select(m => m.Id("id")).OfType<string>().Distinct().ToList();
                    if (record.Id("id") is { } id) { last = id; }
                    if (ids.Count > 0) { await TakeAsync(ids, last, ct); }
                }

                page = json.Text("nextPageToken");
                if (page is null && json.Id("historyId") is { } now) { last = now; }
            }
            while (page is not null);

            if (last != position?.History) { await StoreAsync([], last, ct); }
        }

        /// <summary>From now on, or from a time on: the mailbox's own number is asked for first, so that what comes meanwhile is not missed.</summary>
        private async Task BeginAsync(DateTimeOffset? since, CancellationToken ct)
        {
            var history = Polling.Require(await api.GetAsync("profile", ct), "Gmail", GmailApi.Fix).Id("historyId") ?? throw new PollException("Gmail told no history id.");
            if (since is not { } from)
            {
                await StoreAsync([], history, ct);
                return;
            }

            var ids = new List<string>();
            string? page = null;
            do
            {
                var query = Uri.EscapeDataString(string.Create(CultureInfo.InvariantCulture, $"after:{from.ToUnixTimeSeconds()}"));
                var json = Polling.Require(await api.GetAsync($"messages?labelIds={Uri.EscapeDataString(settings.Label)}&q={query}&maxResults=500{Page(page)}", ct), "Gmail", GmailApi.Fix);
                ids.AddRange(json.Items("messages").Select(m => m.Id("id")).OfType<string>());
                page = json.Text("nextPageToken");
            }
            while (page is not null);

            // Listed newest first. Until all are stored the position stays, and a broken round begins anew.
            ids.Reverse();
            foreach (var chunk in ids.Chunk(BatchMails)) { await TakeAsync(chunk, null, ct); }
            await StoreAsync([], history, ct);
        }

        private async Task TakeAsync(IReadOnlyList<string> ids, string? history, CancellationToken ct)
        {
            var batch = new List<RawDelivery>();
            long bytes = 0;
            foreach (var id in ids)
            {
                if (await api.MailAsync(id, ct) is not { } mail) { continue; }
                var headers = new Dictionary<string, string> { ["gmail-id"] = id };
                if (mail.At is { } at) { headers["imap-received"] = at.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture); }
                if (mail.Thread is { } thread) { headers["gmail-thread"] = thread; }
                if (mail.Truncated is { } why) { headers["truncated"] = why; }
                batch.Add(new RawDelivery { Body = mail.Raw, ContentType = "message/rfc822", Headers = headers, ReceivedAt = host.Clock.GetUtcNow() });
                bytes += mail.Raw.Length;
                if (bytes < BatchBytes) { continue; }
                await StoreAsync(batch, null, ct);
                (batch, bytes) = ([], 0);
            }

            await StoreAsync(batch, history, ct);
        }

        /// <param name="history">Null: the position stays.</param>
        private async Task StoreAsync(List<RawDelivery> batch, string? history, CancellationToken ct)
        {
            if (history is not null) { position = new(history, host.Clock.GetUtcNow().ToUnixTimeSeconds()); }
            else if (batch.Count == 0) { return; }
            await host.StoreAsync(batch, position?.ToString() ?? "", ct);
        }

        /// <summary>Drafts, and what Google took for spam, are no mail for us.</summary>
        private static bool IsNews(JsonElement message) => !message.Items("labelIds").Any(l => l.AsId() is "DRAFT" or "SPAM" or "TRASH");

        private static string Page(string? token) => token is null ? "" : "&pageToken=" + Uri.EscapeDataString(token);
    }
}

/// <summary>The history's number, and when it was read up to there.</summary>
internal sealed record GmailPosition(string History, long Seconds)
{
    public static GmailPosition? Parse(string? text) =>
        text?.Split(':') is [{ Length: > 0 } history, var seconds] && history.All(char.IsAsciiDigit) && long.TryParse(seconds, CultureInfo.InvariantCulture, out var at) && at is >= 0 and < 100_000_000_000 ? new(history, at) : null;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{History}:{Seconds}");
}
