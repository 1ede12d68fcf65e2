using Braid.Accounts;
using Braid.Accounts.Teams;
using Braid.Customers;
using Braid.Inboxes;
using Braid.Platform.Data;
using Braid.Platform.Http;
using Microsoft.EntityFrameworkCore;

namespace Braid.Routing;

/// <param name="Kind">neverReached, contradicts, noSuchThing, skillNobodyHas, teamIsEmpty, noEnd.</param>
/// <param name="Rule">Its id; null: what holds where no rule fits.</param>
/// <param name="About">The name of the skill, team or condition's field.</param>
internal sealed record PlanWarningView(string Kind, string? Rule, string? About);

/// <summary>Refuses a plan that can't be carried out, naming the field; warns of one that may not do what was meant.</summary>
internal sealed class PlanCheck(BraidDb db)
{
    private const int MostRules = 200;
    private static readonly HashSet<string> Plain = ["channel", "inbox", "queryType", "tier", "segment", "tag", "company", "language", "sentiment", "urgency", "keyword", "hours", "previousAgent", "returning", "campaign", "audience"];
    private static readonly HashSet<string> Comparisons = ["is", "isNot", "contains", "set", "unset", "atLeast", "atMost", "open", "closed"];

    public async Task<IReadOnlyList<PlanWarningView>> RunAsync(Id<Workspace> workspace, RoutingPlan plan, CancellationToken ct)
    {
        Refuse(plan);
        var teams = await db.Set<Team>().Where(t => t.WorkspaceId == workspace).Select(t => new { t.Id, t.Name, Members = db.Set<TeamMember>().Count(m => m.WorkspaceId == workspace && m.TeamId == t.Id) }).ToDictionaryAsync(t => t.Id, ct);
        var skills = await db.Set<Skill>().Where(s => s.WorkspaceId == workspace).Select(s => new { s.Id, s.Name, Levels = db.Set<AgentSkill>().Where(a => a.WorkspaceId == workspace && a.SkillId == s.Id).Max(a => (int?)a.Level) }).ToDictionaryAsync(s => s.Id, ct);
        HashSet<string> known =
        [
            .. (await db.Set<Inbox>().Where(i => i.WorkspaceId == workspace).Select(i => i.Id).ToListAsync(ct)).Select(i => i.ToString()),
            .. (await db.Set<Segment>().Where(s => s.WorkspaceId == workspace).Select(s => s.Id).ToListAsync(ct)).Select(s => s.ToString()),
            .. (await db.Set<Calendar>().Where(c => c.WorkspaceId == workspace).Select(c => c.Id).ToListAsync(ct)).Select(c => c.ToString()),
        ];
        var agents = (await db.Set<Agent>().Where(a => a.WorkspaceId == workspace && a.State == AgentState.Active).Select(a => a.Id).ToListAsync(ct)).ToHashSet();
        var custom = (await db.Set<AttributeDefinition>().Where(a => a.WorkspaceId == workspace).Select(a => a.Key).ToListAsync(ct)).Select(k => CustomerFieldNames.Custom + k).ToHashSet();
        var warnings = new List<PlanWarningView>();
        foreach (var (rule, target) in plan.Rules.Where(r => r.On).Select(r => ((RoutingRule?)r, r.Then)).Append((null, plan.Otherwise)))
        {
            foreach (var team in new[] { target.TeamId, target.OverflowTeamId }.OfType<Id<Team>>())
            {
                if (!teams.TryGetValue(team, out var found)) { warnings.Add(new("noSuchThing", rule?.Id, "team")); }
                else if (found.Members == 0) { warnings.Add(new("teamIsEmpty", rule?.Id, found.Name)); }
            }

            if (target is { Sticky: StickyTo.Agent, FirstAgentId: var bot } && !(bot is { } named && agents.Contains(named))) { warnings.Add(new("noSuchThing", rule?.Id, "agent")); }
            foreach (var want in target.Required.Concat(target.Preferred))
            {
                if (!skills.TryGetValue(want.SkillId, out var skill)) { warnings.Add(new("noSuchThing", rule?.Id, "skill")); }
                else if ((skill.Levels ?? 0) < want.Level && target.Required.Contains(want)) { warnings.Add(new("skillNobodyHas", rule?.Id, skill.Name)); }
            }

            // Overflow into the same team goes round in a circle.
            if (target.OverflowTeamId is { } over && over == target.TeamId) { warnings.Add(new("noEnd", rule?.Id, teams.GetValueOrDefault(over)?.Name)); }
            foreach (var condition in rule?.When ?? [])
            {
                var missing = condition.Field is "inbox" or "segment" or "hours" ? !condition.Values.Any(known.Contains)
                    : condition.Field.StartsWith(CustomerFieldNames.Custom, StringComparison.Ordinal) ? !custom.Contains(condition.Field)
                    : condition is { Field: "queryType", Is: "is" or "isNot" } && !condition.Values.Any(v => plan.QueryTypes.Any(q => string.Equals(q.Name, v, StringComparison.OrdinalIgnoreCase)));
                if (missing) { warnings.Add(new("noSuchThing", rule!.Id, condition.Field)); }
            }
        }

        warnings.AddRange(Order(plan));
        return warnings;
    }

