using Braid.Accounts;
using Braid.Accounts.Teams;
using Braid.Inboxes;
using Braid.Platform.Data;

namespace Braid.Routing;

/// <param name="Level">At least; 1 to 5.</param>
internal sealed record SkillNeed(Id<Skill> Skill, int Level = 1);

/// <summary>
/// What a waiting conversation asks of the agent who gets it. Conversations with equal demands stand in one line, so that a round looks at
/// lines and not at each that waits. <see cref="Key"/> is its text, equal for equal demands.
/// </summary>
/// <param name="Weight">Tenths of a unit that it takes; <see cref="Whole"/>: the whole agent.</param>
/// <param name="Only">The one agent it waits for.</param>
/// <param name="Inbox">A restricted inbox: only its members.</param>
internal sealed record Demand(Id<Team>? Team, IReadOnlyList<SkillNeed> Skills, int Weight, Id<Agent>? Only = null, Id<Inbox>? Inbox = null)
{
    /// <summary>A weight that leaves no room for anything else: a call.</summary>
    public const int Whole = 0;

    private string? key;

    /// <summary>A copy with something changed has another key.</summary>
    private Demand(Demand other) => (Team, Skills, Weight, Only, Inbox) = (other.Team, other.Skills, other.Weight, other.Only, other.Inbox);

    public string Key => key ??= string.Join('|', Weight, Team?.ToString() ?? "", Only?.ToString() ?? "", Inbox?.ToString() ?? "", string.Join(',', Skills.Select(s => s.Skill + ">" + s.Level).Order(StringComparer.Ordinal)));

    public static Demand Parse(string key)
    {
        var parts = key.Split('|');
        return new(parts[1].Length == 0 ? null : new Id<Team>(Guid.Parse(parts[1])),
            [.. parts[4].Split(',', StringSplitOptions.RemoveEmptyEntries).Select(s => s.Split('>')).Select(s => new SkillNeed(new Id<Skill>(Guid.Parse(s[0])), int.Parse(s[1], System.Globalization.CultureInfo.InvariantCulture)))],
            int.Parse(parts[0], System.Globalization.CultureInfo.InvariantCulture), parts[2].Length == 0 ? null : new Id<Agent>(Guid.Parse(parts[2])), parts[3].Length == 0 ? null : new Id<Inbox>(Guid.Parse(parts[3])));
    }

    /// <summary>Null: this agent is right for it. What it would take of their capacity is another question.</summary>
    public LosingReason? Excludes(DeskAgent agent)
    {
        if (Only is { } only && agent.Id != only) { return LosingReason.WaitsForAnother; }
        if (Team is { } team && !agent.Teams.Contains(team)) { return LosingReason.OtherTeam; }
        if (Inbox is { } inbox && !agent.Inboxes.Contains(inbox)) { return LosingReason.NoMember; }
        foreach (var need in Skills)
        {
            if (agent.Skills.GetValueOrDefault(need.Skill) < need.Level) { return LosingReason.LacksSkill; }
        }

        return null;
    }

    public bool Equals(Demand? other) => other is not null && other.Key == Key;

    public override int GetHashCode() => Key.GetHashCode(StringComparison.Ordinal);
}

/// <summary>Why somebody did not get a conversation.</summary>
internal enum LosingReason { OtherTeam, NoMember, LacksSkill, WaitsForAnother, Offline, Away, Busy, WrapUp, OffShift, OnLeave, AtCapacity, Reserved, Missed, MoreFlexible, BusierToday, LessIdle }
