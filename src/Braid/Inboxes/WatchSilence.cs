using Braid.Platform.Data;
using Microsoft.EntityFrameworkCore;

namespace Braid.Inboxes;

/// <summary>Once a minute: which inboxes have been silent for longer than they are used to? Said once in the inbox's log and shown by its light.</summary>
internal sealed partial class WatchSilence(IServiceScopeFactory scopes, TimeProvider clock, ILogger<WatchSilence> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMinutes(1), clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await RunAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                Log.NotNow(logger, e.GetBaseException().Message);
            }
        }
    }

    public async Task RunAsync(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<BraidDb>();
        var now = clock.GetUtcNow();
        var candidates = await db.Set<Inbox>().AsNoTracking()
            .Where(i => i.Enabled && i.DeletedAt == null && i.QuietSince == null && i.Trouble == null && i.LastInboundAt != null && i.PausesSeen > 0).ToListAsync(ct);
        foreach (var inbox in candidates.Where(i => InboxHabit.UnusualFrom(i.LongestPause, i.PausesSeen, i.LastInboundAt) <= now))
        {
            await db.InTransactionAsync(async c =>
            {
                var rows = await db.Set<Inbox>().Where(i => i.Id == inbox.Id && i.QuietSince == null && i.LastInboundAt == inbox.LastInboundAt)
                    .ExecuteUpdateAsync(set => set.SetProperty(i => i.QuietSince, now), c);
                if (rows == 0) { return; }
                InboxLog.Write(db, inbox, LogLevelName.Warning, InboxHabit.Words(inbox), now);
                db.Events.Add(new InboxChanged(inbox));
            }, ct);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Silent inboxes could not be looked for: {Message}")]
        public static partial void NotNow(ILogger logger, string message);
    }
}
