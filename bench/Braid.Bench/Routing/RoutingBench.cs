using System.CommandLine;
using System.Globalization;
using Braid.Bench.Machine;
using Braid.Routing;

namespace Braid.Bench.Routing;

/// <summary>`routing`: a shop's days at three loads, placed by the product's router and by the usual ways.</summary>
internal static class RoutingBench
{
    private static readonly (int Load, double PerMinute)[] Loads = [(63, 2.2), (75, 2.6), (84, 2.9)];

    private static readonly (string Name, DeskRules Rules, bool Pooled, bool Push)[] Ways =
    [
        ("push on arrival, no capacity", Fifo((a, b, _) => DeskRules.LongestIdle(a, b)), false, true),
        ("round robin, capacity, FIFO", Fifo((a, b, _) => a.LastPlacedAt.CompareTo(b.LastPlacedAt)), false, false),
        ("fewest open, FIFO", Fifo((a, b, _) => a.Open != b.Open ? a.Open.CompareTo(b.Open) : a.LastPlacedAt.CompareTo(b.LastPlacedAt)), false, false),
        ("earliest due, least busy", new(w => w.DueAt, 0, LeastCarried), false, false),
        ("earliest due, least flexible", new(w => w.DueAt, 0, LeastFlexible), false, false),
        ("the product's router", DeskRules.Product, false, false),
        ("lower bound: all can do all", new(w => w.DueAt, 0, LeastCarried), true, false),
    ];

    public static Command Create()
    {
        var seeds = new Option<int>("--seeds") { DefaultValueFactory = _ => 30 };
        var command = new Command("routing", "Waits, breaches and fairness of routing, against the usual ways.") { Options = { seeds } };
        command.SetAction(p => Run(p.GetValue(seeds)));
        return command;
    }

    private static void Run(int seeds)
    {
        foreach (var (load, perMinute) in Loads)
        {
            var report = new Report("way", "breached %", "VIP %", "mean wait min", "p95 min", "p99 min", "Jain", "wrong skill", "over capacity");
            var days = Enumerable.Range(1, seeds).Select(seed => RoutingTraffic.Day(perMinute, seed)).ToList();
            foreach (var (name, rules, pooled, push) in Ways) { Measure(name, rules, pooled, push, days, report); }
            report.Print($"Routing at {load} % load, {seeds} days of 8 h, {days.Sum(d => d.Arrivals.Count):N0} conversations");
        }
    }

    private static void Measure(string name, DeskRules rules, bool pooled, bool push, List<(List<Arrival> Arrivals, HashSet<Guid> Vips)> days, Report report)
    {
        var (all, breached, vips, vipBreached, wrong, over, jain) = (0, 0, 0, 0, 0, 0, 0.0);
        var waits = new List<double>();
        foreach (var (arrivals, vip) in days)
        {
            var agents = RoutingTraffic.Agents(pooled);
            var told = new Dictionary<Platform.Data.Id<Accounts.Agent>, int>();
            var placements = Simulation.Run(arrivals, agents, rules, arriving: !push ? null : (arrival, desk) =>
            {
                var next = desk.Agents.Where(a => arrival.Demand.Excludes(a) is null).MinBy(a => told.GetValueOrDefault(a.Id))!;
                told[next.Id] = told.Values.DefaultIfEmpty().Max() + 1;
                return arrival.Demand with { Only = next.Id };
            });
            var carried = agents.ToDictionary(a => a.Agent.Id, _ => 0.0);
            var ends = new List<(long At, Platform.Data.Id<Accounts.Agent> Agent, int Weight)>();
            foreach (var placed in placements)
            {
                all++;
                waits.Add(placed.Wait / 60_000.0);
                if (placed.Breached) { breached++; }
                if (vip.Contains(placed.Arrival.Id)) { vips++; vipBreached += placed.Breached ? 1 : 0; }
                var agent = agents.First(a => a.Agent.Id == placed.Agent);
                if (placed.Arrival.Demand.Excludes(agent.Agent) is not null) { wrong++; }
                carried[agent.Agent.Id] += placed.Arrival.Work * agent.Slowness * placed.Arrival.Demand.Weight;
                var start = placed.Arrival.At + placed.Wait;
                ends.Add((start, agent.Agent.Id, placed.Arrival.Demand.Weight));
                ends.Add((start + (long)(placed.Arrival.Work * agent.Slowness), agent.Agent.Id, -placed.Arrival.Demand.Weight));
            }

            over += Over(ends);
            jain += Math.Pow(carried.Values.Sum(), 2) / (carried.Count * carried.Values.Sum(c => c * c));
        }

        waits.Sort();
        report.Add(name, 100.0 * breached / all, 100.0 * vipBreached / vips, waits.Average(), waits[waits.Count * 95 / 100], waits[waits.Count * 99 / 100], (jain / days.Count).ToString("0.000", CultureInfo.InvariantCulture), wrong, over);
    }

    /// <summary>Counted anew from when each piece of work began and ended, not by the desk that placed it.</summary>
    private static int Over(List<(long At, Platform.Data.Id<Accounts.Agent> Agent, int Weight)> changes)
    {
        var (loads, over) = (new Dictionary<Platform.Data.Id<Accounts.Agent>, int>(), 0);
        foreach (var (_, agent, weight) in changes.OrderBy(c => c.At).ThenBy(c => c.Weight))
        {
            if ((loads[agent] = loads.GetValueOrDefault(agent) + weight) > 40) { over++; }
        }

        return over;
    }

    private static DeskRules Fifo(Func<DeskAgent, DeskAgent, long, int> better) => new(w => w.Since, 0, better);

    private static int LeastFlexible(DeskAgent a, DeskAgent b, long now) =>
        Math.Abs(a.Flexibility - b.Flexibility) > 1e-9 ? a.Flexibility.CompareTo(b.Flexibility) : LeastCarried(a, b, now);

    private static int LeastCarried(DeskAgent a, DeskAgent b, long now)
    {
        var carried = a.CarriedAt(now).CompareTo(b.CarriedAt(now));
        return carried != 0 ? carried : DeskRules.LongestIdle(a, b);
    }
}
