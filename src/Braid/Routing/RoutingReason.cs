using Braid.Accounts;
using Braid.Platform.Data;

namespace Braid.Routing;

/// <summary>Why the router did something: codes and figures, from which screens make sentences.</summary>
internal sealed record RoutingReason
{
    public string? RuleId { get; init; }
    public string? RuleName { get; init; }
    public IReadOnlyList<RoutingCondition>? Because { get; init; }
    /// <summary>Which step of the path: sticky, preferred, required, overflow, noSkills, anyone, team.</summary>
    public string? Step { get; init; }
    public string? QueryType { get; init; }
    public string? Language { get; init; }
    public string? Urgency { get; init; }
    public string? Sentiment { get; init; }
    public double? TargetMinutes { get; init; }
    public double? WaitedSeconds { get; init; }
    public IReadOnlyList<Guid>? Skills { get; init; }
    public Guid? TeamId { get; init; }
    /// <summary>Units that the chosen one carried before, and can.</summary>
    public double? Load { get; init; }
    public double? Capacity { get; init; }
    public double? IdleMinutes { get; init; }
    public IReadOnlyList<RoutingLoser>? Losers { get; init; }
    /// <summary>How many lost by what, also those not listed.</summary>
    public IReadOnlyDictionary<LosingReason, int>? Counts { get; init; }
    /// <summary>Which agent it was taken from, or waits for.</summary>
    public Guid? From { get; init; }
    public string? Note { get; init; }
}

internal sealed record RoutingLoser(Id<Agent> AgentId, LosingReason Reason, double? Load = null, double? Capacity = null);

/// <summary>Says what the others lost by. Pure.</summary>
internal static class ExplainPlacement
{
    private const int MostListed = 12;

    /// <param name="loads">Tenths of a unit just before the placement.</param>
    public static (IReadOnlyList<RoutingLoser> Losers, IReadOnlyDictionary<LosingReason, int> Counts) Losers(IReadOnlyList<DeskAgent> agents, Demand demand, IReadOnlySet<Id<Agent>>? missed, DeskAgent? chosen, IReadOnlyDictionary<Id<Agent>, (int Load, bool Whole)> loads, long now)
    {
        var all = new List<(RoutingLoser Loser, bool Near)>();
        foreach (var agent in agents.Where(a => a != chosen))
        {
            var (load, whole) = loads[agent.Id];
            var room = demand.Weight == Demand.Whole ? load == 0 && !whole : !whole && load + demand.Weight <= agent.Capacity;
            var reason = demand.Excludes(agent) ?? agent.Out ?? (missed?.Contains(agent.Id) == true ? LosingReason.Missed : !room ? LosingReason.AtCapacity : chosen is null ? LosingReason.Reserved : ByOrder(agent, chosen, now));
            all.Add((new(agent.Id, reason, (whole ? agent.Capacity : load) / 10.0, agent.Capacity / 10.0), reason >= LosingReason.AtCapacity));
        }

        return ([.. all.OrderByDescending(a => a.Near).ThenByDescending(a => a.Loser.Reason).Take(MostListed).Select(a => a.Loser)], all.GroupBy(a => a.Loser.Reason).ToDictionary(g => g.Key, g => g.Count()));
    }

    private static LosingReason ByOrder(DeskAgent agent, DeskAgent chosen, long now) =>
        agent.Flexibility > chosen.Flexibility ? LosingReason.MoreFlexible : agent.CarriedAt(now) > chosen.CarriedAt(now) ? LosingReason.BusierToday : LosingReason.LessIdle;
}
