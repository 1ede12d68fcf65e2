using Braid.Accounts;
using Braid.Inboxes;
using Braid.Platform.Data;
using Braid.Platform.Http;
using Microsoft.EntityFrameworkCore;

namespace Braid.Tickets;

/// <summary>The only door to a ticket on behalf of somebody. Refuses with `not_found` or `forbidden`.</summary>
internal sealed class TicketAccess(BraidDb db)
{
    public async Task<Ticket> RequireAsync(Id<Ticket> id, Actor by, Permission permission, CancellationToken ct)
    {
        by.Require(permission);
        return await db.Set<Ticket>().VisibleTo(by, db).FirstOrDefaultAsync(t => t.Id == id, ct) ?? throw RefusalException.NotFound("ticket");
    }
}

internal static class TicketVisibility
{
    /// <summary>This workspace's, without those from restricted inboxes which the agent is no member of.</summary>
    public static IQueryable<Ticket> VisibleTo(this IQueryable<Ticket> tickets, Actor by, BraidDb db)
    {
        var mine = tickets.Where(t => t.WorkspaceId == by.Workspace);
        if (by.AgentId is not { } agent) { return mine; }
        var members = db.Set<InboxMember>().Where(m => m.WorkspaceId == by.Workspace && m.AgentId == agent);
        return mine.Where(t => t.RestrictedTo == null || members.Any(m => m.InboxId == t.RestrictedTo));
    }
}
