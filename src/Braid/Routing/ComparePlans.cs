using Braid.Accounts;
using Braid.Accounts.Teams;
using Braid.Conversations;
using Braid.Platform.Data;
using Braid.Platform.Http;
using Microsoft.EntityFrameworkCore;

namespace Braid.Routing;

/// <param name="Live">How it would have gone by the rules that hold now; null: none do, or only one was asked for.</param>
/// <param name="Conversations">Of how many it is told.</param>
/// <param name="Elsewhere">How many would go to somebody else, or wait otherwise by more than a minute.</param>
/// <param name="Cut">There were more than are looked at.</param>
/// <param name="Estimated">For how many the time of work is guessed, because nobody answered them yet.</param>
internal sealed record ComparisonView(DateTimeOffset From, DateTimeOffset To, int Conversations, bool Cut, int Estimated, OutcomeView? Live, OutcomeView Draft, int Elsewhere, IReadOnlyList<ElsewhereView> Examples, IReadOnlyDictionary<string, string> Names);

/// <param name="Breached">Placed later than their time, or never.</param>
/// <param name="FirstChoice">Placed with all skills that were wished for at first.</param>
/// <param name="Fairness">Jain's index of what the agents carried for the time they were there: 1 is even.</param>
internal sealed record OutcomeView(int Placed, int Never, int Breached, double MeanWaitSeconds, double P50WaitSeconds, double P95WaitSeconds, int FirstChoice, double Fairness, IReadOnlyList<OutcomeGroupView> Channels, IReadOnlyList<OutcomeGroupView> Rules, IReadOnlyList<AgentOutcomeView> Agents);

/// <param name="From">Who gets it by the rules that hold; null: nobody.</param>
internal sealed record ElsewhereView(Guid ConversationId, string? Customer, string Channel, string? From, string? To, double FromWaitSeconds, double ToWaitSeconds);

/// <param name="Name">A channel's id, a rule's id; null: no rule.</param>
internal sealed record OutcomeGroupView(string? Name, int Conversations, int Breached, double MeanWaitSeconds, double P95WaitSeconds);

/// <param name="Load">Of what they could have carried while they were there, 0 to 1.</param>
internal sealed record AgentOutcomeView(string AgentId, int Conversations, double Load);

/// <summary>
/// What if: recorded traffic through changed rules, staff or capacity, beside what holds now. Deterministic, and by the router's own code.
/// </summary>
internal sealed class ComparePlans(ReadPlans plans, ReadTraffic readTraffic, ReadSurroundings readSurroundings, Staff staff, PlanCheck check, BraidDb db, TimeProvider clock)
{
    private const int MostDays = 31;
    private const int MostExamples = 8;

    /// <param name="Days">1 to 31, back from now.</param>
    /// <param name="Plan">In place of the draft.</param>
    /// <param name="Capacity">Units by agent, in place of theirs.</param>
    /// <param name="Without">Agents who would not be there.</param>
    /// <param name="More">Further agents like those there are.</param>
    /// <param name="Times">Traffic in place of what came: 2 is twice as much.</param>
    public sealed record Request(int? Days, RoutingPlan? Plan, IReadOnlyDictionary<Id<Agent>, double>? Capacity, IReadOnlyList<Id<Agent>>? Without, IReadOnlyList<MoreAgents>? More, double? Times);

    /// <param name="Like">Whose skills, teams and shifts they have.</param>
    public sealed record MoreAgents(Id<Agent> Like, int Count);

