using Braid.Accounts;
using Braid.Accounts.Teams;
using Braid.Inboxes;
using Braid.Platform.Data;
using Microsoft.EntityFrameworkCore;

namespace Braid.Routing;

/// <summary>The agents of a workspace as the desk needs them: what they carry now and carried in the last hours.</summary>
internal sealed class ReadDesk(BraidDb db, TimeProvider clock)
{
    /// <summary>"Today" without a time zone: who worked through the night is not rested at midnight.</summary>
    private static readonly TimeSpan Today = TimeSpan.FromHours(12);

    public async Task<List<DeskAgent>> RunAsync(Id<Workspace> workspace, RoutingPlan plan, IReadOnlyList<StaffMember> staff, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var (ms, since) = (now.ToUnixTimeMilliseconds(), now - Today);
        var carried = (await db.Set<CarriedWork>().AsNoTracking().Where(w => w.WorkspaceId == workspace).Select(w => new { w.AgentId, w.Weight, w.Since, w.Asleep }).ToListAsync(ct)).ToLookup(w => w.AgentId);
        var ended = (await db.Set<EndedWork>().AsNoTracking().Where(w => w.WorkspaceId == workspace && w.Until > since).Select(w => new { w.AgentId, w.Weight, w.Since, w.Until }).ToListAsync(ct)).ToLookup(w => w.AgentId);
        var members = (await db.Set<InboxMember>().AsNoTracking().Where(m => m.WorkspaceId == workspace).Select(m => new { m.AgentId, m.InboxId }).ToListAsync(ct)).ToLookup(m => m.AgentId, m => m.InboxId);
        var asked = AskedFor(plan);
        return staff.Select(member =>
        {
            var work = member.Work;
            var capacity = work?.Capacity ?? 60;
            var (awake, old) = (carried[member.Agent.Id].Where(w => !w.Asleep).ToList(), ended[member.Agent.Id].ToList());
            var agent = new DeskAgent
            {
                Id = member.Agent.Id, Skills = member.Skills, Teams = member.Teams, Inboxes = members[member.Agent.Id].ToHashSet(), Capacity = capacity, Out = WhyOut(member.Availability),
                Flexibility = FlexibilityOf(member, asked),
            };
            double did = 0;
            foreach (var w in old) { did += (w.Weight == Demand.Whole ? capacity : w.Weight) * (w.Until - (w.Since > since ? w.Since : since)).TotalMilliseconds; }
            foreach (var w in awake) { did += (w.Weight == Demand.Whole ? capacity : w.Weight) * (now - (w.Since > since ? w.Since : since)).TotalMilliseconds; }
            var idle = old.Select(w => (DateTimeOffset?)w.Until).DefaultIfEmpty(work?.LastPlacedAt ?? work?.ActiveAt).Max() ?? now;
            return DeskAgent.With(agent, awake.Sum(w => w.Weight), awake.Exists(w => w.Weight == Demand.Whole), awake.Count, did, (work?.LastPlacedAt ?? default).ToUnixTimeMilliseconds(), idle.ToUnixTimeMilliseconds(), ms);
        }).ToList();
    }

    /// <summary>How many different things the plan could send them: the skills it asks for, and teams.</summary>
    public static double FlexibilityOf(StaffMember member, RoutingPlan plan) => FlexibilityOf(member, AskedFor(plan));

    private static double FlexibilityOf(StaffMember member, HashSet<Guid> asked) => member.Skills.Keys.Count(s => asked.Count == 0 || asked.Contains(s.Value)) + Math.Max(0, member.Teams.Count - 1);

    public static LosingReason? WhyOut(AgentAvailability availability) => availability switch
    {
        AgentAvailability.Online => null,
        AgentAvailability.Busy => LosingReason.Busy,
        AgentAvailability.Away => LosingReason.Away,
        AgentAvailability.WrapUp => LosingReason.WrapUp,
        AgentAvailability.OffShift => LosingReason.OffShift,
        AgentAvailability.OnLeave => LosingReason.OnLeave,
        _ => LosingReason.Offline,
    };

    /// <summary>The skills that the plan asks for at all; with "speaks their language" any may be.</summary>
    private static HashSet<Guid> AskedFor(RoutingPlan plan)
    {
        var targets = plan.Rules.Where(r => r.On).Select(r => r.Then).Append(plan.Otherwise).ToList();
        return targets.Exists(t => t.SpeaksLanguage) ? [] : [.. targets.SelectMany(t => t.Required.Concat(t.Preferred)).Select(s => s.SkillId.Value)];
    }
}
