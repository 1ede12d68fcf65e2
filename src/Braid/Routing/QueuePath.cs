using Braid.Accounts;
using Braid.Accounts.Teams;
using Braid.Inboxes;
using Braid.Platform.Data;

namespace Braid.Routing;

/// <summary>What a conversation asks for, step by step as it waits, and why. Kept with the queue entry.</summary>
/// <param name="RuleId">Null: no rule fitted.</param>
internal sealed record QueuePath(string? RuleId, string? RuleName, IReadOnlyList<RoutingCondition> Because, IReadOnlyList<QueueStep> Steps, string? QueryType, string? Language, string Sentiment, string Urgency, double TargetMinutes)
{
    public Demand DemandAt(int step) => Steps[step].Demand;
}

/// <param name="After">Seconds since it began to wait.</param>
/// <param name="Why">ask, sticky, preferred, required, overflow, noSkills, anyone.</param>
internal sealed record QueueStep(int After, string Why, Id<Team>? TeamId, IReadOnlyList<SkillNeed> Skills, int Weight, Id<Agent>? Only, Id<Inbox>? Inbox)
{
    [System.Text.Json.Serialization.JsonIgnore]
    public Demand Demand => new(TeamId, Skills, Weight, Only, Inbox);
}

/// <summary>From facts to a path: the first rule that fits, and what its target means for this conversation. Pure.</summary>
internal static class PlanRoute
{
    /// <summary>Nobody has this id: what waits for it waits for an answer from outside.</summary>
    public static readonly Id<Agent> Nobody = new(Guid.Empty);

    public static QueuePath Of(RoutingPlan plan, ConversationFacts facts, RoutingSurroundings around)
    {
        var (rule, because) = RuleMatch.First(plan, facts, around);
        var target = rule?.Then ?? plan.Otherwise;
        return new(rule?.Id, rule?.Name, because, StepsOf(target, plan, facts, around, withAsking: true), RuleMatch.QueryTypeOf(plan, facts.Text), facts.Language,
            TextMood.SentimentOf(facts.Text), TextMood.UrgencyOf(facts.Text), MinutesOf(target, plan, facts));
    }

    public static RoutingTarget TargetOf(RoutingPlan plan, QueuePath path) => plan.Rules.FirstOrDefault(r => r.Id == path.RuleId)?.Then ?? plan.Otherwise;

    /// <summary>Minutes until it is due. What is more important is due earlier.</summary>
    public static double MinutesOf(RoutingTarget target, RoutingPlan plan, ConversationFacts facts)
    {
        var minutes = target.Minutes ?? (plan.Minutes.TryGetValue(facts.Channel, out var own) ? own : plan.OtherMinutes);
        var half = facts.Tier is { } tier && plan.HalfTimeTiers.Contains(tier, StringComparer.OrdinalIgnoreCase);
        return minutes * (half ? 0.5 : 1) * target.Priority switch { RoutingPriority.Urgent => 0.25, RoutingPriority.High => 0.5, RoutingPriority.Low => 2, _ => 1 };
    }

    public static int WeightOf(RoutingPlan plan, string channel) => plan.Weights.TryGetValue(channel, out var units) ? (int)Math.Round(units * 10) : 10;

    public static IReadOnlyList<QueueStep> StepsOf(RoutingTarget target, RoutingPlan plan, ConversationFacts facts, RoutingSurroundings around, bool withAsking)
    {
        var weight = WeightOf(plan, facts.Channel);
        var required = target.Required.Select(s => new SkillNeed(s.SkillId, s.Level)).ToList();
        if (target.SpeaksLanguage && facts.Language is { } language && around.Languages.TryGetValue(language, out var speaks) && !required.Exists(r => r.Skill == speaks)) { required.Add(new SkillNeed(speaks)); }
        var preferred = target.Preferred.Select(s => new SkillNeed(s.SkillId, s.Level)).Where(p => !required.Exists(r => r.Skill == p.Skill && r.Level >= p.Level)).ToList();
        var steps = new List<QueueStep>();
        var begin = 0;
        if (withAsking && target.Ask is { } ask)
        {
            steps.Add(new(0, "ask", target.TeamId, [], weight, Nobody, facts.RestrictedTo));
            begin = (int)Math.Ceiling(ask.TimeoutMs / 1000.0) + 1;
        }

        if (StickyAgent(target, facts, around) is { } sticky)
        {
            steps.Add(new(begin, "sticky", target.TeamId, [], weight, sticky, facts.RestrictedTo));
            begin += target.StickyWaitSeconds;
        }

        var (team, useRequired, usePreferred) = (target.TeamId, true, preferred.Count > 0);
        // A long line helps nobody who joins it.
        if (target is { OverflowTeamId: { } other, OverflowAtLength: { } most, TeamId: { } full } && around.QueueLength(full) >= most) { team = other; }
        var first = steps.Count;
        Add(begin, team != target.TeamId ? "overflow" : usePreferred ? "preferred" : "required");
        var widening = new List<(int After, string Why)>();
        if (usePreferred && target.DropPreferredAfter is { } drop) { widening.Add((drop, "required")); }
        if (target is { OverflowTeamId: not null, OverflowAfterSeconds: { } late } && team == target.TeamId) { widening.Add((late, "overflow")); }
        if (target.DropRequiredAfter is { } free && (required.Count > 0 || usePreferred)) { widening.Add((free, "noSkills")); }
        if (target.AnyoneAfter is { } all) { widening.Add((all, "anyone")); }
        foreach (var (after, why) in widening.OrderBy(w => w.After))
        {
            usePreferred = false;
            if (why == "overflow") { team = target.OverflowTeamId; }
            if (why is "noSkills" or "anyone") { useRequired = false; }
            if (why == "anyone") { team = null; }
            Add(begin + after, why);
        }

        return steps;

        void Add(int after, string why)
        {
            var step = new QueueStep(after, why, team, [.. useRequired ? required : [], .. usePreferred ? preferred : []], weight, null, facts.RestrictedTo);
            if (steps.Count > first && steps[^1].Demand.Equals(step.Demand)) { return; }
            steps.Add(step);
        }
    }

    /// <summary>Who had them before, or owns them; nobody when that is long ago or they are not there.</summary>
    private static Id<Agent>? StickyAgent(RoutingTarget target, ConversationFacts facts, RoutingSurroundings around)
    {
        var agent = target.Sticky switch
        {
            StickyTo.Previous => facts.PreviousAt is { } at && facts.At - at <= TimeSpan.FromHours(target.StickyHours) ? facts.PreviousAgent : null,
            StickyTo.Owner => target.OwnerField is { } field && facts.Attributes.TryGetValue(field, out var email) ? around.AgentOf(email) : null,
            StickyTo.Agent => target.FirstAgentId,
            _ => null,
        };
        return agent is { } known && around.TakesWork(known) ? known : null;
    }
}
