using Braid.Platform.Data;
using Microsoft.EntityFrameworkCore;

namespace Braid.Tickets;

/// <summary>Counts tickets of a workspace. The workspace's row is the lock, so that two first tickets at once make one counter.</summary>
internal static class TicketNumbers
{
    /// <summary>In the current transaction; tracked.</summary>
    public static async Task<TicketCounter> HoldTicketsAsync(this BraidDb db, Id<Workspace> workspace, CancellationToken ct)
    {
        await db.LockAsync("workspaces", workspace.Value, ct);
        if (await db.Set<TicketCounter>().FirstOrDefaultAsync(c => c.WorkspaceId == workspace, ct) is not { } counter)
        {
            counter = new() { WorkspaceId = workspace };
            db.Add(counter);
            await db.SaveChangesAsync(ct);
            return counter;
        }

        await db.Entry(counter).ReloadAsync(ct);
        return counter;
    }
}
