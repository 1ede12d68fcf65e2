using Braid.Accounts;
using Braid.Platform.Data;
using Braid.Platform.Http;
using Microsoft.EntityFrameworkCore;

namespace Braid.Inboxes;

/// <summary>The door to inboxes on behalf of a user. Restricted ones exist for their members and for those who manage inboxes only.</summary>
internal sealed class InboxAccess(BraidDb db)
{
    public IQueryable<Inbox> VisibleTo(Actor by)
    {
        var inboxes = db.Set<Inbox>().Where(i => i.WorkspaceId == by.Workspace && i.DeletedAt == null);
        var members = db.Set<InboxMember>();
        return by.May(Permission.ManageInboxes)
            ? inboxes
            : inboxes.Where(i => !i.Restricted || members.Any(m => m.WorkspaceId == by.Workspace && m.InboxId == i.Id && m.AgentId == by.AgentId));
    }

    public async Task<Inbox> RequireAsync(Id<Inbox> id, Actor by, CancellationToken ct) =>
        await VisibleTo(by).SingleOrDefaultAsync(i => i.Id == id, ct) ?? throw RefusalException.NotFound("inbox");

    public Task<Inbox> RequireToManageAsync(Id<Inbox> id, Actor by, CancellationToken ct)
    {
        by.Require(Permission.ManageInboxes);
        return RequireAsync(id, by, ct);
    }
}
