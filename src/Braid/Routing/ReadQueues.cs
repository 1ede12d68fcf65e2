using System.Text.Json;
using Braid.Accounts;
using Braid.Accounts.Teams;
using Braid.Conversations;
using Braid.Platform.Data;
using Braid.Platform.Http;
using Microsoft.EntityFrameworkCore;

namespace Braid.Routing;

/// <param name="TeamId">Null: those who wait for no team in particular.</param>
/// <param name="Late">Past their time.</param>
/// <param name="Takers">Agents of the team who take work now.</param>
internal sealed record QueueView(Id<Team>? TeamId, string? Name, int Waiting, int Late, DateTimeOffset? Longest, int Agents, int Takers, double Free);

/// <param name="Load">Units awake now; conversations asleep are counted in <paramref name="Asleep"/>.</param>
internal sealed record QueueAgentView(Id<Agent> AgentId, string Name, AgentAvailability Availability, DateTimeOffset? StatusUntil, string? StatusNote, double Load, double Capacity, bool Whole, int Open, int Asleep, IReadOnlyList<Id<Team>> TeamIds, IReadOnlyList<AgentSkillView> Skills);

/// <param name="On">False: nobody is assigned by itself.</param>
internal sealed record QueuesView(bool On, IReadOnlyList<QueueView> Queues, IReadOnlyList<QueueAgentView> Agents);

internal sealed record QueueItemView(ConversationItemView Conversation, Id<Team>? TeamId, string? RuleName, string Step, DateTimeOffset Since, DateTimeOffset DueAt, bool Late);

/// <summary>What a supervisor watches: lines, people and what they carry.</summary>
internal sealed class ReadQueues(BraidDb db, ReadPlans plans, Staff staff, ReadDesk readDesk, ConversationItems items, TimeProvider clock)
{
    public async Task<QueuesView> RunAsync(Actor by, CancellationToken ct)
    {
        by.Require(Permission.Supervise);
        var (plan, now) = (await plans.LiveAsync(by.Workspace, ct), clock.GetUtcNow());
        var people = await staff.ReadAsync(by.Workspace, ct);
        var agents = (await readDesk.RunAsync(by.Workspace, plan ?? RoutingPlan.Default, people, null, ct)).ToDictionary(a => a.Id);
        var asleep = await db.Set<CarriedWork>().Where(w => w.WorkspaceId == by.Workspace && w.Asleep).GroupBy(w => w.AgentId).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, ct);
        var waiting = (await db.Set<QueueEntry>().Where(q => q.WorkspaceId == by.Workspace)
            .Join(db.Set<Conversation>().Where(c => c.Status == ConversationStatus.Open && c.AssigneeId == null), q => q.ConversationId, c => c.Id, (q, c) => new { q.TeamId, q.DueAt, Since = c.WaitingSince ?? q.Since })
            .GroupBy(q => q.TeamId).Select(g => new { Team = g.Key, Count = g.Count(), Late = g.Count(q => q.DueAt < now), Longest = g.Min(q => (DateTimeOffset?)q.Since) }).ToListAsync(ct)).ToDictionary(g => g.Team?.Value ?? Guid.Empty);
        var teams = await db.Set<Team>().AsNoTracking().Where(t => t.WorkspaceId == by.Workspace).OrderBy(t => t.Name).ToListAsync(ct);
        var queues = new List<QueueView>();
        foreach (var (id, name) in teams.Select(t => ((Id<Team>?)t.Id, (string?)t.Name)).Append((null, null)))
        {
            var line = waiting.GetValueOrDefault(id?.Value ?? Guid.Empty);
            var right = agents.Values.Where(a => id is null || a.Teams.Contains(id.Value)).ToList();
            queues.Add(new(id, name, line?.Count ?? 0, line?.Late ?? 0, line?.Longest, right.Count, right.Count(a => a.Out is null), right.Where(a => a.Out is null).Sum(a => Math.Max(0, a.Free)) / 10.0));
        }

