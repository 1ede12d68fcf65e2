using Braid.Platform.Data;
using Braid.Platform.Http;
using Microsoft.EntityFrameworkCore;

namespace Braid.Accounts;

/// <summary>The team. Someone is online while one of their sessions was in use in the last two minutes, on whatever node.</summary>
internal sealed class ListAgents(BraidDb db, TimeProvider clock)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(2);

    public async Task<Page<AgentView>> RunAsync(Actor by, int? limit, string? cursor, CancellationToken ct)
    {
        var take = Page.Limit(limit);
        var rows = db.Set<Agent>().AsNoTracking().Where(a => a.WorkspaceId == by.Workspace);
        if (Cursor.Read(cursor) is { } after)
        {
            var (at, id) = (after.Instant, new Id<Agent>(after.Id));
            rows = rows.Where(a => a.CreatedAt > at || (a.CreatedAt == at && a.Id > id));
        }

        var agents = await rows.OrderBy(a => a.CreatedAt).ThenBy(a => a.Id).Take(take + 1).ToListAsync(ct);
        var online = await OnlineAsync(agents, ct);
        return Page.Of(agents, take, a => AgentView.From(a, online.Contains(a.Id)), a => Cursor.At(a.CreatedAt, a.Id.Value));
    }

    public async Task<AgentView> ShowAsync(Agent agent, CancellationToken ct) => AgentView.From(agent, (await OnlineAsync([agent], ct)).Contains(agent.Id));

    private async Task<HashSet<Id<Agent>>> OnlineAsync(List<Agent> agents, CancellationToken ct)
    {
        var since = clock.GetUtcNow() - Fresh;
        var users = agents.Where(a => a.State == AgentState.Active && a.UserId is not null).Select(a => a.UserId!.Value).ToList();
        var seen = await db.Set<Session>().Where(s => users.Contains(s.UserId) && s.LastSeenAt > since).Select(s => s.UserId).Distinct().ToListAsync(ct);
        return [.. agents.Where(a => a.UserId is { } user && seen.Contains(user)).Select(a => a.Id)];
    }
}