    /// <summary>Rules that no conversation can reach, or whose conditions exclude one another.</summary>
    public static IEnumerable<PlanWarningView> Order(RoutingPlan plan)
    {
        var above = new List<RoutingRule>();
        foreach (var rule in plan.Rules.Where(r => r.On))
        {
            if (above.Exists(a => Covers(a, rule))) { yield return new("neverReached", rule.Id, null); }
            if (rule.Match != "any" && Contradiction(rule) is { } field) { yield return new("contradicts", rule.Id, field); }
            above.Add(rule);
        }
    }

    /// <summary>Whatever fits the lower one fits the upper one before it.</summary>
    private static bool Covers(RoutingRule upper, RoutingRule lower) => upper.When.Count == 0
        || (upper.Match == "any" && lower.When.Count > 0 && (lower.Match == "any" ? lower.When.All(l => upper.When.Any(u => Implies(l, u))) : lower.When.Any(l => upper.When.Any(u => Implies(l, u)))))
        || (upper.Match != "any" && lower.Match != "any" && upper.When.All(u => lower.When.Any(l => Implies(l, u))));

    private static bool Implies(RoutingCondition narrow, RoutingCondition wide) => narrow.Field == wide.Field && ((narrow.Is == wide.Is && wide.Is switch
    {
        "is" => narrow.Values.All(v => wide.Values.Contains(v, StringComparer.OrdinalIgnoreCase)),
        "isNot" => wide.Values.All(v => narrow.Values.Contains(v, StringComparer.OrdinalIgnoreCase)),
        _ => narrow.Values.SequenceEqual(wide.Values),
    }) || (wide.Is == "set" && narrow.Is == "is"));

    private static string? Contradiction(RoutingRule rule) => rule.When.Where(a => a.Field is not ("keyword" or "tag" or "segment")).FirstOrDefault(a => rule.When.Any(b => a != b && a.Field == b.Field && (
        (a.Is == "is" && b.Is == "is" && !a.Values.Intersect(b.Values, StringComparer.OrdinalIgnoreCase).Any())
        || (a.Is == "is" && b.Is == "isNot" && a.Values.All(v => b.Values.Contains(v, StringComparer.OrdinalIgnoreCase)))
        || (a.Is == "unset" && b.Is is "is" or "set" && a.Field == b.Field)
        || (a.Is == "open" && b.Is == "closed" && a.Values.SequenceEqual(b.Values)))))?.Field;

