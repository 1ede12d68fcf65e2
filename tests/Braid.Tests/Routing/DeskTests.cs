using Braid.Accounts;
using Braid.Accounts.Teams;
using Braid.Platform.Data;
using Braid.Routing;

namespace Braid.Tests.Routing;

public class DeskTests
{
    private static readonly Id<Skill> Billing = Id<Skill>.New();
    private static readonly Demand Any = new(null, [], 10);

    private static DeskAgent Agent(int capacity = 40, double flexibility = 1, params Id<Skill>[] skills) => new() { Id = Id<Agent>.New(), Capacity = capacity, Flexibility = flexibility, Skills = skills.ToDictionary(s => s, _ => 3) };

    private static WaitingWork Work(Demand demand, long since = 0, long target = 60_000) => new() { Id = Guid.NewGuid(), Demand = demand, Since = since, DueAt = since + target };

    [Fact]
    public void The_least_slack_comes_first_and_late_ones_give_way_until_their_patience_ends()
    {
        var desk = new Desk([Agent(10)], DeskRules.Product);
        var (late, soon, easy) = (Work(Any, 0, 60_000), Work(Any, 0, 120_000), Work(Any, 0, 600_000));
        foreach (var work in new[] { easy, late, soon }) { desk.Enter(work); }
        desk.Place(100_000).Single().Work.ShouldBe(soon, "60 s over is late; 120 s can still be in time");
        desk.Agents[0].Release(10, 110_000);
        desk.Place(370_000).Single().Work.ShouldBe(late, "it has waited six times its time");
        desk.Agents[0].Release(10, 380_000);
        desk.Place(390_000).Single().Work.ShouldBe(easy);
        desk.Waiting.ShouldBe(0);
    }

    [Fact]
    public void Nobody_starves_however_much_important_work_comes()
    {
        var desk = new Desk([Agent(10)], DeskRules.Product);
        var (plain, placed) = (Work(Any, 0, 600_000), false);
        desk.Enter(plain);
        for (var minute = 0; minute < 120 && !placed; minute++)
        {
            var now = minute * 60_000L;
            desk.Enter(Work(Any, now, 120_000));
            placed = desk.Place(now).Any(p => p.Work == plain);
            if (desk.Agents[0].Load > 0) { desk.Agents[0].Release(10, now + 30_000); }
            desk.Enter(Work(Any, now, 120_000));
        }

        placed.ShouldBeTrue();
    }

    [Fact]
    public void Who_can_do_least_else_goes_first_and_who_carried_more_rests()
    {
        var (narrow, broad) = (Agent(40, 1, Billing), Agent(40, 2, Billing));
        var desk = new Desk([broad, narrow], DeskRules.Product);
        desk.Enter(Work(new(null, [new(Billing)], 10)));
        desk.Place(0).Single().Agent.ShouldBe(narrow);
        narrow.Take(20, 0);
        desk.Enter(Work(new(null, [new(Billing)], 10), 10_800_000));
        desk.Place(10_800_000).Single().Agent.ShouldBe(broad, "two hours of full work count more than one line");
    }

    [Fact]
    public void A_call_keeps_somebody_free_instead_of_waiting_for_ever()
    {
        var desk = new Desk([Agent(20), Agent(20)], DeskRules.Product);
        foreach (var agent in desk.Agents) { agent.Take(10, 0); }
        var call = Work(new(null, [], Demand.Whole), 0, 30_000);
        desk.Enter(call);
        foreach (var _ in Enumerable.Range(0, 3)) { desk.Enter(Work(Any, 0)); }
        desk.Place(1).Count.ShouldBe(1, "the other agent is kept for the call");
        var kept = desk.Agents.Single(a => a.Load == 10);
        kept.Release(10, 2);
        desk.Place(3).Single().ShouldSatisfyAllConditions(p => p.Work.ShouldBe(call), p => p.Agent.ShouldBe(kept));
        kept.HasRoom(1).ShouldBeFalse();
    }

    [Fact]
    public void Skills_teams_membership_and_misses_exclude_and_say_so()
    {
        var (team, inbox) = (Id<Team>.New(), Id<Braid.Inboxes.Inbox>.New());
        var agent = new DeskAgent { Id = Id<Agent>.New(), Skills = new Dictionary<Id<Skill>, int> { [Billing] = 2 } };
        new Demand(null, [new(Billing, 3)], 10).Excludes(agent).ShouldBe(LosingReason.LacksSkill);
        new Demand(team, [], 10).Excludes(agent).ShouldBe(LosingReason.OtherTeam);
        new Demand(null, [], 10, Inbox: inbox).Excludes(agent).ShouldBe(LosingReason.NoMember);
        new Demand(null, [], 10, Id<Agent>.New()).Excludes(agent).ShouldBe(LosingReason.WaitsForAnother);
        var desk = new Desk([agent], DeskRules.Product);
        var (missed, other) = (new WaitingWork { Id = Guid.NewGuid(), Demand = Any, Since = 0, DueAt = 1, Missed = new HashSet<Id<Agent>> { agent.Id } }, Work(Any, 0));
        desk.Enter(missed);
        desk.Enter(other);
        desk.Place(0).Single().Work.ShouldBe(other, "the one before it can't have this agent and does not block the line");
    }

    [Fact]
    public void A_demand_reads_back_from_its_text_and_a_changed_copy_has_another()
    {
        var demand = new Demand(Id<Team>.New(), [new(Billing, 3)], 5, null, Id<Braid.Inboxes.Inbox>.New());
        Demand.Parse(demand.Key).ShouldBe(demand);
        (demand with { Only = Id<Agent>.New() }).Key.ShouldNotBe(demand.Key);
    }

    /// <summary>As many servers as agents, one piece each: waits as Erlang's formula says (c 10, load 8: 0.409 wait, 0.205 of a service time on average).</summary>
    [Fact]
    public void The_simulation_waits_as_theory_says()
    {
        var random = new Random(7);
        var (arrivals, at) = (new List<Arrival>(), 0.0);
        for (var i = 0; i < 400_000; i++)
        {
            at += -Math.Log(1 - random.NextDouble()) / 8 * 60_000;
            arrivals.Add(new Arrival(new Guid(i + 1, 0, 0, new byte[8]), (long)at, Any, 60_000, (long)(-Math.Log(1 - random.NextDouble()) * 60_000)));
        }

        var placed = Simulation.Run(arrivals, [.. Enumerable.Range(0, 10).Select(_ => new SimulatedAgent(Agent(10)))], DeskRules.Product with { DueAt = w => w.Since, LateAfter = 0 });
        placed.Count.ShouldBe(arrivals.Count);
        (placed.Count(p => p.Wait > 0) / 400_000.0).ShouldBe(0.409, 0.409 * 0.03);
        (placed.Average(p => (double)p.Wait) / 60_000).ShouldBe(0.205, 0.205 * 0.05);
    }
}
