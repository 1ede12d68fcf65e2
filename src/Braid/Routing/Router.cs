using System.Collections.Concurrent;
using Braid.Conversations;
using Braid.Platform;
using Braid.Platform.Data;
using Braid.Platform.Events;
using Microsoft.EntityFrameworkCore;

namespace Braid.Routing;

/// <summary>Says to the router which conversations to look at soon. What nobody says is found by the next full look.</summary>
internal sealed class RouterBell(RoundCache cache, TimeProvider clock)
{
    private readonly ConcurrentDictionary<Id<Workspace>, ConcurrentDictionary<Id<Conversation>, bool>> rung = new();

    public Wake Bell { get; } = new(clock);

    public void Ring(Id<Workspace> workspace, Id<Conversation> conversation)
    {
        rung.GetOrAdd(workspace, _ => new()).TryAdd(conversation, true);
        Bell.Ring();
    }

    /// <summary>Something of the whole workspace changed: who is there, what the rules say.</summary>
    public void Ring(Id<Workspace> workspace)
    {
        cache.Forget(workspace);
        rung.GetOrAdd(workspace, _ => new());
        Bell.Ring();
    }

    private int afar;

    /// <summary>Something happened on another node.</summary>
    public void RingFromAfar()
    {
        Interlocked.Exchange(ref afar, 1);
        Bell.Ring();
    }

    public bool TakeAfar() => Interlocked.Exchange(ref afar, 0) == 1;

    public IReadOnlyList<(Id<Workspace> Workspace, IReadOnlyCollection<Id<Conversation>> Conversations)> Take()
    {
        var taken = new List<(Id<Workspace>, IReadOnlyCollection<Id<Conversation>>)>();
        foreach (var workspace in rung.Keys)
        {
            if (rung.TryRemove(workspace, out var conversations)) { taken.Add((workspace, [.. conversations.Keys])); }
        }

        return taken;
    }
}

/// <summary>
/// Runs rounds: at once for what was committed on this node, and over everything every few seconds, which is how it finds what other nodes
/// left behind and what only time changes. Any number of nodes may run it.
/// </summary>
internal sealed partial class Router(IServiceScopeFactory scopes, RouterBell bell, EventSignal signal, TimeProvider clock, ILogger<Router> logger) : BackgroundService
{
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(3);
    /// <summary>After news of other nodes.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan KeepReasons = TimeSpan.FromDays(90);
    private static readonly TimeSpan KeepEnded = TimeSpan.FromDays(2);
    private DateTimeOffset forgot;
    /// <summary>As of the last full look: where nobody routes, what happens rings no bell here.</summary>
    private volatile HashSet<Id<Workspace>> routing = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        signal.Heard += Hear;
        try
        {
            var looked = DateTimeOffset.MinValue;
            while (!stoppingToken.IsCancellationRequested)
            {
                var busy = false;
                await GuardAsync(async () =>
                {
                    var now = clock.GetUtcNow();
                    if (now - looked >= (bell.TakeAfar() ? Soon : Every))
                    {
                        looked = now;
                        _ = bell.Take();
                        await RunOnceAsync(stoppingToken);
                        return;
                    }

                    foreach (var (workspace, conversations) in bell.Take())
                    {
                        if (await RoundAsync(workspace, conversations, stoppingToken) is not null) { continue; }
                        // Another node was looking; it may have begun before these were there.
                        busy = true;
                        foreach (var conversation in conversations) { bell.Ring(workspace, conversation); }
                    }
                }, stoppingToken);
                if (busy) { await Task.Delay(Pause, clock, stoppingToken); }
                await bell.Bell.WaitAsync(Every, stoppingToken);
            }
        }
        finally
        {
            signal.Heard -= Hear;
        }
    }

    /// <summary>One full look at every workspace that routes.</summary>
    /// <returns>How many were placed.</returns>
    public async Task<int> RunOnceAsync(CancellationToken ct)
    {
        List<Id<Workspace>> workspaces;
        await using (var scope = scopes.CreateAsyncScope())
        {
            workspaces = await scope.ServiceProvider.GetRequiredService<BraidDb>().Set<PlanVersion>().AsNoTracking().Where(p => p.State == PlanState.Live).Select(p => p.WorkspaceId).Distinct().ToListAsync(ct);
        }

        routing = [.. workspaces];
        await ForgetAsync(ct);
        var placed = 0;
        foreach (var workspace in workspaces) { await GuardAsync(async () => placed += await RoundAsync(workspace, null, ct) ?? 0, ct); }
        return placed;
    }

    /// <summary>Old reasons are of no use; what the desk counts goes back hours only.</summary>
    private async Task ForgetAsync(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        if (now - forgot < TimeSpan.FromHours(1)) { return; }
        forgot = now;
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<BraidDb>();
        var (told, ended) = (now - KeepReasons, now - KeepEnded);
        await db.InTransactionAsync(async inner =>
        {
            await db.Set<RoutingEntry>().Where(r => r.At < told).ExecuteDeleteAsync(inner);
            await db.Set<EndedWork>().Where(w => w.Until < ended).ExecuteDeleteAsync(inner);
        }, ct);
    }

    private async Task<int?> RoundAsync(Id<Workspace> workspace, IReadOnlyCollection<Id<Conversation>>? only, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<RoutingRound>().RunAsync(workspace, only, ct);
    }

    private void Hear(News news)
    {
        // Another node's: which conversations it is about is not told. Most such nodes route for themselves; one that only serves does not.
        if (news.Events is null && routing.Count > 0) { bell.RingFromAfar(); }
        foreach (var happened in news.Events ?? [])
        {
            if (happened.Kind == "routing.changed") { bell.RingFromAfar(); }
            if (!routing.Contains(news.Workspace)) { continue; }
            if (happened.Kind is "agent.changed" or "routing.changed") { bell.Ring(news.Workspace); }
            else if (happened.ConversationId is { } id && happened.Kind is "message.received" or "conversation.opened" or "conversation.assigned" or "conversation.resolved" or "conversation.reopened" or "conversation.snoozed" or "conversation.woke" or "conversation.read" or "message.queued")
            {
                bell.Ring(news.Workspace, new Id<Conversation>(happened.ConversationId!.Value));
            }
        }
    }

    /// <summary>A database that is away or a conflict ends this look, not the router.</summary>
    private async Task GuardAsync(Func<Task> look, CancellationToken ct)
    {
        try
        {
            await look();
        }
        catch (Exception e) when (!ct.IsCancellationRequested && e is not OutOfMemoryException)
        {
            Log.Failed(logger, e);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "A look at the queues failed; looking again soon")]
        public static partial void Failed(ILogger logger, Exception e);
    }
}
