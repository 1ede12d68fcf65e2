using Braid.Platform.Data;
using Microsoft.EntityFrameworkCore;

namespace Braid.Accounts.Teams;

/// <summary>Writes down whose screens are open and who touched theirs; one statement per kind, whatever their number.</summary>
internal sealed class SeenAgents(BraidDb db, TimeProvider clock)
{
    /// <param name="open">Agents with a screen open on this node.</param>
    /// <param name="active">Of these, those who touched it since the last time.</param>
    public Task RunAsync(IReadOnlyCollection<(Id<Workspace> Workspace, Id<Agent> Agent)> open, IReadOnlyCollection<Id<Agent>> active, CancellationToken ct) => db.InTransactionAsync(async inner =>
    {
        var (now, ids, touched) = (clock.GetUtcNow(), open.Select(o => o.Agent).Distinct().ToList(), active.ToList());
        if (db.Engine == Engine.Postgres)
        {
            // In one order on all nodes and in the router, so that none waits for another in a circle.
            var raw = ids.ConvertAll(i => i.Value).ToArray();
            await db.Database.ExecuteSqlAsync($"select 1 from agent_work where agent_id = any({raw}) order by agent_id for update", inner);
        }

        var known = await db.Set<AgentWork>().Where(w => ids.Contains(w.AgentId)).Select(w => w.AgentId).ToListAsync(inner);
        foreach (var (workspace, agent) in open.DistinctBy(o => o.Agent).Where(o => !known.Contains(o.Agent)))
        {
            db.Add(new AgentWork { AgentId = agent, WorkspaceId = workspace, SeenAt = now, ActiveAt = now });
        }

        await db.SaveChangesAsync(inner);
        await db.Set<AgentWork>().Where(w => ids.Contains(w.AgentId)).ExecuteUpdateAsync(set => set.SetProperty(w => w.SeenAt, now), inner);
        if (touched.Count > 0) { await db.Set<AgentWork>().Where(w => touched.Contains(w.AgentId)).ExecuteUpdateAsync(set => set.SetProperty(w => w.ActiveAt, now), inner); }
    }, ct);
}
