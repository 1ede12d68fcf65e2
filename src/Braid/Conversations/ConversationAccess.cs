using Braid.Accounts;
using Braid.Inboxes;
using Braid.Platform.Data;
using Braid.Platform.Http;
using Microsoft.EntityFrameworkCore;

namespace Braid.Conversations;

/// <summary>
/// The only door to a conversation on behalf of somebody. Refuses with `not_found` (another workspace, a restricted inbox of others) or
/// `forbidden` (the role lacks the permission).
/// </summary>
internal sealed class ConversationAccess(BraidDb db)
{
    public async Task<Conversation> RequireAsync(Id<Conversation> id, Actor by, Permission permission, CancellationToken ct)
    {
        by.Require(permission);
        return await db.Set<Conversation>().VisibleTo(by, db).FirstOrDefaultAsync(c => c.Id == id, ct) ?? throw RefusalException.NotFound("conversation");
    }

    public async Task<Message> RequireMessageAsync(Id<Message> id, Actor by, Permission permission, CancellationToken ct)
    {
        by.Require(permission);
        var visible = db.Set<Conversation>().VisibleTo(by, db);
        return await db.Set<Message>().AsNoTracking()
            .FirstOrDefaultAsync(m => m.Id == id && m.WorkspaceId == by.Workspace && visible.Any(c => c.Id == m.ConversationId), ct)
            ?? throw RefusalException.NotFound("message");
    }
}

internal static class ConversationVisibility
{
    /// <summary>This workspace's, without those of restricted inboxes which the agent is no member of. Jobs and rules see all.</summary>
    public static IQueryable<Conversation> VisibleTo(this IQueryable<Conversation> conversations, Actor by, BraidDb db)
    {
        var mine = conversations.Where(c => c.WorkspaceId == by.Workspace);
        if (by.AgentId is not { } agent)
        {
            return mine;
        }

        var members = db.Set<InboxMember>().Where(m => m.WorkspaceId == by.Workspace && m.AgentId == agent);
        return mine.Where(c => c.RestrictedTo == null || members.Any(m => m.InboxId == c.RestrictedTo));
    }
}