        return new(plan is not null, queues, [.. people.OrderBy(p => p.Availability).ThenBy(p => p.Agent.Name, StringComparer.OrdinalIgnoreCase).Select(p => View(p, agents[p.Agent.Id], asleep.GetValueOrDefault(p.Agent.Id)))]);
    }

    private QueueAgentView View(StaffMember p, DeskAgent a, int asleep)
    {
        var said = p.Work is { } work && Accounts.Teams.Availability.StatusAt(work, clock.GetUtcNow()) != WorkStatus.Automatic ? work : null;
        return new(p.Agent.Id, p.Agent.Name, p.Availability, said?.StatusUntil, said?.StatusNote, (a.Whole ? a.Capacity : a.Load) / 10.0, a.Capacity / 10.0, a.Whole, a.Open, asleep, [.. a.Teams], [.. a.Skills.Select(s => new AgentSkillView(s.Key, s.Value))]);
    }

    /// <summary>Who waits, the most pressing first.</summary>
    public async Task<Page<QueueItemView>> WaitingAsync(Id<Team>? team, string? cursor, int? limit, Actor by, CancellationToken ct)
    {
        by.Require(Permission.ReadConversations);
        // Somebody may have taken it this moment; the router's books follow.
        var visible = db.Set<Conversation>().VisibleTo(by, db).Where(c => c.Status == ConversationStatus.Open && c.AssigneeId == null);
        var found = db.Set<QueueEntry>().AsNoTracking().Where(q => q.WorkspaceId == by.Workspace && (team == null || q.TeamId == team) && visible.Any(c => c.Id == q.ConversationId));
        if (Cursor.Read(cursor) is { } after)
        {
            var (at, id) = (after.Instant, new Id<Conversation>(after.Id));
            found = found.Where(q => q.DueAt > at || (q.DueAt == at && q.ConversationId > id));
        }

        var most = Page.Limit(limit);
        var rows = await found.OrderBy(q => q.DueAt).ThenBy(q => q.ConversationId).Take(most + 1).ToListAsync(ct);
        var ids = rows.ConvertAll(r => r.ConversationId);
        var shown = (await items.LoadAsync(db.Set<Conversation>().Where(c => ids.Contains(c.Id)), ct)).ToDictionary(i => i.Id);
        var now = clock.GetUtcNow();
        return Page.Of(rows.Where(r => shown.ContainsKey(r.ConversationId)).ToList(), most, r =>
        {
            var path = JsonSerializer.Deserialize<QueuePath>(r.Path, RoutingJson.Options)!;
            return new QueueItemView(shown[r.ConversationId], r.TeamId, path.RuleName, path.Steps[r.Step].Why, r.Since, r.DueAt, r.DueAt < now);
        }, r => Cursor.At(r.DueAt, r.ConversationId.Value));
    }

    /// <summary>How many of the same team come first, and how many minutes it may take: at the pace of the last half hour, else by what is carried now.</summary>
    public async Task<(int Place, int? Minutes)> PlaceOfAsync(QueueEntry entry, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var line = db.Set<QueueEntry>().Where(q => q.WorkspaceId == entry.WorkspaceId && q.TeamId == entry.TeamId);
        var place = 1 + await line.CountAsync(q => q.DueAt < entry.DueAt || (q.DueAt == entry.DueAt && q.ConversationId < entry.ConversationId), ct);
        var since = now.AddMinutes(-30);
        var members = db.Set<TeamMember>().Where(m => m.WorkspaceId == entry.WorkspaceId && m.TeamId == entry.TeamId);
        var pace = await db.Set<RoutingEntry>().CountAsync(r => r.WorkspaceId == entry.WorkspaceId && r.Act == RoutingAct.Placed && r.At > since && (entry.TeamId == null || members.Any(m => m.AgentId == r.AgentId)), ct);
        return (place, pace > 0 ? (int)Math.Ceiling(place * 30.0 / pace) : null);
    }
}
