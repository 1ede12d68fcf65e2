using System.Text.Json;
using Braid.Accounts;
using Braid.Accounts.Teams;
using Braid.Conversations;
using Braid.Platform.Data;
using Microsoft.EntityFrameworkCore;

namespace Braid.Routing;

/// <param name="Weight">Tenths of a unit; 0: all of them.</param>
internal sealed record Claim(Id<Conversation> Conversation, Id<Agent> Agent, int Weight, RoutingReason Reason);

/// <summary>
/// Gives conversations to agents, once. Whoever decided may have looked at old figures: under the locks of the agents and of the conversations
/// it is counted again, and what no longer holds is left out. So however many nodes decide at once, nothing is given twice and nobody gets
/// more than they can carry. Call it in a transaction.
/// </summary>
internal sealed class ClaimAgents(BraidDb db, TimeProvider clock)
{
    /// <returns>Those that were given.</returns>
    public async Task<List<Claim>> RunAsync(Id<Workspace> workspace, IReadOnlyList<Claim> claims, TimeSpan offer, CancellationToken ct)
    {
        if (claims.Count == 0) { return []; }
        var (agents, now) = (claims.Select(c => c.Agent).Distinct().ToList(), clock.GetUtcNow());
        var works = await LockAgentsAsync(workspace, agents, ct);
        var loads = (await db.Set<CarriedWork>().AsNoTracking().Where(w => w.WorkspaceId == workspace && agents.Contains(w.AgentId) && !w.Asleep).Select(w => new { w.AgentId, w.Weight }).ToListAsync(ct))
            .GroupBy(w => w.AgentId).ToDictionary(g => g.Key, g => (Load: g.Sum(w => w.Weight), Whole: g.Any(w => w.Weight == Demand.Whole)));
        var free = await LockConversationsAsync(workspace, claims.Select(c => c.Conversation).Distinct().ToList(), ct);
        var given = new List<Claim>();
        foreach (var claim in claims)
        {
            if (!works.TryGetValue(claim.Agent, out var work) || !free.TryGetValue(claim.Conversation, out var conversation)) { continue; }
            var (load, whole) = loads.GetValueOrDefault(claim.Agent);
            if (whole || (claim.Weight == Demand.Whole ? load > 0 : load + claim.Weight > work.Capacity)) { continue; }
            loads[claim.Agent] = (load + claim.Weight, claim.Weight == Demand.Whole);
            free.Remove(claim.Conversation);
            Give(conversation, work, claim, now, offer);
            given.Add(claim);
        }

        var placed = given.ConvertAll(g => g.Conversation);
        // A row of whoever had it before may be left.
        await db.Set<CarriedWork>().Where(w => w.WorkspaceId == workspace && placed.Contains(w.ConversationId)).ExecuteDeleteAsync(ct);
        await db.Set<QueueEntry>().Where(q => q.WorkspaceId == workspace && placed.Contains(q.ConversationId)).ExecuteDeleteAsync(ct);
        await db.SaveChangesAsync(ct);
        return given;
    }

    private void Give(Conversation conversation, AgentWork work, Claim claim, DateTimeOffset now, TimeSpan offer)
    {
        conversation.AssignTo(claim.Agent);
        work.LastPlacedAt = now;
        db.Add(new CarriedWork { ConversationId = conversation.Id, WorkspaceId = conversation.WorkspaceId, AgentId = claim.Agent, Weight = claim.Weight, Since = now, OfferedUntil = offer > TimeSpan.Zero ? now + offer : null });
        db.Add(new Activity
        {
            WorkspaceId = conversation.WorkspaceId, ConversationId = conversation.Id, Kind = "conversation.assigned", At = now, ActorKind = AuthorKind.System,
            Data = JsonSerializer.Serialize(new { agentId = claim.Agent.ToString(), routing = "1" }, JsonSerializerOptions.Web),
        });
        db.Add(Log(conversation, RoutingAct.Placed, claim.Agent, claim.Reason, now));
        db.Events.Add(new ConversationChanged(conversation, "assigned"));
    }

    public static RoutingEntry Log(Conversation conversation, RoutingAct act, Id<Agent>? agent, RoutingReason reason, DateTimeOffset at) => new()
    {
        WorkspaceId = conversation.WorkspaceId, ConversationId = conversation.Id, At = at, Act = act, AgentId = agent, Reason = JsonSerializer.Serialize(reason, RoutingJson.Options),
    };

    private async Task<Dictionary<Id<Agent>, AgentWork>> LockAgentsAsync(Id<Workspace> workspace, List<Id<Agent>> agents, CancellationToken ct)
    {
        var raw = agents.ConvertAll(a => a.Value).ToArray();
        var rows = db.Engine == Engine.Postgres
            ? db.Set<AgentWork>().FromSql($"select * from agent_work where workspace_id = {workspace.Value} and agent_id = any({raw}) order by agent_id for update")
            : db.Set<AgentWork>().Where(w => w.WorkspaceId == workspace && agents.Contains(w.AgentId));
        return await rows.ToDictionaryAsync(w => w.AgentId, ct);
    }

    /// <summary>What somebody else works on at this moment is left for the next look: nobody waits here while holding agents.</summary>
    private async Task<Dictionary<Id<Conversation>, Conversation>> LockConversationsAsync(Id<Workspace> workspace, List<Id<Conversation>> ids, CancellationToken ct)
    {
        var raw = ids.ConvertAll(i => i.Value).ToArray();
        var rows = db.Engine == Engine.Postgres
            ? db.Set<Conversation>().FromSql($"select * from conversations where workspace_id = {workspace.Value} and id = any({raw}) and status = 'open' and assignee_id is null order by id for update skip locked")
            : db.Set<Conversation>().Where(c => c.WorkspaceId == workspace && ids.Contains(c.Id) && c.Status == ConversationStatus.Open && c.AssigneeId == null);
        return await rows.ToDictionaryAsync(c => c.Id, ct);
    }
}
