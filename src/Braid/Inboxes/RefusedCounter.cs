using System.Collections.Concurrent;
using Braid.Platform.Data;
using Braid.Platform.Metrics;
using Microsoft.EntityFrameworkCore;

namespace Braid.Inboxes;

/// <summary>
/// Counts requests turned away at the door. A flood costs one row per inbox, reason and second: counts are gathered in memory and
/// written together, at the latest when the server stops.
/// </summary>
internal sealed partial class RefusedCounter(IServiceScopeFactory scopes, BraidMetrics metrics, TimeProvider clock, ILogger<RefusedCounter> logger) : BackgroundService
{
    private ConcurrentDictionary<(Id<Workspace> Workspace, Id<Inbox> Inbox, string Reason), Gathered> waiting = new();

    private readonly record struct Gathered(long Count, DateTimeOffset LastAt, string? Detail);

    /// <param name="reason">`forged`, `too_large` or `overloaded`.</param>
    /// <param name="detail">Why, in words for an admin; never content of the request.</param>
    public void Count(ConnectedInbox inbox, string reason, string? detail)
    {
        metrics.Refused(inbox.Channel.Descriptor.Id, inbox.Workspace, reason);
        var one = new Gathered(1, clock.GetUtcNow(), detail);
        waiting.AddOrUpdate((inbox.Workspace, inbox.Id, reason), static (_, n) => n, static (_, old, n) => Add(old, n), one);
    }

    /// <summary>A workspace's counts, busiest last moment first.</summary>
    public static Task<List<RefusedCount>> ListAsync(BraidDb db, Id<Workspace> workspace, CancellationToken ct) =>
        db.Set<RefusedCount>().AsNoTracking().Where(r => r.WorkspaceId == workspace).OrderByDescending(r => r.LastAt).Take(500).ToListAsync(ct);

    public async Task FlushAsync(CancellationToken ct)
    {
        if (waiting.IsEmpty)
        {
            return;
        }

        var taken = Interlocked.Exchange(ref waiting, new());
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<BraidDb>();
            await db.InTransactionAsync(c => WriteAsync(db, taken, c), ct);
        }
        catch (Exception e)
        {
            foreach (var (key, counted) in taken)
            {
                waiting.AddOrUpdate(key, static (_, n) => n, static (_, newer, n) => Add(n, newer), counted);
            }

            if (e is OperationCanceledException)
            {
                throw;
            }

            Log.NotNow(logger, e.GetBaseException().Message);
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await FlushAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await FlushAsync(stoppingToken);
        }
    }

    /// <summary>In key order, so that two nodes never wait for each other in a circle.</summary>
    private static async Task WriteAsync(
        BraidDb db, ConcurrentDictionary<(Id<Workspace> Workspace, Id<Inbox> Inbox, string Reason), Gathered> taken, CancellationToken ct)
    {
        var raw = (Guid id) => db.Engine == Engine.Sqlite ? (object)id.ToByteArray(true) : id;
        foreach (var ((workspace, inbox, reason), counted) in taken.OrderBy(t => t.Key.Workspace).ThenBy(t => t.Key.Inbox).ThenBy(t => t.Key.Reason, StringComparer.Ordinal))
        {
            await db.Database.ExecuteSqlRawAsync(
                """
                insert into refused_counts (workspace_id, inbox_id, reason, count, last_at, detail) values ({0}, {1}, {2}, {3}, {4}, {5})
                on conflict (workspace_id, inbox_id, reason) do update
                set count = refused_counts.count + excluded.count, last_at = excluded.last_at, detail = excluded.detail
                """,
                [raw(workspace.Value), raw(inbox.Value), reason, counted.Count, counted.LastAt.ToUnixTimeMilliseconds(), counted.Detail ?? ""], ct);
        }
    }

    private static Gathered Add(Gathered older, Gathered newer) => new(older.Count + newer.Count, newer.LastAt, newer.Detail ?? older.Detail);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Counts of refused requests wait: {Message}")]
        public static partial void NotNow(ILogger logger, string message);
    }
}
