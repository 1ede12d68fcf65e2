using Braid.Accounts;
using Braid.Accounts.Teams;
using Braid.Platform.Data;
using Braid.Routing;

namespace Braid.Bench.Routing;

/// <summary>The made-up shop of the routing benchmark: 12 agents, three skills, three channels, 10 % VIP; eight hours of Poisson arrivals.</summary>
internal static class RoutingTraffic
{
    private const double Minute = 60_000;
    private static readonly double[] Hours = [.7, .9, 1.2, 1.3, 1.0, .9, 1.1, .9];
    private static readonly (double Share, double Target, int Weight, double Work)[] Channels = [(.5, 5, 10, 14), (.2, 2, 20, 10), (.3, 60, 10, 9)];
    private static readonly double[] Shares = [.55, .30, .15];
    private static readonly int[][] Able = [[0], [0], [0], [0], [0, 1], [0, 1], [0, 1], [1], [1], [0, 2], [0, 2], [0, 1, 2]];
    private static readonly double[] Slowness = [1, .9, 1.15, 1, 1.1, .95, 1, .9, 1.05, 1, 1.1, .95];
    public static readonly Id<Skill>[] Skills = [.. Enumerable.Range(0, 3).Select(i => new Id<Skill>(new Guid(i + 1, 0, 0, new byte[8])))];

    public static List<SimulatedAgent> Agents(bool pooled = false) => [.. Able.Select((able, i) => new SimulatedAgent(
        new DeskAgent
        {
            Id = new Id<Agent>(new Guid(i + 1, 1, 0, new byte[8])), Capacity = 40,
            Skills = (pooled ? [0, 1, 2] : able).ToDictionary(s => Skills[s], _ => 3), Flexibility = able.Length,
        }, Slowness[i]))];

    /// <returns>The arrivals, and for each whether it is a VIP's.</returns>
    public static (List<Arrival> Arrivals, HashSet<Guid> Vips) Day(double perMinute, int seed)
    {
        var random = new Random(seed);
        var (arrivals, vips, at) = (new List<Arrival>(), new HashSet<Guid>(), 0.0);
        while (true)
        {
            // Thinning: draws at the busiest rate, keeps each by the hour's share of it.
            at += -Math.Log(1 - random.NextDouble()) / (perMinute * 1.3) * Minute;
            if (at >= 8 * 60 * Minute) { return (arrivals, vips); }
            if (random.NextDouble() >= Hours[(int)(at / (60 * Minute))] / 1.3) { continue; }
            var channel = Channels[Pick(random, [.. Channels.Select(c => c.Share)])];
            var skill = Pick(random, Shares);
            var vip = random.NextDouble() < .1;
            var work = Math.Exp(Math.Log(channel.Work) - (.7 * .7 / 2) + (.7 * Normal(random))) * Minute;
            var id = new Guid(arrivals.Count + 1, 2, 0, new byte[8]);
            if (vip) { vips.Add(id); }
            arrivals.Add(new Arrival(id, (long)at, new Demand(null, [new SkillNeed(Skills[skill])], channel.Weight), (long)(channel.Target * Minute * (vip ? .5 : 1)), (long)work));
        }
    }

    private static int Pick(Random random, double[] shares)
    {
        var at = random.NextDouble();
        for (var i = 0; i < shares.Length - 1; i++)
        {
            if ((at -= shares[i]) < 0) { return i; }
        }

        return shares.Length - 1;
    }

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
