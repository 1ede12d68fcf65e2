using Braid.Channels;
using Braid.Inboxes;
using Braid.Platform.Data;

namespace Braid.Ingest;

/// <summary>
/// What providers tell about the account itself goes to the inbox's log and light, after the delivery is safe. The delivery stays in the
/// ledger, so a word that is lost in a crash can still be read there.
/// </summary>
internal sealed partial class NewsDesk(IServiceScopeFactory scopes, IInboxDirectory inboxes, ILogger<NewsDesk> logger)
{
    public async Task TellAsync(IReadOnlyList<PendingDelivery> deliveries, CancellationToken ct)
    {
        foreach (var delivery in deliveries)
        {
            var told = delivery.Reading switch { Reading.Events read => read.News, Reading.Ignored ignored => ignored.News, _ => [] };
            foreach (var news in told) { await TellAsync(delivery.Inbox, news, ct); }
        }
    }

    private async Task TellAsync(ConnectedInbox posted, AccountNews news, CancellationToken ct)
    {
        try
        {
            var inbox = news.Account is { } account && account != posted.Settings.Account
                ? await inboxes.FindByAccountAsync(posted.Workspace, posted.Channel.Descriptor.Id, account, ct)
                : posted;
            if (inbox is null) { return; }
            await using var scope = scopes.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<InboxHealth>().ToldAsync(inbox, news, ct);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            Log.NotTold(logger, e, posted.Id);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "What the provider told about the inbox {Inbox} could not be written into its log.")]
        public static partial void NotTold(ILogger logger, Exception e, Id<Inbox> inbox);
    }
}
