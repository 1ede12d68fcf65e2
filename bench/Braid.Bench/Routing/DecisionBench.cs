using System.CommandLine;
using System.Diagnostics;
using Braid.Accounts;
using Braid.Accounts.Teams;
using Braid.Bench.Machine;
using Braid.Conversations;
using Braid.Customers;
using Braid.Inboxes;
using Braid.Platform.Data;
using Braid.Routing;

namespace Braid.Bench.Routing;

/// <summary>`routing-decision`: one decision with 500 agents and 20,000 waiting; and a month of 100,000 conversations tried by other rules.</summary>
internal static class DecisionBench
{
    public static Command Create()
    {
        var agents = new Option<int>("--agents") { DefaultValueFactory = _ => 500 };
        var waiting = new Option<int>("--waiting") { DefaultValueFactory = _ => 20_000 };
        var command = new Command("routing-decision", "How long a decision and a what-if take.") { Options = { agents, waiting } };
        command.SetAction(p =>
        {
            Decide(p.GetValue(agents), p.GetValue(waiting));
            Month(100_000);
        });
        return command;
    }

    private static void Decide(int count, int waiting)
    {
        const int rounds = 300;
        var random = new Random(1);
        var skills = Enumerable.Range(0, 12).Select(_ => Id<Skill>.New()).ToList();
        var teams = Enumerable.Range(0, 8).Select(_ => Id<Team>.New()).ToList();
        var agents = Enumerable.Range(0, count).Select(_ => new DeskAgent
        {
            Id = Id<Agent>.New(), Capacity = 60, Flexibility = random.Next(1, 4), Teams = new HashSet<Id<Team>> { teams[random.Next(teams.Count)] }, Skills = Enumerable.Range(0, random.Next(1, 4)).Select(_ => skills[random.Next(skills.Count)]).Distinct().ToDictionary(s => s, _ => random.Next(1, 6)),
        }).ToList();
        foreach (var agent in agents) { for (var i = 0; i < 6; i++) { agent.Take(10, 0); } }
        var demands = Enumerable.Range(0, 60).Select(_ => new Demand(random.Next(3) == 0 ? null : teams[random.Next(teams.Count)], [new SkillNeed(skills[random.Next(skills.Count)], random.Next(1, 3))], random.Next(3) switch { 0 => 5, 1 => 10, _ => 20 })).ToList();
        var watch = Stopwatch.StartNew();
        var desk = new Desk(agents, DeskRules.Product);
        for (var i = 0; i < waiting; i++) { desk.Enter(Work(i)); }
        var filled = watch.Elapsed;
        var (times, placed) = (new List<double>(), 0);
        for (var round = 0; round < rounds + 50; round++)
        {
            // Somebody finishes, somebody new comes: what a busy place looks like from one decision to the next.
            var now = round * 500L;
            var agent = agents[random.Next(count)];
            if (agent.Load >= 20) { agent.Release(10, now); agent.Release(10, now); }
            desk.Enter(Work(waiting + round));
            watch.Restart();
            var found = desk.Place(now).Count;
            if (round >= 50) { times.Add(watch.Elapsed.TotalMilliseconds); placed += found; }
        }

        times.Sort();
        var report = new Report("agents", "waiting", "lines", "decisions", "placed", "median ms", "p99 ms", "filling the desk anew ms");
        report.Add(count, desk.Waiting, demands.Distinct().Count(), rounds, placed, times[rounds / 2], times[rounds * 99 / 100], filled.TotalMilliseconds);
        report.Print("One decision (goal: p99 <= 50 ms, one core)");

        WaitingWork Work(int i) => new() { Id = new Guid(i + 1, 0, 0, new byte[8]), Demand = demands[random.Next(demands.Count)], Since = -random.Next(600_000), DueAt = random.Next(600_000) - 200_000 };
    }

    private static void Month(int count)
    {
        var random = new Random(2);
        var languages = new Dictionary<string, Id<Skill>> { ["en"] = Id<Skill>.New(), ["id"] = Id<Skill>.New(), ["de"] = Id<Skill>.New() };
        var texts = new[] { "hello, where is my order please", "halo kak, pesanan saya belum sampai", "wann kommt meine Bestellung", "I want a refund for this invoice" };
        var team = Id<Team>.New();
        var begin = new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
        var facts = Enumerable.Range(0, count).Select(i => new RecordedArrival(new ConversationFacts
        {
            ConversationId = Id<Conversation>.New(), CustomerId = Id<Customer>.New(), Channel = (i % 10) switch { < 5 => "whatsapp", < 7 => "livechat", _ => "email" }, InboxId = Id<Inbox>.New(), Text = texts[random.Next(texts.Length)],
            Language = languages.Keys.ElementAt(random.Next(3)), Tier = random.Next(10) == 0 ? "vip" : null, At = begin.AddSeconds(30.0 * 86400 * i / count),
        }, random.Next(2, 20) * 60_000L)).ToList();
        var staff = Enumerable.Range(0, 60).Select(i => new SimulatedAgent(new DeskAgent
        {
            Id = Id<Agent>.New(), Capacity = 60, Flexibility = 1 + (i % 3), Teams = new HashSet<Id<Team>> { team }, Skills = languages.Values.Skip(i % 3).Take(1 + (i % 2)).ToDictionary(s => s, _ => 3),
        }, 1, [.. Enumerable.Range(0, 30).Select(day => (begin.AddDays(day).AddHours(i % 3 * 8).ToUnixTimeMilliseconds(), begin.AddDays(day).AddHours((i % 3 * 8) + 9).ToUnixTimeMilliseconds()))])).ToList();
        var plan = new RoutingPlan
        {
            QueryTypes = [new("Billing", ["refund", "invoice"])], Otherwise = new() { SpeaksLanguage = true, DropRequiredAfter = 90 },
            Rules = [.. Enumerable.Range(0, 20).Select(i => new RoutingRule($"r{i}", $"Rule {i}", true, "all", [new("queryType", "is", ["Billing"]), new("keyword", "contains", [$"word{i}"])], new() { TeamId = team, Priority = RoutingPriority.High }))],
        };
        var around = new RoutingSurroundings(languages, (_, _) => true, _ => null, _ => true, _ => 0);
        var watch = Stopwatch.StartNew();
        var outcome = Replay.Run(plan, new RecordedTraffic(facts, new Dictionary<Id<Agent>, IReadOnlyList<(long, long)>>(), false), staff, around, 1).View;
        var report = new Report("conversations", "agents", "rules", "placed", "breached %", "seconds");
        report.Add(count, staff.Count, plan.Rules.Count, outcome.Placed, 100.0 * outcome.Breached / count, watch.Elapsed.TotalSeconds);
        report.Print("What if: a month, after it was read (goal: under 30 s)");
    }
}
