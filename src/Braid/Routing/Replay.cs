using Braid.Accounts;
using Braid.Conversations;
using Braid.Platform.Data;

namespace Braid.Routing;

/// <summary>Recorded traffic, by a plan and a staff, through the simulation; and what came of it. Pure.</summary>
internal static class Replay
{
    /// <summary>Where nobody has answered yet: as long as others on this channel take, else this.</summary>
    private static readonly long Usual = (long)TimeSpan.FromMinutes(10).TotalMilliseconds;

    /// <param name="times">How often each conversation comes: 1.5 lets every other one come twice.</param>
    public static (OutcomeView View, List<SimulatedPlacement> Placements) Run(RoutingPlan plan, RecordedTraffic traffic, IReadOnlyList<SimulatedAgent> staff, RoutingSurroundings around, double times)
    {
        var usual = traffic.Arrivals.Where(a => a.Work is not null).GroupBy(a => a.Facts.Channel).ToDictionary(g => g.Key, g => (long)g.Average(a => a.Work!.Value));
        var (arrivals, paths, share) = (new List<Arrival>(), new Dictionary<Guid, (ConversationFacts Facts, QueuePath Path)>(), 0.0);
        foreach (var recorded in traffic.Arrivals)
        {
            var path = PlanRoute.Of(plan, recorded.Facts, around);
            // Nobody outside is asked in a simulation: what the rule says holds.
            var steps = path.Steps[0].Why == "ask" ? [.. path.Steps.Skip(1).Select(s => s with { After = s.After - path.Steps[1].After })] : path.Steps;
            var work = recorded.Work ?? usual.GetValueOrDefault(recorded.Facts.Channel, Usual);
            share += times;
            for (var copy = 0; share >= 1; copy++, share--)
            {
                var id = copy == 0 ? recorded.Facts.ConversationId.Value : new Guid(copy, 0, 0, recorded.Facts.ConversationId.Value.ToByteArray()[8..]);
                if (!paths.TryAdd(id, (recorded.Facts, path))) { continue; }
                arrivals.Add(new Arrival(id, recorded.Facts.At.ToUnixTimeMilliseconds() + (copy * 30_000L), steps[0].Demand, (long)(path.TargetMinutes * 60_000), work, [.. steps.Skip(1).Select(s => (s.After * 1000L, s.Demand))]));
            }
        }

        // Those who wait when the time looked at is over are placed later, if ever; a day is enough to see.
        var end = arrivals.Count == 0 ? 0 : arrivals.Max(a => a.At) + 86_400_000L;
        var placements = Simulation.Run(arrivals, staff, DeskRules.Product, end);
        return (Outcome(placements, paths, staff), placements);
    }

    private static OutcomeView Outcome(List<SimulatedPlacement> placements, Dictionary<Guid, (ConversationFacts Facts, QueuePath Path)> paths, IReadOnlyList<SimulatedAgent> staff)
    {
        var seats = staff.ToDictionary(s => s.Agent.Id, s => s.Agent);
        var waits = placements.Select(p => p.Wait / 1000.0).Order().ToList();
        var byAgent = placements.Where(p => p.Agent is not null).ToLookup(p => p.Agent!.Value);
        var agents = staff.Select(s =>
        {
            var there = (double)(s.Shifts ?? []).Sum(t => t.To - t.From) * Math.Max(1, s.Agent.Capacity);
            var carried = byAgent[s.Agent.Id].Sum(p => (double)p.Arrival.Work * (p.Arrival.Demand.Weight == Demand.Whole ? s.Agent.Capacity : p.Arrival.Demand.Weight));
            return (View: new AgentOutcomeView(s.Agent.Id.ToString(), byAgent[s.Agent.Id].Count(), there > 0 ? Math.Round(carried / there, 3) : 0), There: there > 0);
        }).ToList();
        var loads = agents.Where(a => a.There).Select(a => a.View.Load).ToList();
        var squares = loads.Sum(l => l * l);
        return new(placements.Count(p => p.Agent is not null), placements.Count(p => p.Agent is null), placements.Count(p => p.Breached), Mean(waits), At(waits, 0.5), At(waits, 0.95),
            placements.Count(p => p.Agent is { } agent && First(paths[p.Arrival.Id].Path).Excludes(seats[agent]) is null),
            squares > 0 ? Math.Round(loads.Sum() * loads.Sum() / (loads.Count * squares), 3) : 1, Groups(placements, p => paths[p.Arrival.Id].Facts.Channel), Groups(placements, p => paths[p.Arrival.Id].Path.RuleId), [.. agents.Select(a => a.View)]);
    }

    /// <summary>What it asked for at first, whoever had them before.</summary>
    private static Demand First(QueuePath path) => (path.Steps.FirstOrDefault(s => s.Why is not ("ask" or "sticky")) ?? path.Steps[0]).Demand;

    private static List<OutcomeGroupView> Groups(List<SimulatedPlacement> placements, Func<SimulatedPlacement, string?> by) =>
        [.. placements.GroupBy(by).Select(g => (g.Key, Placed: g.ToList(), Waits: g.Select(p => p.Wait / 1000.0).Order().ToList())).OrderByDescending(g => g.Placed.Count).ThenBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => new OutcomeGroupView(g.Key, g.Placed.Count, g.Placed.Count(p => p.Breached), Mean(g.Waits), At(g.Waits, 0.95)))];

    private static double Mean(List<double> waits) => waits.Count == 0 ? 0 : Math.Round(waits.Average(), 1);

    private static double At(List<double> sorted, double share) => sorted.Count == 0 ? 0 : Math.Round(sorted[Math.Min(sorted.Count - 1, (int)(sorted.Count * share))], 1);
}
