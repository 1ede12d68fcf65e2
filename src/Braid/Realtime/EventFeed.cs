using System.Collections.Concurrent;
using Braid.Platform;
using Braid.Platform.Data;
using Braid.Platform.Events;
using Microsoft.EntityFrameworkCore;

namespace Braid.Realtime;

/// <summary>
/// This node's one reader of events. What this node committed is handed to it; it reads what other nodes wrote, when told of it, and looks
/// every 2 s in any case, since those are only hints. It reads each workspace that has an open socket once, whatever the number of sockets.
/// </summary>
internal sealed partial class EventFeed(IServiceScopeFactory scopes, AgentConnections connections, EventSignal signal, TimeProvider clock, ILogger<EventFeed> logger) : BackgroundService
{
    public static readonly TimeSpan Look = TimeSpan.FromSeconds(2);
    private const int Batch = 500;
    private const int MostHanded = 200;

    /// <summary>How far each workspace was read. Held by <see cref="reading"/>.</summary>
    private readonly Dictionary<Id<Workspace>, long> positions = [];
    private readonly SemaphoreSlim reading = new(1, 1);
    private readonly Wake wake = new(clock);
    private readonly ConcurrentQueue<News> handed = new();
    /// <summary>Numbers that were told of without their rows.</summary>
    private readonly ConcurrentDictionary<Id<Workspace>, long> told = new();
    private volatile bool lookAtAll;
    private DateTimeOffset lookedAt;

    /// <summary>The number a workspace stands at now.</summary>
    public async Task<long> LastAsync(Id<Workspace> workspace, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<ListEvents>().LastAsync(workspace, ct);
    }

    /// <summary>
    /// From now on the connection is offered every event after <paramref name="start"/>: the number at the time it asked to connect. A client
    /// that fills its gap once it is connected therefore misses nothing, however long joining took.
    /// </summary>
    public async Task JoinAsync(AgentConnection connection, long start, CancellationToken ct)
    {
        await reading.WaitAsync(ct);
        try
        {
            var workspace = connection.Actor.Workspace;
            positions.TryAdd(workspace, start);
            if (positions[workspace] > start)
            {
                await using var scope = scopes.CreateAsyncScope();
                var db = scope.ServiceProvider.GetRequiredService<BraidDb>();
                var position = positions[workspace];
                var missed = await db.Set<StoredEvent>().AsNoTracking().Where(e => e.WorkspaceId == workspace && e.Number > start && e.Number <= position)
                    .OrderBy(e => e.Number).Take(AgentConnection.MostWaiting + 1).ToListAsync(ct);
                Offer([connection], missed, await EventVisibility.OfAsync(db, missed, ct));
            }

            connections.Add(connection);
        }
        finally
        {
            reading.Release();
        }

        // What was committed while nobody here watched this workspace was handed to nobody.
        HearAll();
    }

    public override void Dispose()
    {
        base.Dispose();
        reading.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        signal.Heard += Hear;
        signal.HeardAll += HearAll;
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                await wake.WaitAsync(Look, stoppingToken);
                await ReadAsync(stoppingToken);
            }
        }
        finally
        {
            signal.Heard -= Hear;
            signal.HeardAll -= HearAll;
        }
    }

    private void Hear(News news)
    {
        if (news.Events is null || handed.Count >= MostHanded) { told.AddOrUpdate(news.Workspace, news.Last, (_, before) => Math.Max(before, news.Last)); }
        else { handed.Enqueue(news); }
        wake.Ring();
    }

    private void HearAll()
    {
        lookAtAll = true;
        wake.Ring();
    }

    private async Task ReadAsync(CancellationToken ct)
    {
        await reading.WaitAsync(ct);
        try
        {
            var watched = connections.All.Select(c => c.Actor.Workspace).ToHashSet();
            foreach (var left in positions.Keys.Where(w => !watched.Contains(w)).ToList())
            {
                positions.Remove(left);
            }

            var missing = TakeHanded();
            var all = lookAtAll || clock.GetUtcNow() - lookedAt >= Look;
            missing |= told.Any(t => positions.TryGetValue(t.Key, out var position) && position < t.Value);
            told.Clear();
            if (positions.Count > 0 && (missing || all))
            {
                (lookAtAll, lookedAt) = (false, clock.GetUtcNow());
                await using var scope = scopes.CreateAsyncScope();
                await ReadAsync(scope.ServiceProvider.GetRequiredService<BraidDb>(), ct);
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The positions stand where they were: the next look reads on from there.
            lookAtAll = true;
            Log.Failed(logger, e.GetBaseException().Message);
        }
        finally
        {
            reading.Release();
        }
    }

    /// <summary>Offers what this node committed, as far as it follows without a hole on what was offered before.</summary>
    /// <returns>True: something else is in between and must be read.</returns>
    private bool TakeHanded()
    {
        var runs = new List<News>();
        while (handed.TryDequeue(out var news)) { runs.Add(news); }
        var hole = false;
        foreach (var news in runs.OrderBy(n => n.Last))
        {
            if (!positions.TryGetValue(news.Workspace, out var position) || news.Last <= position) { continue; }
            // Who may see events of restricted inboxes is asked of the database, with the rows.
            var rows = news.Events!.Where(e => e.Number > position).ToList();
            if (rows[0].Number != position + 1 || rows.Exists(e => e.RestrictedTo is not null)) { hole = true; }
            else
            {
                Offer(connections.Of(news.Workspace), rows, EventVisibility.Unrestricted);
                positions[news.Workspace] = news.Last;
            }
        }

        return hole;
    }

    private async Task ReadAsync(BraidDb db, CancellationToken ct)
    {
        var workspaces = positions.Keys.ToList();
        var counters = await db.Set<EventCounter>().AsNoTracking().Where(c => workspaces.Contains(c.WorkspaceId)).ToListAsync(ct);
        foreach (var counter in counters)
        {
            while (positions[counter.WorkspaceId] < counter.Last)
            {
                var after = positions[counter.WorkspaceId];
                var rows = await db.Set<StoredEvent>().AsNoTracking()
                    .Where(e => e.WorkspaceId == counter.WorkspaceId && e.Number > after).OrderBy(e => e.Number).Take(Batch).ToListAsync(ct);
                if (rows.Count == 0)
                {
                    break;
                }

                var visible = await EventVisibility.OfAsync(db, rows, ct);
                Offer(connections.Of(counter.WorkspaceId), rows, visible);
                positions[counter.WorkspaceId] = rows[^1].Number;
            }
        }
    }

    private static void Offer(IReadOnlyList<AgentConnection> to, List<StoredEvent> rows, EventVisibility visible)
    {
        if (rows.Count == 0)
        {
            return;
        }

        var items = rows.ConvertAll(EventItem.From);
        foreach (var connection in to)
        {
            connection.Offer([.. items.Where((_, i) => visible.Allows(rows[i], connection.Actor.AgentId))], rows[^1].Number);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Could not read new events ({Message}); looking again in 2 s")]
        public static partial void Failed(ILogger logger, string message);
    }
}
