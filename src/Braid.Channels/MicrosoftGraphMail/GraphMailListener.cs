using System.Globalization;
using System.Text.Json;
using Braid.Channels.Common;

namespace Braid.Channels.MicrosoftGraphMail;

/// <summary>
/// Follows a folder's changes by delta query. Each page's mails are stored together with the link to what comes next. Microsoft forgets old
/// links: then mail since the last known time is looked through, and doubles are known by their Message-ID. Nothing in the mailbox is changed.
/// </summary>
internal sealed class GraphMailListener : IListener<GraphMailSettings>
{
    private const long BatchBytes = 8 << 20;
    private static readonly TimeSpan Overlap = TimeSpan.FromDays(1);

    public bool IsWanted(GraphMailSettings settings) => !string.IsNullOrWhiteSpace(settings.RefreshToken);

    public Task ListenAsync(GraphMailSettings settings, IListenerHost host, CancellationToken ct)
    {
        var round = new Round(settings, host, new GraphMailApi(settings, new ProviderContext(host.Http, host.Clock) { Tokens = host.Tokens, Dial = host.Dial }));
        return Polling.RunAsync(host, TimeSpan.FromSeconds(settings.PollSeconds), () => round.RunAsync(ct), ct);
    }

    private sealed class Round(GraphMailSettings settings, IListenerHost host, GraphMailApi api)
    {
        private GraphMailPosition? position = GraphMailPosition.Parse(host.Position);

        public async Task RunAsync(CancellationToken ct)
        {
            // A link from another place (changed settings, a tampered database) is never called: our token would go there.
            var link = position is { } known && known.Link.StartsWith(api.Base + "/", StringComparison.Ordinal) ? known.Link[(api.Base.Length + 1)..] : Beginning(host.Clock.GetUtcNow().AddDays(-settings.SinceDays));
            var again = false;
            while (true)
            {
                var answer = await api.CallAsync(json => json.GetAsync(link, ct), ct);
                if (answer is ProviderAnswer.Answered { Status: 410 } && position is { } old && !again)
                {
                    again = true;
                    link = Beginning(DateTimeOffset.FromUnixTimeSeconds(old.Seconds) - Overlap);
                    position = null;
                    continue;
                }

                var page = Polling.Require(answer, "Microsoft", GraphMailApi.Fix);
                var next = page.Text("@odata.nextLink");
                if ((next ?? page.Text("@odata.deltaLink")) is not { } onward || !onward.StartsWith(api.Base + "/", StringComparison.Ordinal)) { throw new PollException("Microsoft gave no link to what comes next."); }
                await TakeAsync(page, onward, ct);
                if (next is null) { return; }
                link = onward[(api.Base.Length + 1)..];
            }
        }

        private string Beginning(DateTimeOffset since) =>
            $"{settings.Root}/mailFolders/{Uri.EscapeDataString(settings.Folder)}/messages/delta?changeType=created&$select=id,receivedDateTime,isDraft&$filter="
            + Uri.EscapeDataString($"receivedDateTime ge {since.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)}");

        private async Task TakeAsync(JsonElement page, string onward, CancellationToken ct)
        {
            var batch = new List<RawDelivery>();
            long bytes = 0;
            foreach (var item in page.Items("value").Where(i => !i.Get("@removed").Exists() && !i.Flag("isDraft")))
            {
                if (item.Text("id") is not { } id || await api.MailAsync(id, ct) is not { } mail) { continue; }
                var headers = new Dictionary<string, string> { ["graph-id"] = id };
                if (DateTimeOffset.TryParse(item.Text("receivedDateTime"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)) { headers["imap-received"] = at.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture); }
                if (mail.Truncated is { } why) { headers["truncated"] = why; }
                batch.Add(new RawDelivery { Body = mail.Raw, ContentType = "message/rfc822", Headers = headers, ReceivedAt = host.Clock.GetUtcNow() });
                bytes += mail.Raw.Length;
                if (bytes < BatchBytes) { continue; }
                // The position stays: a page that breaks off is read again, and doubles are recognised.
                await host.StoreAsync(batch, position?.ToString() ?? "", ct);
                (batch, bytes) = ([], 0);
            }

            var moved = position?.Link != onward;
            position = new(host.Clock.GetUtcNow().ToUnixTimeSeconds(), onward);
            if (moved || batch.Count > 0) { await host.StoreAsync(batch, position.ToString(), ct); }
        }
    }
}

/// <summary>When the folder was read, and the link to what came after.</summary>
internal sealed record GraphMailPosition(long Seconds, string Link)
{
    public static GraphMailPosition? Parse(string? text) =>
        text?.Split(' ', 2) is [var seconds, { Length: > 0 } link] && long.TryParse(seconds, CultureInfo.InvariantCulture, out var at) && at is >= 0 and < 100_000_000_000 ? new(at, link) : null;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Seconds} {Link}");
}
