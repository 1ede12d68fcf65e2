using System.Collections.Concurrent;
using Braid.Platform;
using Braid.Platform.Data;
using Braid.Platform.Events;
using Braid.Platform.Jobs;
using Microsoft.EntityFrameworkCore;

namespace Braid.Integrations;

/// <summary>Wakes syncs: soon after something happened in their workspace, and once a minute in any case. Only a bell: what happened is in the events.</summary>
internal sealed partial class SyncClock(IServiceScopeFactory scopes, EventSignal signal, TimeProvider clock, ILogger<SyncClock> logger) : BackgroundService
{
    private static readonly TimeSpan Look = TimeSpan.FromMinutes(1);
    /// <summary>Several edits in a row are one call over there.</summary>
    private static readonly TimeSpan Gather = TimeSpan.FromSeconds(2);
    private readonly ConcurrentDictionary<Id<Workspace>, bool> happened = new();
    private readonly Wake wake = new(clock);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        signal.Heard += Hear;
        try
        {
            var lookedAt = DateTimeOffset.MinValue;
            while (!stoppingToken.IsCancellationRequested)
            {
                var all = clock.GetUtcNow() - lookedAt >= Look;
                if (all) { lookedAt = clock.GetUtcNow(); }
                try
                {
                    await RingAsync(all, stoppingToken);
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    Log.Failed(logger, e.GetBaseException().Message);
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
        if (news.Events is not null && !news.Events.Any(e => e.Kind.StartsWith("customer.", StringComparison.Ordinal) || e.Kind is "conversation.opened" or "conversation.resolved" || e.Kind.StartsWith("ticket.", StringComparison.Ordinal))) { return; }
        happened[news.Workspace] = true;
        wake.Ring();
    }

    private async Task RingAsync(bool all, CancellationToken ct)
    {
        var workspaces = happened.Keys.ToList();
        foreach (var workspace in workspaces) { happened.TryRemove(workspace, out _); }
        if (workspaces.Count == 0 && !all) { return; }
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<BraidDb>();
        var rows = await db.Set<Integration>().AsNoTracking().Where(i => i.State == IntegrationState.Active && (all || workspaces.Contains(i.WorkspaceId))).OrderBy(i => i.Id).Select(i => new { i.WorkspaceId, i.Id }).Take(10_000).ToListAsync(ct);
        if (rows.Count == 0) { return; }
        var at = clock.GetUtcNow() + Gather;
        await scope.ServiceProvider.GetRequiredService<JobQueue>().EnqueueAsync([.. rows.Select(r => NewJob.Of(r.WorkspaceId, SyncRun.KindName, new SyncRun.Payload(r.Id)) with { UniqueKey = r.Id.ToString(), RunAt = at })], ct);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Syncs can't be woken: {Why}")]
        public static partial void Failed(ILogger logger, string why);
    }
}
