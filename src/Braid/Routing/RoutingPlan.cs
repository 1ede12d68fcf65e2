using Braid.Accounts;
using Braid.Accounts.Teams;
using Braid.Platform.Data;

namespace Braid.Routing;

/// <summary>
/// How a workspace routes: rules from top to bottom, of which the first that fits decides, and what holds for all. One JSON document, so that
/// it is drafted, compared, published and rolled back as a whole.
/// </summary>
internal sealed record RoutingPlan
{
    public static readonly RoutingPlan Default = new();

    public IReadOnlyList<RoutingRule> Rules { get; init; } = [];
    /// <summary>Where no rule fits.</summary>
    public RoutingTarget Otherwise { get; init; } = new();
    /// <summary>What customers ask about, told by words.</summary>
    public IReadOnlyList<QueryType> QueryTypes { get; init; } = [];
    /// <summary>Units by channel; what is not named weighs 1. 0: takes the whole agent.</summary>
    public IReadOnlyDictionary<string, double> Weights { get; init; } = new Dictionary<string, double> { ["livechat"] = 2, ["email"] = 0.5, ["voice"] = 0 };
    /// <summary>Minutes by channel within which a customer should have an agent; what is not named: <see cref="OtherMinutes"/>.</summary>
    public IReadOnlyDictionary<string, double> Minutes { get; init; } = new Dictionary<string, double> { ["livechat"] = 2, ["voice"] = 0.5, ["email"] = 60 };
    public double OtherMinutes { get; init; } = 5;
    /// <summary>Tiers whose customers should be placed in half the time.</summary>
    public IReadOnlyList<string> HalfTimeTiers { get; init; } = ["vip"];
    /// <summary>Seconds in which an agent opens what they got, before it goes on to the next; 0: it stays.</summary>
    public int OfferSeconds { get; init; } = 120;
    /// <summary>Minutes after which the waiting customers of somebody who left go back into the queue.</summary>
    public int GraceMinutes { get; init; } = 5;
    /// <summary>Minutes of silence after our answer until a conversation no longer counts; 0: it always counts.</summary>
    public int SleepMinutes { get; init; } = 10;
    /// <summary>What is said to a customer when nobody who could help is there; null: nothing.</summary>
    public string? NobodyThere { get; init; }
    /// <summary>A waiting customer who writes one of these hears their place and how long it may take; empty: nobody is told.</summary>
    public IReadOnlyList<string> PlaceWords { get; init; } = [];
    /// <summary>With {place} and {minutes}.</summary>
    public string PlaceAnswer { get; init; } = "You are number {place} in line. It should take about {minutes} min.";
}

/// <param name="Words">Words or phrases; one that occurs is enough, most hits win.</param>
internal sealed record QueryType(string Name, IReadOnlyList<string> Words);

/// <param name="Match">"all" or "any" of the conditions; none: always.</param>
internal sealed record RoutingRule(string Id, string Name, bool On, string Match, IReadOnlyList<RoutingCondition> When, RoutingTarget Then);

/// <param name="Field">channel, inbox, queryType, tier, segment, tag, company, language, sentiment, urgency, keyword, hours, previousAgent, returning, campaign, audience, or custom.KEY.</param>
/// <param name="Is">is, isNot, contains, set, unset, atLeast, atMost, open, closed.</param>
/// <param name="Values">One of these is enough.</param>
internal sealed record RoutingCondition(string Field, string Is, IReadOnlyList<string> Values);

/// <summary>Where a conversation goes. What is null is not asked for.</summary>
internal sealed record RoutingTarget
{
    public Id<Team>? TeamId { get; init; }
    public IReadOnlyList<WantedSkill> Required { get; init; } = [];
    public IReadOnlyList<WantedSkill> Preferred { get; init; } = [];
    /// <summary>Whoever speaks the customer's language, as far as there is such a skill.</summary>
    public bool SpeaksLanguage { get; init; }
    /// <summary>Seconds until the preferred skills are no longer asked for.</summary>
    public int? DropPreferredAfter { get; init; } = 30;
    /// <summary>Seconds until no skill is asked for; null: never.</summary>
    public int? DropRequiredAfter { get; init; }
    /// <summary>Seconds until anyone may take it; null: never.</summary>
    public int? AnyoneAfter { get; init; }
    public RoutingPriority Priority { get; init; } = RoutingPriority.Normal;
    /// <summary>Minutes in place of the channel's.</summary>
    public double? Minutes { get; init; }
    /// <summary>Who had this customer before gets them first.</summary>
    public StickyTo Sticky { get; init; } = StickyTo.Previous;
    public int StickyHours { get; init; } = 72;
    /// <summary>So long it waits for them, while they are there.</summary>
    public int StickyWaitSeconds { get; init; } = 45;
    /// <summary>The customer's field that names their account owner: the email of an agent.</summary>
    public string? OwnerField { get; init; }
    /// <summary>A bot, or a person; hands over by a transfer, or by giving it back to nobody: then it goes on to the others.</summary>
    public Id<Agent>? FirstAgentId { get; init; }
    /// <summary>The team that helps out.</summary>
    public Id<Team>? OverflowTeamId { get; init; }
    public int? OverflowAfterSeconds { get; init; }
    /// <summary>At once, when so many wait for the team.</summary>
    public int? OverflowAtLength { get; init; }
    /// <summary>Asked first; what it answers replaces the above.</summary>
    public OutsideDecision? Ask { get; init; }
}

/// <param name="Level">1 to 5, at least.</param>
internal sealed record WantedSkill(Id<Skill> SkillId, int Level = 1);

/// <param name="Url">Gets the facts as JSON; answers {"teamId","skills","agentId","priority"}, all optional.</param>
internal sealed record OutsideDecision(string Url, int TimeoutMs = 2000);

internal enum RoutingPriority { Urgent, High, Normal, Low }

/// <summary>Agent: the one that <see cref="RoutingTarget.FirstAgentId"/> names, such as a bot that answers by the API before people do.</summary>
internal enum StickyTo { Nobody, Previous, Owner, Agent }
