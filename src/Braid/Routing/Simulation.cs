using Braid.Platform.Data;

namespace Braid.Routing;

/// <summary>A conversation of recorded or made-up traffic. Milliseconds.</summary>
/// <param name="Wider">After so long it asks for less.</param>
/// <param name="Work">What it takes an agent of speed 1 from first look to end.</param>
internal sealed record Arrival(Guid Id, long At, Demand Demand, long Target, long Work, IReadOnlyList<(long After, Demand Demand)>? Wider = null);

/// <param name="Slowness">Their time for a piece of work against the usual.</param>
/// <param name="Shifts">When they take work; null: always.</param>
internal sealed record SimulatedAgent(DeskAgent Agent, double Slowness = 1, IReadOnlyList<(long From, long To)>? Shifts = null);

/// <param name="Agent">Null: it still waits when the traffic ends.</param>
/// <param name="Wait">Milliseconds until placed, or until the end.</param>
internal readonly record struct SimulatedPlacement(Arrival Arrival, Id<Accounts.Agent>? Agent, long Wait)
{
    public bool Breached => Wait > Arrival.Target;
}

/// <summary>
/// Runs traffic through the router's own <see cref="Desk"/> on a clock that jumps from event to event. Deterministic: the same traffic and
/// the same staff come to the same placements.
/// </summary>
internal sealed class Simulation
{
    private enum What { End, ShiftEnds, ShiftBegins, Widen, Arrive }

    private readonly PriorityQueue<(What What, object Of), (long At, int What, long Order)> events = new();
    private readonly Dictionary<Guid, (Arrival Arrival, WaitingWork Work)> waiting = [];
    private readonly Dictionary<Id<Accounts.Agent>, SimulatedAgent> staff;
    private readonly Desk desk;
    private readonly List<SimulatedPlacement> placements = [];
    private long order;

    private Simulation(IReadOnlyList<SimulatedAgent> agents, DeskRules rules)
    {
        staff = agents.ToDictionary(a => a.Agent.Id);
        desk = new Desk([.. agents.Select(a => a.Agent)], rules);
    }

    /// <param name="until">What waits then is counted as waiting until then; null: everything is placed, however long it takes.</param>
    /// <param name="arriving">May narrow the demand on arrival; for policies that choose there and then.</param>
    public static List<SimulatedPlacement> Run(IReadOnlyList<Arrival> arrivals, IReadOnlyList<SimulatedAgent> agents, DeskRules rules, long? until = null, Func<Arrival, Desk, Demand>? arriving = null)
    {
        var run = new Simulation(agents, rules);
        foreach (var agent in agents.Where(a => a.Shifts is not null))
        {
            agent.Agent.Out = LosingReason.OffShift;
            foreach (var (from, to) in agent.Shifts!)
            {
                run.At(from, What.ShiftBegins, agent.Agent);
                run.At(to, What.ShiftEnds, agent.Agent);
            }
        }

        foreach (var arrival in arrivals) { run.At(arrival.At, What.Arrive, arrival); }
        return run.Go(until ?? long.MaxValue, arriving);
    }

    private void At(long at, What what, object of) => events.Enqueue((what, of), (at, (int)what, order++));

    private List<SimulatedPlacement> Go(long until, Func<Arrival, Desk, Demand>? arriving)
    {
        while (events.TryDequeue(out var happens, out var when) && when.At <= until)
        {
            var now = when.At;
            switch (happens.What)
            {
                case What.Arrive: Arrive((Arrival)happens.Of, arriving); break;
                case What.End:
                    var (agent, weight) = ((DeskAgent, int))happens.Of;
                    agent.Release(weight, now);
                    break;
                case What.Widen: Widen(((Guid, Demand))happens.Of); break;
                case What.ShiftBegins: ((DeskAgent)happens.Of).Out = null; break;
                case What.ShiftEnds: ((DeskAgent)happens.Of).Out = LosingReason.OffShift; break;
            }

            foreach (var placed in desk.Place(now)) { Placed(placed, now); }
        }

        foreach (var (arrival, _) in waiting.Values.OrderBy(w => w.Arrival.At)) { placements.Add(new(arrival, null, (until == long.MaxValue ? arrival.At + arrival.Target + 1 : until) - arrival.At)); }
        return placements;
    }

    private void Arrive(Arrival arrival, Func<Arrival, Desk, Demand>? arriving)
    {
        var work = new WaitingWork { Id = arrival.Id, Demand = arriving?.Invoke(arrival, desk) ?? arrival.Demand, Since = arrival.At, DueAt = arrival.At + arrival.Target };
        waiting.Add(arrival.Id, (arrival, work));
        desk.Enter(work);
        foreach (var (after, wider) in arrival.Wider ?? []) { At(arrival.At + after, What.Widen, (arrival.Id, wider)); }
    }

    private void Widen((Guid Id, Demand Demand) to)
    {
        if (!waiting.TryGetValue(to.Id, out var entry)) { return; }
        desk.Leave(entry.Work);
        var again = new WaitingWork { Id = to.Id, Demand = to.Demand, Since = entry.Work.Since, DueAt = entry.Work.DueAt };
        waiting[to.Id] = (entry.Arrival, again);
        desk.Enter(again);
    }

    private void Placed(Placement placed, long now)
    {
        waiting.Remove(placed.Work.Id, out var entry);
        placements.Add(new(entry.Arrival, placed.Agent.Id, now - entry.Arrival.At));
        At(now + (long)(entry.Arrival.Work * staff[placed.Agent.Id].Slowness), What.End, (placed.Agent, placed.Work.Demand.Weight));
    }
}
