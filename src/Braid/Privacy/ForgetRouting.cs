using Braid.Conversations;
using Braid.Customers;
using Braid.Platform.Data;
using Braid.Routing;
using Microsoft.EntityFrameworkCore;

namespace Braid.Privacy;

/// <summary>How an erased person's conversations were routed goes with them: it holds no words of theirs, but it is about them.</summary>
internal sealed class ForgetRouting(BraidDb db) : IAlsoErase
{
    public async Task RunAsync(Id<Workspace> workspace, IReadOnlyList<Id<Customer>> members, CancellationToken ct)
    {
        var talks = await db.Set<Conversation>().Where(c => c.WorkspaceId == workspace && members.Contains(c.CustomerId)).Select(c => c.Id).ToListAsync(ct);
        await db.Set<QueueEntry>().Where(q => q.WorkspaceId == workspace && talks.Contains(q.ConversationId)).ExecuteDeleteAsync(ct);
        await db.Set<CarriedWork>().Where(w => w.WorkspaceId == workspace && talks.Contains(w.ConversationId)).ExecuteDeleteAsync(ct);
        await db.Set<RoutingEntry>().Where(r => r.WorkspaceId == workspace && talks.Contains(r.ConversationId)).ExecuteDeleteAsync(ct);
    }
}
