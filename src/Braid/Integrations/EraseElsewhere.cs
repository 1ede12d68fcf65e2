using Braid.Customers;
using Braid.Platform.Data;
using Braid.Platform.Jobs;
using Braid.Privacy;
using Microsoft.EntityFrameworkCore;

namespace Braid.Integrations;

/// <summary>Who is erased here is erased over there too, where that system can be asked; and nothing that was waiting for them stays.</summary>
internal sealed class EraseElsewhere(BraidDb db, SyncQueue queue, JobQueue jobs) : IAlsoErase
{
    public async Task RunAsync(Id<Workspace> workspace, IReadOnlyList<Id<Customer>> members, CancellationToken ct)
    {
        var links = await db.Set<RecordLink>().AsNoTracking().Where(l => l.WorkspaceId == workspace && members.Contains(l.CustomerId)).ToListAsync(ct);
        var rows = await db.Set<Integration>().AsNoTracking().Where(i => i.WorkspaceId == workspace).ToListAsync(ct);
        var talks = await db.Set<Conversations.Conversation>().Where(c => c.WorkspaceId == workspace && members.Contains(c.CustomerId)).Select(c => c.Id).ToListAsync(ct);
        var keys = links.Select(l => l.RemoteId).Concat(members.Select(m => m.ToString())).Concat(talks.Select(t => t.ToString())).Distinct().ToList();
        await db.Set<SyncWork>().Where(w => w.WorkspaceId == workspace && keys.Contains(w.Key)).ExecuteDeleteAsync(ct);
        foreach (var member in members)
        {
            var id = member.Value.ToString();
            await db.Set<SyncWork>().Where(w => w.WorkspaceId == workspace && w.Candidates != null && w.Candidates.Contains(id)).ExecuteDeleteAsync(ct);
        }

        foreach (var group in links.Where(l => l.State != RecordState.Gone).GroupBy(l => l.IntegrationId))
        {
            if (rows.Find(r => r.Id == group.Key) is not { } row) { continue; }
            // Where it can't be asked for, it becomes a dead letter that says so; until an admin has done it there, the record is left alone here.
            await queue.AskAsync(workspace, row.Id, group.Select(l => (SyncKind.Erase, l.RemoteId, (string?)null)), ct);
            await jobs.EnqueueAsync(SyncRun.Of(row), ct);
        }
    }
}
