using System.Threading.Channels;
using Braid.Platform;
using Braid.Platform.Data;
using Braid.Platform.Events;
using Microsoft.EntityFrameworkCore;

namespace Braid.Realtime.LiveChat;

/// <summary>
/// This node's reader of events for visitors: woken by commits here and on other nodes, and looking every 2 s in any case. Workspaces whose
/// chats nobody has open cost nothing. Also tells who types and whether anybody is there, and ends chats that were switched off.
/// </summary>
internal sealed partial class VisitorFeed(
    IServiceScopeFactory scopes, VisitorConnections connections, WidgetDoor door, VisitorTokens tokens, AgentsThere agents, EventSignal signal, LiveSignals live,
    TimeProvider clock, ILogger<VisitorFeed> logger) : BackgroundService
{
    public static readonly TimeSpan Look = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Rounds = TimeSpan.FromSeconds(5);
    private const int Batch = 500;

    /// <summary>How far each workspace was read. Held by <see cref="reading"/>.</summary>
    private readonly Dictionary<Id<Workspace>, long> positions = [];
    private readonly Dictionary<Id<Workspace>, bool> told = [];
    private readonly SemaphoreSlim reading = new(1, 1);
    private readonly Wake wake = new(clock);
    private readonly Channel<LiveSignal.AgentSeen> typing = Channel.CreateBounded<LiveSignal.AgentSeen>(new BoundedChannelOptions(200) { FullMode = BoundedChannelFullMode.DropOldest });
    private DateTimeOffset lastRound;

    /// <summary>The number a workspace stands at now.</summary>
    public async Task<long> LastAsync(Id<Workspace> workspace, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<ListEvents>().LastAsync(workspace, ct);
    }

    /// <summary>
    /// From now on the connection is told of everything after <paramref name="start"/>, the number at which it asked to connect; so a
    /// browser that fills its gap once it is connected misses nothing.
    /// </summary>
    public async Task JoinAsync(VisitorConnection connection, long start, CancellationToken ct)
    {
        await reading.WaitAsync(ct);
        try
        {
            positions.TryAdd(connection.Workspace, start);
            if (positions[connection.Workspace] > start)
            {
                var until = positions[connection.Workspace];
                await using var scope = scopes.CreateAsyncScope();
                await ReadAsync(scope.ServiceProvider, connection.Workspace, start, until, (inbox, thread) => connection.Reads(inbox, thread) ? [connection] : [], ct);
            }

            connection.Read = Math.Max(start, positions[connection.Workspace]);
            connections.Add(connection);
        }
        finally
        {
            reading.Release();
        }

        wake.Ring();
    }

    public override void Dispose()
    {
        base.Dispose();
        reading.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        signal.Heard += Hear;
        signal.HeardAll += wake.Ring;
        live.Heard += Hear;
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                await wake.WaitAsync(Look, stoppingToken);
                await GuardAsync(ReadAsync, stoppingToken);
                await GuardAsync(TypingAsync, stoppingToken);
                if (clock.GetUtcNow() - lastRound >= Rounds)
                {
                    lastRound = clock.GetUtcNow();
                    await GuardAsync(RoundAsync, stoppingToken);
                }
            }
        }
        finally
        {
            signal.Heard -= Hear;
            signal.HeardAll -= wake.Ring;
            live.Heard -= Hear;
        }
    }

    private void Hear(News news)
    {
        if (connections.Any(news.Workspace)) { wake.Ring(); }
    }

    private void Hear(LiveSignal heard)
    {
        if (heard is LiveSignal.AgentSeen { State: SeenState.Typing or SeenState.Gone } seen && connections.Any(new(seen.Workspace)))
        {
            typing.Writer.TryWrite(seen);
            wake.Ring();
        }
    }

    private async Task ReadAsync(IServiceProvider services, CancellationToken ct)
    {
        await reading.WaitAsync(ct);
        try
        {
            foreach (var left in positions.Keys.Where(w => !connections.Any(w)).ToList())
            {
                positions.Remove(left);
                told.Remove(left);
            }

            if (positions.Count == 0)
            {
                return;
            }

            var workspaces = positions.Keys.ToList();
            var counters = await services.GetRequiredService<BraidDb>().Set<EventCounter>().AsNoTracking().Where(c => workspaces.Contains(c.WorkspaceId)).ToListAsync(ct);
            foreach (var counter in counters.Where(c => positions[c.WorkspaceId] < c.Last))
            {
                // Should telling fail, the position stands and the next look tells again: the widget replaces by id.
                await ReadAsync(services, counter.WorkspaceId, positions[counter.WorkspaceId], counter.Last, connections.Of, ct);
                positions[counter.WorkspaceId] = counter.Last;
                foreach (var connection in connections.In(counter.WorkspaceId)) { connection.Read = counter.Last; }
            }
        }
        finally
        {
            reading.Release();
        }
    }

    private static async Task ReadAsync(IServiceProvider services, Id<Workspace> workspace, long after, long until, Listeners listeners, CancellationToken ct)
    {
        var db = services.GetRequiredService<BraidDb>();
        var news = services.GetRequiredService<VisitorNews>();
        var kinds = VisitorNews.Kinds;
        while (true)
        {
            var from = after;
            var rows = await db.Set<StoredEvent>().AsNoTracking()
                .Where(e => e.WorkspaceId == workspace && e.Number > from && e.Number <= until && kinds.Contains(e.Kind)).OrderBy(e => e.Number).Take(Batch).ToListAsync(ct);
            await news.TellAsync(workspace, rows, listeners, ct);
            if (rows.Count < Batch)
            {
                return;
            }

            after = rows[^1].Number;
        }
    }

    private async Task TypingAsync(IServiceProvider services, CancellationToken ct)
    {
        while (typing.Reader.TryRead(out var seen))
        {
            await services.GetRequiredService<VisitorNews>().TypingAsync(seen, connections.Of, ct);
        }
    }

    /// <summary>Is anybody there; and may those who are connected still be?</summary>
    private async Task RoundAsync(IServiceProvider services, CancellationToken ct)
    {
        foreach (var workspace in connections.All.GroupBy(c => c.Workspace))
        {
            var there = await agents.AnyAsync(workspace.Key, ct);
            var changed = told.TryGetValue(workspace.Key, out var before) && before != there;
            told[workspace.Key] = there;
            foreach (var connection in workspace)
            {
                if (changed) { connection.Offer("availability", new AvailabilityView(there, null)); }
                if (!tokens.IsFresh(connection.Guest.Token) || !await door.MayStayAsync(connection.Guest, ct)) { connection.End(); }
            }
        }
    }

    private async Task GuardAsync(Func<IServiceProvider, CancellationToken, Task> work, CancellationToken ct)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            await work(scope.ServiceProvider, ct);
        }
        catch (Exception e) when (e is not OperationCanceledException || !ct.IsCancellationRequested)
        {
            Log.Failed(logger, e.GetBaseException().Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Visitors could not be told the news ({Message}); looking again in 2 s")]
        public static partial void Failed(ILogger logger, string message);
    }
}
