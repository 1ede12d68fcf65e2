using Braid.Accounts;
using Braid.Platform.Data;

namespace Braid.Inboxes;

internal static class InboxVisibility
{
    /// <summary>Inboxes whose content the agent may see: all of the workspace, restricted ones only for members. Jobs and rules see all.</summary>
    public static IQueryable<Inbox> VisibleTo(this IQueryable<Inbox> inboxes, Actor by, BraidDb db)
    {
        var mine = inboxes.Where(i => i.WorkspaceId == by.Workspace);
        if (by.AgentId is not { } agent)
        {
            return mine;
        }

        var members = db.Set<InboxMember>().Where(m => m.WorkspaceId == by.Workspace && m.AgentId == agent);
        return mine.Where(i => !i.Restricted || members.Any(m => m.InboxId == i.Id));
    }
}
