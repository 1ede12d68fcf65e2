using Braid.Platform.Data;
using Microsoft.EntityFrameworkCore;

namespace Braid.Integrations;

/// <summary>How an integration as a whole fares: a field that rests, a pause that was asked for, a sign-in that is good no more.</summary>
internal sealed class SyncHealth(BraidDb db, TimeProvider clock)
{
    /// <summary>A field that is not there any more: its line rests, with the reason, and all others go on.</summary>
    public async Task LeaveOutAsync(SyncScope scope, string field, string why, CancellationToken ct)
    {
        var (workspace, id) = (scope.Workspace, scope.Id);
        db.ChangeTracker.Clear();
        await db.InTransactionAsync(async inner =>
        {
            var row = await db.Set<Integration>().FirstAsync(i => i.WorkspaceId == workspace && i.Id == id, inner);
            scope.Rules = [.. row.Rules.Select(r => r.TheirNames.Contains(field) ? r with { Problem = why } : r)];
            row.Set(scope.Rules);
            row.Trouble = why + " The field is left out until you choose another.";
            await db.SaveChangesAsync(inner);
        }, ct);
    }

    /// <summary>For the whole account: waits, or stops until an admin has looked.</summary>
    public async Task<TimeSpan?> StumbleAsync(SyncScope scope, ConnectorException e, CancellationToken ct)
    {
        var (workspace, id) = (scope.Workspace, scope.Id);
        TimeSpan? again = null;
        db.ChangeTracker.Clear();
        await db.InTransactionAsync(async inner =>
        {
            var row = await db.Set<Integration>().FirstAsync(i => i.WorkspaceId == workspace && i.Id == id, inner);
            row.Stumbles++;
            if (e.Fate == ConnectorFate.Account) { (row.State, row.Trouble) = (IntegrationState.Broken, e.Message); }
            else
            {
                again = e.Fate == ConnectorFate.Wait ? e.After ?? TimeSpan.FromSeconds(30) : Platform.Backoff.After(row.Stumbles);
                row.WaitUntil = clock.GetUtcNow() + again.Value;
                if (row.Stumbles >= 3 || again > TimeSpan.FromMinutes(5)) { row.Trouble = e.Message; }
            }

            await db.SaveChangesAsync(inner);
        }, ct);
        return again;
    }

    public async Task WellAsync(SyncScope scope, CancellationToken ct)
    {
        var (workspace, id, now) = (scope.Workspace, scope.Id, clock.GetUtcNow());
        var trouble = scope.Rules.FirstOrDefault(r => r.Problem is not null)?.Problem;
        await db.Set<Integration>().Where(i => i.WorkspaceId == workspace && i.Id == id && i.State == IntegrationState.Active)
            .ExecuteUpdateAsync(set => set.SetProperty(i => i.SyncedAt, now).SetProperty(i => i.Stumbles, 0).SetProperty(i => i.WaitUntil, (DateTimeOffset?)null).SetProperty(i => i.Trouble, trouble), ct);
    }
}
