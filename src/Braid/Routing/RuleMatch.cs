using System.Globalization;
using Braid.Customers;
using Braid.Platform.Data;

namespace Braid.Routing;

/// <summary>Whether a rule fits a conversation. Pure; a condition that makes no sense fits nothing.</summary>
internal static class RuleMatch
{
    /// <summary>The first rule that is on and fits, and the conditions of it that held.</summary>
    public static (RoutingRule? Rule, IReadOnlyList<RoutingCondition> Because) First(RoutingPlan plan, ConversationFacts facts, RoutingSurroundings around)
    {
        foreach (var rule in plan.Rules.Where(r => r.On))
        {
            var held = rule.When.Where(c => Holds(c, plan, facts, around)).ToList();
            if (rule.Match == "any" && rule.When.Count > 0 ? held.Count > 0 : held.Count == rule.When.Count) { return (rule, held); }
        }

        return (null, []);
    }

    /// <summary>What this customer asks about: the type whose words occur most, the upper one of equals; null: none.</summary>
    public static string? QueryTypeOf(RoutingPlan plan, string? text) => string.IsNullOrWhiteSpace(text) ? null
        : plan.QueryTypes.Select(q => (q.Name, Hits: TextMood.Hits(text, q.Words))).Where(q => q.Hits > 0).OrderByDescending(q => q.Hits).Select(q => q.Name).FirstOrDefault();

    public static bool Holds(RoutingCondition c, RoutingPlan plan, ConversationFacts f, RoutingSurroundings around) => c.Field switch
    {
        "channel" => Is(c, f.Channel),
        "inbox" => Is(c, f.InboxId.ToString()),
        "queryType" => Is(c, QueryTypeOf(plan, f.Text)),
        "tier" => Is(c, f.Tier),
        "company" => Is(c, f.Company),
        "language" => Is(c, f.Language),
        "sentiment" => Is(c, TextMood.SentimentOf(f.Text)),
        "urgency" => Is(c, TextMood.UrgencyOf(f.Text)),
        "audience" => Is(c, EnumNames.Of(f.Audience)),
        "campaign" => Is(c, f.Campaign),
        "returning" => Is(c, f.Returning ? "true" : "false"),
        "previousAgent" => Is(c, f.PreviousAgent?.ToString()),
        "keyword" => (TextMood.Hits(f.Text ?? "", c.Values) > 0) == (c.Is is "is" or "contains"),
        "tag" => Any(c, f.Tags.Count > 0, v => f.Tags.Contains(v, StringComparer.OrdinalIgnoreCase)),
        "segment" => Any(c, f.Segments.Count > 0, v => Guid.TryParse(v, out var id) && f.Segments.Contains(new Id<Segment>(id))),
        "hours" => c.Values is [var calendar] && Guid.TryParse(calendar, out var which) && around.IsOpen(new(which), f.At) is { } open && open == (c.Is is "open" or "is"),
        _ => c.Field.StartsWith(CustomerFieldNames.Custom, StringComparison.Ordinal) && Is(c, f.Attributes.GetValueOrDefault(c.Field[CustomerFieldNames.Custom.Length..])),
    };

    private static bool Is(RoutingCondition c, string? value) => c.Is switch
    {
        "is" => value is not null && c.Values.Contains(value, StringComparer.OrdinalIgnoreCase),
        "isNot" => value is null || !c.Values.Contains(value, StringComparer.OrdinalIgnoreCase),
        "contains" => value is not null && c.Values.Any(v => value.Contains(v, StringComparison.OrdinalIgnoreCase)),
        "set" => !string.IsNullOrEmpty(value),
        "unset" => string.IsNullOrEmpty(value),
        "atLeast" or "atMost" => c.Values is [var limit] && value is not null && Compare(value, limit) is { } order && (c.Is == "atLeast" ? order >= 0 : order <= 0),
        _ => false,
    };

    private static bool Any(RoutingCondition c, bool some, Func<string, bool> has) => c.Is switch
    {
        "is" or "contains" => c.Values.Any(has),
        "isNot" => !c.Values.Any(has),
        "set" => some,
        "unset" => !some,
        _ => false,
    };

    /// <summary>As numbers where both are, else as text (dates are written so that this is their order).</summary>
    private static int? Compare(string value, string limit) =>
        decimal.TryParse(value, NumberStyles.Number, CultureInfo.InvariantCulture, out var left) && decimal.TryParse(limit, NumberStyles.Number, CultureInfo.InvariantCulture, out var right)
            ? left.CompareTo(right)
            : string.CompareOrdinal(value, limit);
}
