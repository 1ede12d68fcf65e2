using System.ComponentModel.DataAnnotations;
using Braid.Platform.Data;
using Braid.Platform.Http;
using Microsoft.EntityFrameworkCore;

namespace Braid.Accounts;

/// <summary>Name, role, and whether someone may come in. Disabling ends the person's sessions and tokens here at once.</summary>
internal sealed class ChangeAgent(BraidDb db, AgentAccess access, AccountsGate gate, TimeProvider clock)
{
    public sealed record Request([MinLength(1), MaxLength(200)] string? Name, Role? Role, bool? Disabled);

    public async Task<Agent> RunAsync(Id<Agent> id, Request request, Actor by, CancellationToken ct)
    {
        Agent agent = null!;
        await db.InTransactionAsync(async c =>
        {
            agent = await access.RequireAsync(id, by, c);
            await ApplyAsync(agent, request, by, c);
            db.Audited(by, request.Disabled == true ? "agent.disabled" : "agent.changed", id.Value, clock.GetUtcNow());
            db.Events.Add(new AgentChanged(by.Workspace, id));
            await db.SaveChangesAsync(c);
        }, ct);
        gate.Forget();
        return agent;
    }

    private async Task ApplyAsync(Agent agent, Request request, Actor by, CancellationToken ct)
    {
        var role = request.Role ?? agent.Role;
        AgentAccess.RequireMayGrant(role, by);
        if (request.Disabled == true && agent.Id == by.AgentId)
        {
            throw new RefusalException("conflict", "You can't disable yourself. Ask another owner or admin.");
        }

        if (agent is { Role: Role.Owner, State: AgentState.Active } && (role != Role.Owner || request.Disabled == true))
        {
            await access.RequireAnotherOwnerAsync(agent, ct);
        }

        agent.Role = role;
        agent.Name = request.Name?.Trim() is { Length: > 0 } name ? name : agent.Name;
        agent.State = request.Disabled switch
        {
            true => AgentState.Disabled,
            false => agent.UserId is null ? AgentState.Invited : AgentState.Active,
            null => agent.State,
        };
        if (agent.State == AgentState.Disabled)
        {
            agent.InviteHash = null;
            agent.InviteExpiresAt = null;
        }
    }
}
