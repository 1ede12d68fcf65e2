using Braid.Platform.Data;
using Microsoft.EntityFrameworkCore;

namespace Braid.Accounts.Teams;

/// <summary>One agent with all that says what they can and whether they do.</summary>
internal sealed record StaffMember(Agent Agent, AgentWork? Work, WeekHours? Shift, bool OnLeave, AgentAvailability Availability, IReadOnlySet<Id<Team>> Teams, IReadOnlyDictionary<Id<Skill>, int> Skills, IReadOnlyList<Leave> Leaves);

/// <summary>Reads everybody of a workspace who may take work, in five queries however many they are.</summary>
internal sealed class Staff(BraidDb db, TimeProvider clock)
{
    /// <summary>More than this many agents a workspace does not have.</summary>
    private const int Most = 5000;

    public async Task<List<StaffMember>> ReadAsync(Id<Workspace> workspace, CancellationToken ct, Id<Agent>? only = null)
    {
        var now = clock.GetUtcNow();
        var agents = await db.Set<Agent>().AsNoTracking().Where(a => a.WorkspaceId == workspace && a.State == AgentState.Active && (only == null || a.Id == only)).OrderBy(a => a.Id).Take(Most).ToListAsync(ct);
        var works = await db.Set<AgentWork>().AsNoTracking().Where(w => w.WorkspaceId == workspace).ToDictionaryAsync(w => w.AgentId, ct);
        var members = (await db.Set<TeamMember>().AsNoTracking().Where(m => m.WorkspaceId == workspace).ToListAsync(ct)).ToLookup(m => m.AgentId, m => m.TeamId);
        var skills = (await db.Set<AgentSkill>().AsNoTracking().Where(s => s.WorkspaceId == workspace).ToListAsync(ct)).ToLookup(s => s.AgentId);
        var calendars = (await db.Set<Calendar>().AsNoTracking().Where(c => c.WorkspaceId == workspace).ToListAsync(ct)).ToDictionary(c => c.Id, WeekHours.Of);
        var leaves = (await db.Set<Leave>().AsNoTracking().Where(l => l.WorkspaceId == workspace && l.Until > now).OrderBy(l => l.From).ToListAsync(ct)).ToLookup(l => l.AgentId);
        return agents.ConvertAll(agent =>
        {
            var work = works.GetValueOrDefault(agent.Id);
            var shift = work?.CalendarId is { } calendar ? calendars.GetValueOrDefault(calendar) : null;
            var away = leaves[agent.Id].Any(l => l.From <= now);
            return new StaffMember(agent, work, shift, away, Availability.Of(work, shift, away, now), members[agent.Id].ToHashSet(), skills[agent.Id].ToDictionary(s => s.SkillId, s => s.Level), [.. leaves[agent.Id]]);
        });
    }

    public async Task<AgentWorksView> ListAsync(Actor by, CancellationToken ct)
    {
        by.Require(Permission.ReadConversations);
        return new([.. (await ReadAsync(by.Workspace, ct)).OrderBy(m => m.Agent.Name, StringComparer.OrdinalIgnoreCase).Select(View)]);
    }

    public async Task<AgentWorkView> ShowAsync(Id<Workspace> workspace, Id<Agent> agent, CancellationToken ct) =>
        await ReadAsync(workspace, ct, agent) is [var member] ? View(member) : throw Platform.Http.RefusalException.NotFound("agent");

    private AgentWorkView View(StaffMember m)
    {
        var work = m.Work ?? new AgentWork { AgentId = m.Agent.Id };
        var status = Teams.Availability.StatusAt(work, clock.GetUtcNow());
        return new(m.Agent.Id, m.Agent.Name, m.Availability, status, status == WorkStatus.Automatic ? null : work.StatusUntil, status == WorkStatus.Automatic ? null : work.StatusNote, work.Capacity / 10.0, work.WrapUpSeconds,
            work.WrapUpUntil > clock.GetUtcNow() ? work.WrapUpUntil : null, work.CalendarId, [.. m.Teams], [.. m.Skills.Select(s => new AgentSkillView(s.Key, s.Value))], [.. m.Leaves.Select(l => new LeaveView(l.Id, l.From, l.Until, l.Note))]);
    }
}
