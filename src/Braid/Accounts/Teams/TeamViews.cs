using Braid.Platform.Data;

namespace Braid.Accounts.Teams;

internal sealed record TeamView(Id<Team> Id, string Name, string? Description, IReadOnlyList<Id<Agent>> AgentIds);

internal sealed record TeamsView(IReadOnlyList<TeamView> Items);

/// <param name="Agents">How many have it.</param>
internal sealed record SkillView(Id<Skill> Id, string Name, SkillKind Kind, string? Code, int Agents);

internal sealed record SkillsView(IReadOnlyList<SkillView> Items);

/// <param name="Open">Now.</param>
internal sealed record CalendarView(Id<Calendar> Id, string Name, string TimeZone, IReadOnlyList<OpenHours> Hours, IReadOnlyList<string> DaysOff, bool Open, DateTimeOffset? NextOpening);

internal sealed record CalendarsView(IReadOnlyList<CalendarView> Items);

internal sealed record AgentSkillView(Id<Skill> SkillId, int Level);

internal sealed record LeaveView(Id<Leave> Id, DateTimeOffset From, DateTimeOffset Until, string? Note);

/// <param name="Capacity">Units they carry at once.</param>
/// <param name="Status">What they said; null fields of it: nothing.</param>
internal sealed record AgentWorkView(
    Id<Agent> AgentId, string Name, AgentAvailability Availability, WorkStatus Status, DateTimeOffset? StatusUntil, string? StatusNote, double Capacity, int WrapUpSeconds,
    DateTimeOffset? WrapUpUntil, Id<Calendar>? CalendarId, IReadOnlyList<Id<Team>> TeamIds, IReadOnlyList<AgentSkillView> Skills, IReadOnlyList<LeaveView> Leaves);

internal sealed record AgentWorksView(IReadOnlyList<AgentWorkView> Items);