    public async Task<ComparisonView> RunAsync(Request request, Actor by, CancellationToken ct)
    {
        by.Require(Permission.ManageRouting);
        Refuse(request);
        var view = await plans.RunAsync(by, ct);
        var draft = request.Plan ?? view.Draft?.Plan ?? view.Live?.Plan ?? RoutingPlan.Default;
        await check.RunAsync(by.Workspace, draft, ct);
        var to = clock.GetUtcNow();
        var from = to.AddDays(-(request.Days ?? 7));
        var people = await staff.ReadAsync(by.Workspace, ct);
        var traffic = await readTraffic.RunAsync(by.Workspace, [draft, view.Live?.Plan ?? RoutingPlan.Default], people, from, to, ct);
        var around = await readSurroundings.RunAsync(by.Workspace, people, then: true, ct);
        var inboxes = (await db.Set<Inboxes.InboxMember>().AsNoTracking().Where(m => m.WorkspaceId == by.Workspace).ToListAsync(ct)).ToLookup(m => m.AgentId, m => m.InboxId);
        // As they are, without what is tried of the staff.
        var live = view.Live is null ? (null, (List<SimulatedPlacement>?)null) : Replay.Run(view.Live.Plan, traffic, [.. people.Select(p => Seat(p, p.Agent.Id, traffic, inboxes, view.Live.Plan, null))], around, 1);
        var seats = people.Where(p => request.Without?.Contains(p.Agent.Id) != true).Select(p => Seat(p, p.Agent.Id, traffic, inboxes, draft, request.Capacity)).ToList();
        var (number, names) = (0, people.ToDictionary(p => p.Agent.Id.ToString(), p => p.Agent.Name));
        foreach (var more in request.More ?? [])
        {
            var like = people.Find(p => p.Agent.Id == more.Like) ?? throw RefusalException.Invalid("Choose somebody who works here.", new Dictionary<string, string> { ["more"] = "Not an active agent." });
            for (var i = 0; i < more.Count; i++)
            {
                var id = new Id<Agent>(new Guid(++number, 0, 0, new byte[8]));
                names[id.ToString()] = $"{like.Agent.Name} +{i + 1}";
                seats.Add(Seat(like, id, traffic, inboxes, draft, null));
            }
        }

        var tried = Replay.Run(draft, traffic, seats, around, request.Times ?? 1);
        var (elsewhere, examples) = live.Item2 is { } before ? await ElsewhereAsync(by.Workspace, before, tried.Placements, ct) : (0, []);
        return new(from, to, traffic.Arrivals.Count, traffic.Cut, traffic.Arrivals.Count(a => a.Work is null), live.Item1, tried.View, elsewhere, examples, names);
    }

    /// <summary>The newest of those who would go to somebody else; of a few, their names.</summary>
    private async Task<(int, List<ElsewhereView>)> ElsewhereAsync(Id<Workspace> workspace, List<SimulatedPlacement> before, List<SimulatedPlacement> after, CancellationToken ct)
    {
        var old = before.ToDictionary(p => p.Arrival.Id);
        var differ = after.Where(p => old.TryGetValue(p.Arrival.Id, out var o) && (o.Agent != p.Agent || Math.Abs(o.Wait - p.Wait) > 60_000)).OrderByDescending(p => p.Arrival.At).ToList();
        var shown = differ.Take(MostExamples).Select(p => new Id<Conversation>(p.Arrival.Id)).ToList();
        var talks = await (
            from c in db.Set<Conversation>().AsNoTracking()
            where c.WorkspaceId == workspace && shown.Contains(c.Id)
            join p in db.Set<Customers.Customer>() on c.CustomerId equals p.Id
            select new { c.Id, p.Name, Channel = db.Set<Strand>().Where(s => s.ConversationId == c.Id).OrderBy(s => s.FirstAt).Select(s => db.Set<Inboxes.Inbox>().Where(i => i.Id == s.InboxId).Select(i => i.Channel).FirstOrDefault()).FirstOrDefault() }).ToDictionaryAsync(c => c.Id.Value, ct);
        return (differ.Count, [.. differ.Take(MostExamples).Where(p => talks.ContainsKey(p.Arrival.Id)).Select(p => new ElsewhereView(p.Arrival.Id, talks[p.Arrival.Id].Name, talks[p.Arrival.Id].Channel ?? "", old[p.Arrival.Id].Agent?.ToString(), p.Agent?.ToString(), old[p.Arrival.Id].Wait / 1000.0, p.Wait / 1000.0))]);
    }

    private static SimulatedAgent Seat(StaffMember p, Id<Agent> id, RecordedTraffic traffic, ILookup<Id<Agent>, Id<Inboxes.Inbox>> inboxes, RoutingPlan plan, IReadOnlyDictionary<Id<Agent>, double>? capacity) => new(new DeskAgent
    {
        Id = id, Skills = p.Skills, Teams = p.Teams, Inboxes = inboxes[p.Agent.Id].ToHashSet(),
        Capacity = capacity?.TryGetValue(p.Agent.Id, out var units) == true ? (int)Math.Round(units * 10) : p.Work?.Capacity ?? 60,
        Flexibility = ReadDesk.FlexibilityOf(p, plan),
    }, 1, traffic.Shifts.GetValueOrDefault(p.Agent.Id) ?? []);

    private static void Refuse(Request request)
    {
        var wrong = new Dictionary<string, string>();
        if (request.Days is < 1 or > MostDays) { wrong["days"] = $"1 to {MostDays} days."; }
        if (request.Times is < 0.1 or > 10 or double.NaN) { wrong["times"] = "0.1 to 10."; }
        if (request.Capacity?.Values.Any(c => c is < 0 or > 100 or double.NaN) == true) { wrong["capacity"] = "0 to 100 units."; }
        if (request.More?.Sum(m => (long)Math.Max(0, m.Count)) > 500 || request.More?.Any(m => m.Count is < 1) == true) { wrong["more"] = "1 to 500 further agents."; }
        if (wrong.Count > 0) { throw RefusalException.Invalid("This can't be tried like this.", wrong); }
    }
}