    private static void Refuse(RoutingPlan plan)
    {
        if (plan.Rules.Contains(null!) || plan.QueryTypes.Contains(null!) || plan.Rules.Any(r => r.When.Contains(null!)) || plan.Rules.Select(r => r.Then).Append(plan.Otherwise).Any(t => t.Required.Concat(t.Preferred).Contains(null!)))
        {
            throw RefusalException.Invalid("The rules can't be kept like this.", new Dictionary<string, string> { ["rules"] = "Something in a list is null." });
        }

        var wrong = new Dictionary<string, string>();
        if (plan.Rules.Count > MostRules) { wrong["rules"] = $"At most {MostRules} rules."; }
        if (plan.Rules.Select(r => r.Id).Distinct().Count() != plan.Rules.Count) { wrong["rules"] = "Each rule has an id of its own."; }
        if (plan.QueryTypes.Count > 100 || plan.QueryTypes.Any(q => q.Words.Count > 200 || q.Name.Length is 0 or > 60)) { wrong["queryTypes"] = "At most 100 types with 200 words each, and each with a name."; }
        if (plan.Weights.Any(w => w.Value is < 0 or > 100 or double.NaN)) { wrong["weights"] = "0 to 100 units."; }
        if (plan.Minutes.Any(m => m.Value is <= 0 or > 10080 or double.NaN) || plan.OtherMinutes is <= 0 or > 10080) { wrong["minutes"] = "More than 0 minutes, at most a week."; }
        if (plan.OfferSeconds is < 0 or > 86400) { wrong["offerSeconds"] = "0 to 86400 seconds."; }
        if (plan.GraceMinutes is < 0 or > 1440) { wrong["graceMinutes"] = "0 to 1440 minutes."; }
        if (plan.SleepMinutes is < 0 or > 10080) { wrong["sleepMinutes"] = "0 to 10080 minutes."; }
        if (plan.NobodyThere?.Length > 1000) { wrong["nobodyThere"] = "At most 1000 characters."; }
        if (plan.PlaceAnswer.Length is 0 or > 500 || plan.PlaceWords.Count > 50) { wrong["placeAnswer"] = "1 to 500 characters, and at most 50 words."; }
        for (var i = 0; i < Math.Min(plan.Rules.Count, MostRules); i++)
        {
            var rule = plan.Rules[i];
            if (rule.Name.Length is 0 or > 100) { wrong[$"rules.{i}.name"] = "Give the rule a name, at most 100 characters."; }
            if (rule.Match is not ("all" or "any")) { wrong[$"rules.{i}.match"] = "all or any."; }
            if (rule.When.Count > 20) { wrong[$"rules.{i}.when"] = "At most 20 conditions."; }
            for (var j = 0; j < Math.Min(rule.When.Count, 20); j++)
            {
                var c = rule.When[j];
                if (!Plain.Contains(c.Field) && !c.Field.StartsWith(CustomerFieldNames.Custom, StringComparison.Ordinal)) { wrong[$"rules.{i}.when.{j}.field"] = "There is no such field."; }
                if (!Comparisons.Contains(c.Is)) { wrong[$"rules.{i}.when.{j}.is"] = "There is no such comparison."; }
                if (c.Is is not ("set" or "unset") && (c.Values.Count is 0 or > 100 || c.Values.Any(string.IsNullOrWhiteSpace))) { wrong[$"rules.{i}.when.{j}.values"] = "Say which."; }
            }

            Refuse(rule.Then, $"rules.{i}.then.", wrong);
        }

        Refuse(plan.Otherwise, "otherwise.", wrong);
        if (wrong.Count > 0) { throw RefusalException.Invalid("The rules can't be kept like this.", wrong); }
    }

    private static void Refuse(RoutingTarget target, string at, Dictionary<string, string> wrong)
    {
        if (target.Required.Concat(target.Preferred).Any(s => s.Level is < 1 or > 5)) { wrong[at + "required"] = "Levels go from 1 to 5."; }
        if (target.Required.Count + target.Preferred.Count > 20) { wrong[at + "required"] = "At most 20 skills."; }
        if (new[] { target.DropPreferredAfter, target.DropRequiredAfter, target.AnyoneAfter, target.OverflowAfterSeconds, target.StickyWaitSeconds }.Any(s => s is < 0 or > 604800)) { wrong[at + "after"] = "0 seconds to a week."; }
        if (target.Minutes is <= 0 or > 10080 or double.NaN) { wrong[at + "minutes"] = "More than 0 minutes, at most a week."; }
        if (target.StickyHours is < 1 or > 8760) { wrong[at + "stickyHours"] = "1 hour to a year."; }
        if (target.OverflowAtLength is < 1) { wrong[at + "overflowAtLength"] = "At least 1."; }
        if (target.Ask is { } ask && (!Uri.TryCreate(ask.Url, UriKind.Absolute, out var url) || url.Scheme is not ("https" or "http") || ask.Url.Length > 2000)) { wrong[at + "ask.url"] = "An address such as https://example.org/route."; }
        if (target.Ask is { TimeoutMs: < 100 or > 10_000 }) { wrong[at + "ask.timeoutMs"] = "100 to 10000 ms."; }
    }
}
