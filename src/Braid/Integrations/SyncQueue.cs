using Braid.Customers;
using Braid.Platform.Data;
using Microsoft.EntityFrameworkCore;

namespace Braid.Integrations;

/// <summary>What is to be brought in step, and how that went. The same record asked for twice is one row.</summary>
internal sealed class SyncQueue(BraidDb db, TimeProvider clock)
{
    /// <summary>In the current transaction.</summary>
    public async Task AskAsync(Id<Workspace> workspace, Id<Integration> integration, IEnumerable<(SyncKind Kind, string Key, string? Other)> asked, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        foreach (var group in asked.Distinct().GroupBy(a => a.Kind))
        {
            var wanted = group.DistinctBy(a => a.Key).ToDictionary(a => a.Key, a => a.Other);
            var keys = wanted.Keys.ToList();
            var known = await db.Set<SyncWork>().Where(w => w.WorkspaceId == workspace && w.IntegrationId == integration && w.Kind == group.Key && keys.Contains(w.Key)).ToListAsync(ct);
            foreach (var work in known)
            {
                // A later change may mend what was given up.
                (work.Version, work.Other) = (work.Version + 1, wanted[work.Key] ?? work.Other);
                if (work.State != SyncState.Waiting) { (work.State, work.DueAt, work.Failures, work.Candidates) = (SyncState.Waiting, now, 0, null); }
            }

            foreach (var key in keys.Except(known.Select(w => w.Key)))
            {
                db.Add(new SyncWork { WorkspaceId = workspace, IntegrationId = integration, Kind = group.Key, Key = key, Other = wanted[key], DueAt = now, CreatedAt = now });
            }
        }

        await db.SaveChangesAsync(ct);
    }

    public static SyncKind KindOf(HintKind hint) => hint switch
    {
        HintKind.Deleted => SyncKind.Deleted,
        HintKind.Merged => SyncKind.Merged,
        HintKind.Erased => SyncKind.Erased,
        _ => SyncKind.Pull,
    };

    /// <summary>Something met on the way, not asked for: a row is made only if it fails.</summary>
    public SyncWork Seen(SyncScope scope, SyncKind kind, string key, string? other) => new() { WorkspaceId = scope.Workspace, IntegrationId = scope.Id, Kind = kind, Key = key, Other = other, DueAt = clock.GetUtcNow(), CreatedAt = clock.GetUtcNow(), Version = -1 };

    public Task PutAsideAsync(SyncScope scope, string remoteId, SyncState state, string error, string? requestId, IReadOnlyList<Id<Customer>>? candidates, CancellationToken ct) =>
        FailAsync(Seen(scope, SyncKind.Pull, remoteId, null), state, error, requestId, candidates, ct);

    public async Task DoneAsync(SyncWork work, CancellationToken ct)
    {
        if (work.Version < 0) { return; }
        await db.Set<SyncWork>().Where(w => w.WorkspaceId == work.WorkspaceId && w.IntegrationId == work.IntegrationId && w.Kind == work.Kind && w.Key == work.Key && w.Version == work.Version).ExecuteDeleteAsync(ct);
    }

    public Task LaterAsync(SyncWork work, ConnectorException e, CancellationToken ct) => FailAsync(work, SyncState.Waiting, e.Message, e.RequestId, null, ct, e.After);

    public async Task FailAsync(SyncWork work, SyncState state, string error, string? requestId, IReadOnlyList<Id<Customer>>? candidates, CancellationToken ct, TimeSpan? after = null)
    {
        db.ChangeTracker.Clear();
        await db.InTransactionAsync(async inner =>
        {
            var row = await db.Set<SyncWork>().FirstOrDefaultAsync(w => w.WorkspaceId == work.WorkspaceId && w.IntegrationId == work.IntegrationId && w.Kind == work.Kind && w.Key == work.Key, inner);
            if (row is null)
            {
                row = new SyncWork { WorkspaceId = work.WorkspaceId, IntegrationId = work.IntegrationId, Kind = work.Kind, Key = work.Key, Other = work.Other, CreatedAt = clock.GetUtcNow() };
                db.Add(row);
            }

            row.Failures++;
            row.Error = error.Length > 500 ? error[..500] : error;
            (row.RequestId, row.State, row.Candidates) = (requestId, state, candidates is null ? null : System.Text.Json.JsonSerializer.Serialize(candidates.Select(c => c.Value)));
            row.DueAt = clock.GetUtcNow() + (state == SyncState.Waiting ? after ?? Platform.Backoff.After(row.Failures) : TimeSpan.Zero);
            await db.SaveChangesAsync(inner);
        }, ct);
    }
}
