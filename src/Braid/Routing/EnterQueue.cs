using System.Text.Json;
using Braid.Accounts;
using Braid.Accounts.Teams;
using Braid.Conversations;
using Braid.Platform.Data;
using Braid.Platform.Jobs;
using Microsoft.EntityFrameworkCore;

namespace Braid.Routing;

/// <summary>What a round knows of its workspace.</summary>
internal sealed record RoundFacts(Id<Workspace> Workspace, RoutingPlan Plan, IReadOnlyList<StaffMember> Staff, DateTimeOffset Now)
{
    public RoundGround? Ground { get; init; }
}

/// <summary>Gives conversations that wait for somebody a place in a line: by the rules, by a team they were sent to, or by who had them.</summary>
internal sealed class EnterQueue(BraidDb db, ReadFacts readFacts, ReadSurroundings readSurroundings, JobQueue jobs)
{
    private static readonly TimeSpan Lately = TimeSpan.FromHours(1);

    /// <summary>Of conversations that stand in no line yet; another node's at the same moment ends as a conflict.</summary>
    /// <param name="back">Who had it until now and may have it again first.</param>
    /// <param name="missed">Agents who let it pass, with commas between.</param>
    public sealed record Wish(Id<Agent>? Back = null, string? Missed = null, Id<Team>? Team = null);

    public async Task RunAsync(RoundFacts round, IReadOnlyDictionary<Id<Conversation>, Wish> wishes, CancellationToken ct)
    {
        if (wishes.Count == 0) { return; }
        var facts = await readFacts.RunAsync(round.Workspace, round.Plan, [.. wishes.Keys], first: false, round.Now, ct);
        var around = round.Ground?.Around ?? await readSurroundings.RunAsync(round.Workspace, round.Staff, then: false, ct);
        var ids = facts.ConvertAll(f => f.ConversationId);
        var rows = await db.Set<Conversation>().AsNoTracking().Where(c => c.WorkspaceId == round.Workspace && ids.Contains(c.Id)).ToDictionaryAsync(c => c.Id, ct);
        var had = await HadAsync(round, ids, ct);
        foreach (var fact in facts)
        {
            var (conversation, wish) = (rows[fact.ConversationId], wishes[fact.ConversationId]);
            var path = PathFor(round, fact, around, wish);
            if (wish.Back is null) { path = WithoutWhoGaveItBack(path, had[fact.ConversationId]); }
            db.Add(Entry(round, conversation, path, wish));
            db.Add(ClaimAgents.Log(conversation, RoutingAct.Queued, null, Reason(path), round.Now));
            db.Events.Add(new ConversationChanged(conversation, "queued"));
            if (path.Steps[0].Why == "ask") { await jobs.EnqueueAsync(AskOutside.Of(round.Workspace, conversation.Id), ct); }
        }

        await db.SaveChangesAsync(ct);
    }

    /// <summary>Who got each of them lately from the router.</summary>
    private async Task<ILookup<Id<Conversation>, Id<Agent>>> HadAsync(RoundFacts round, List<Id<Conversation>> ids, CancellationToken ct)
    {
        var since = round.Now - Lately;
        return (await db.Set<RoutingEntry>().AsNoTracking().Where(r => r.WorkspaceId == round.Workspace && ids.Contains(r.ConversationId) && r.Act == RoutingAct.Placed && r.At > since && r.AgentId != null)
            .Select(r => new { r.ConversationId, Agent = r.AgentId!.Value }).ToListAsync(ct)).ToLookup(r => r.ConversationId, r => r.Agent);
    }

    /// <summary>A bot that hands over, a person who gives it away: it must not come back to them by the same rule, round and round.</summary>
    private static QueuePath WithoutWhoGaveItBack(QueuePath path, IEnumerable<Id<Agent>> had)
    {
        var at = path.Steps.ToList().FindIndex(s => s.Why == "sticky" && s.Only is { } only && had.Contains(only));
        if (at < 0) { return path; }
        var (from, next) = (path.Steps[at].After, path.Steps[at + 1].After);
        return path with { Steps = [.. path.Steps.Take(at), .. path.Steps.Skip(at + 1).Select(s => s with { After = s.After - (next - from) })] };
    }

    private static QueuePath PathFor(RoundFacts round, ConversationFacts fact, RoutingSurroundings around, Wish wish)
    {
        if (wish.Team is { } team)
        {
            var target = new RoutingTarget { TeamId = team, Sticky = StickyTo.Nobody };
            return PlanRoute.Of(round.Plan, fact, around) with { RuleId = null, RuleName = null, Because = [], Steps = [.. PlanRoute.StepsOf(target, round.Plan, fact, around, withAsking: false).Select(s => s with { Why = "team" })] };
        }

        var path = PlanRoute.Of(round.Plan, fact, around);
        if (wish.Back is not { } back || !around.TakesWork(back)) { return path; }
        var stay = PlanRoute.TargetOf(round.Plan, path).StickyWaitSeconds;
        return path with { Steps = [path.Steps[0] with { After = 0, Why = "sticky", Only = back, Skills = [] }, .. path.Steps.Where(s => s.Why != "sticky").Select(s => s with { After = s.After + stay })] };
    }

    private static QueueEntry Entry(RoundFacts round, Conversation conversation, QueuePath path, Wish wish)
    {
        var waits = conversation.WaitingSince is { } since && since < round.Now ? since : round.Now;
        var first = path.Steps[0];
        return new QueueEntry
        {
            ConversationId = conversation.Id, WorkspaceId = conversation.WorkspaceId, Since = round.Now, DueAt = waits.AddMinutes(path.TargetMinutes), Demand = first.Demand.Key, TeamId = first.TeamId,
            Path = JsonSerializer.Serialize(path, RoutingJson.Options), Step = 0, StepAt = path.Steps.Count > 1 ? round.Now.AddSeconds(path.Steps[1].After) : null, Missed = wish.Missed,
        };
    }

    private static RoutingReason Reason(QueuePath path) => new()
    {
        RuleId = path.RuleId, RuleName = path.RuleName, Because = path.Because, Step = path.Steps[0].Why, QueryType = path.QueryType, Language = path.Language, Urgency = path.Urgency, Sentiment = path.Sentiment,
        TargetMinutes = path.TargetMinutes, TeamId = path.Steps[0].TeamId?.Value, Skills = [.. path.Steps[0].Skills.Select(s => s.Skill.Value)], From = path.Steps[0].Only?.Value is { } only && only != Guid.Empty ? only : null,
    };
}
