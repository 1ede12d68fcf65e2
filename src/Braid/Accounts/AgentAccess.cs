using Braid.Platform.Data;
using Braid.Platform.Http;
using Microsoft.EntityFrameworkCore;

namespace Braid.Accounts;

internal sealed class AgentAccess(BraidDb db)
{
    /// <summary>An agent of the caller's workspace whom the caller may change: admins may not touch owners.</summary>
    public async Task<Agent> RequireAsync(Id<Agent> id, Actor by, CancellationToken ct)
    {
        by.Require(Permission.ManageAgents);
        var agent = await db.Set<Agent>().SingleOrDefaultAsync(a => a.WorkspaceId == by.Workspace && a.Id == id, ct) ?? throw RefusalException.NotFound("agent");
        RequireMayGrant(agent.Role, by);
        return agent;
    }

    public static void RequireMayGrant(Role role, Actor by)
    {
        if (role == Role.Owner && by.Role != Role.Owner)
        {
            throw RefusalException.Forbidden("Only an owner may make or change owners. Ask an owner.");
        }
    }

    /// <summary>Refuses to take away the last active owner. Locks the owners, so that two can't remove each other at once.</summary>
    public async Task RequireAnotherOwnerAsync(Agent agent, CancellationToken ct)
    {
        if (db.Engine == Engine.Postgres)
        {
            await db.Database.ExecuteSqlAsync($"select id from agents where workspace_id = {agent.WorkspaceId.Value} and role = 'owner' order by id for update", ct);
        }

        if (!await db.Set<Agent>().AnyAsync(a => a.WorkspaceId == agent.WorkspaceId && a.Id != agent.Id && a.Role == Role.Owner && a.State == AgentState.Active, ct))
        {
            throw new RefusalException("last_owner", "This is the last owner. Make somebody else an owner first.");
        }
    }
}
