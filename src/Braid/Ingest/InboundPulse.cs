using System.Collections.Concurrent;
using Braid.Inboxes;
using Braid.Platform.Data;
using Microsoft.EntityFrameworkCore;

namespace Braid.Ingest;

/// <summary>
/// Small counts at the door (last heard, refused), kept in memory and written every 2 seconds: a flood of forgeries costs no database
/// write each, and the inbox row is not fought over by every message.
/// </summary>
internal sealed partial class InboundPulse(IServiceScopeFactory scopes, TimeProvider clock, ILogger<InboundPulse> logger) : BackgroundService
{
    private readonly ConcurrentDictionary<Id<Inbox>, DateTimeOffset> heard = new();
    private readonly ConcurrentDictionary<(Id<Workspace>, Id<Inbox>, string), (long Count, DateTimeOffset At, string Detail)> refused = new();

    public void Heard(ConnectedInbox inbox, DateTimeOffset at) => heard[inbox.Id] = at;

    public void Refused(ConnectedInbox inbox, string reason, string detail) =>
        refused.AddOrUpdate((inbox.Workspace, inbox.Id, reason), _ => (1, clock.GetUtcNow(), detail), (_, old) => (old.Count + 1, clock.GetUtcNow(), detail));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(2), clock);
        while (await timer.WaitForNextTickAsync(stoppingToken).AsTask().ContinueWith(t => t.IsCompletedSuccessfully && t.GetAwaiter().GetResult(), TaskScheduler.Default))
        {
            await FlushAsync(stoppingToken);
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await FlushAsync(cancellationToken);
    }

    public async Task FlushAsync(CancellationToken ct)
    {
        if (heard.IsEmpty && refused.IsEmpty) { return; }
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<BraidDb>();
            await db.InTransactionAsync(inner => WriteAsync(db, inner), ct);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Log.Failed(logger, e);
        }
    }

    private async Task WriteAsync(BraidDb db, CancellationToken ct)
    {
        foreach (var id in heard.Keys.Order().ToList())
        {
            if (!heard.TryRemove(id, out var at)) { continue; }
            await db.Set<Inbox>().Where(i => i.Id == id && (i.LastInboundAt == null || i.LastInboundAt < at)).ExecuteUpdateAsync(s => s.SetProperty(i => i.LastInboundAt, at), ct);
        }

        foreach (var key in refused.Keys.ToList())
        {
            if (!refused.TryRemove(key, out var count)) { continue; }
            var (workspace, inbox, reason) = key;
            var raised = await db.Set<RefusedCount>().Where(r => r.WorkspaceId == workspace && r.InboxId == inbox && r.Reason == reason)
                .ExecuteUpdateAsync(s => s.SetProperty(r => r.Count, r => r.Count + count.Count).SetProperty(r => r.LastAt, count.At).SetProperty(r => r.Detail, count.Detail), ct);
            if (raised == 0)
            {
                db.Add(new RefusedCount { WorkspaceId = workspace, InboxId = inbox, Reason = reason, Count = count.Count, LastAt = count.At, Detail = count.Detail });
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Counters of the intake could not be written")]
        public static partial void Failed(ILogger logger, Exception e);
    }
}
