using Braid.Platform.Data;
using Microsoft.EntityFrameworkCore;

namespace Braid.Platform.Events;

/// <summary>
/// Does something for each event of some kinds, once: the place in the workspace's numbered events moves in the transaction that does it, so a crash
/// repeats nothing and skips nothing. Woken by events, and by the clock for those of other nodes.
/// </summary>
internal abstract partial class FollowEvents(IServiceScopeFactory scopes, EventSignal signal, TimeProvider clock, ILogger logger, params string[] kinds) : BackgroundService
{
    protected const int Step = 500;
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(30);
    private readonly Wake wake = new(clock);

    /// <summary>Workspaces that follow and have events to read.</summary>
    protected abstract Task<List<Id<Workspace>>> BehindAsync(BraidDb db, CancellationToken ct);

    /// <summary>Locks the place and returns it. In a transaction.</summary>
    protected abstract Task<long> PlaceAsync(BraidDb db, Id<Workspace> workspace, CancellationToken ct);

    protected abstract Task MoveAsync(BraidDb db, Id<Workspace> workspace, long read, CancellationToken ct);

    protected abstract Task DoAsync(IServiceProvider services, BraidDb db, StoredEvent happened, CancellationToken ct);

    /// <summary>Reads all there is.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        List<Id<Workspace>> behind;
        await using (var scope = scopes.CreateAsyncScope()) { behind = await BehindAsync(scope.ServiceProvider.GetRequiredService<BraidDb>(), ct); }
        foreach (var workspace in behind)
        {
            while (await StepAsync(workspace, ct)) { }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        signal.Heard += Hear;
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                try
                {
                    await RunAsync(stoppingToken);
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    Log.Failed(logger, GetType().Name, e.GetBaseException().Message);
                }

                await wake.WaitAsync(Look, stoppingToken);
            }
        }
        finally
        {
            signal.Heard -= Hear;
        }
    }

    private void Hear(News news)
    {
        if (news.Events is null || news.Events.Any(e => kinds.Contains(e.Kind))) { wake.Ring(); }
    }

    /// <returns>True while there is more to read.</returns>
    private async Task<bool> StepAsync(Id<Workspace> workspace, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<BraidDb>();
        var read = 0;
        await db.InTransactionAsync(async inner =>
        {
            var after = await PlaceAsync(db, workspace, inner);
            var events = await db.Set<StoredEvent>().AsNoTracking().Where(e => e.WorkspaceId == workspace && e.Number > after).OrderBy(e => e.Number).Take(Step).ToListAsync(inner);
            read = events.Count;
            if (read == 0) { return; }
            foreach (var happened in events.Where(e => kinds.Contains(e.Kind))) { await DoAsync(scope.ServiceProvider, db, happened, inner); }
            await MoveAsync(db, workspace, events[^1].Number, inner);
        }, ct);
        return read == Step;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "{What} can't follow what happens now; trying again soon: {Why}")]
        public static partial void Failed(ILogger logger, string what, string why);
    }
}
