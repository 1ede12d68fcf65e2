using Braid.Accounts;
using Braid.Channels;
using Braid.Conversations;
using Braid.Customers;
using Braid.Inboxes;
using Braid.Platform.Data;
using Braid.Routing;

namespace Braid.Tests.Routing;

public class RuleTests
{
    private static readonly Id<Inbox> Inbox = new(new Guid(1, 0, 0, new byte[8]));
    private static readonly Id<Segment> Segment = new(new Guid(2, 0, 0, new byte[8]));
    private static readonly Id<Agent> Ana = new(new Guid(3, 0, 0, new byte[8]));
    private static readonly Id<Braid.Accounts.Teams.Calendar> Office = new(new Guid(4, 0, 0, new byte[8]));

    private static readonly ConversationFacts Facts = new()
    {
        ConversationId = Id<Conversation>.New(), CustomerId = Id<Customer>.New(), Channel = "whatsapp", InboxId = Inbox, Audience = Audience.Private, Text = "URGENT: my invoice is wrong, this is unacceptable!!!", Language = "en", Tier = "Gold",
        Company = "Acme GmbH", Tags = ["wholesale"], Attributes = new Dictionary<string, string> { ["orders"] = "12", ["renewal"] = "2026-05-01" }, Segments = new HashSet<Id<Segment>> { Segment }, Campaign = "spring-sale", PreviousAgent = Ana, Returning = true,
        At = new(2026, 3, 27, 10, 0, 0, TimeSpan.Zero),
    };

    private static readonly RoutingPlan Plan = new() { QueryTypes = [new("Shipping", ["parcel", "arrive"]), new("Billing", ["invoice", "refund"])] };
    private static readonly RoutingSurroundings Around = new(new Dictionary<string, Id<Braid.Accounts.Teams.Skill>>(), (calendar, _) => calendar == Office ? true : null, _ => null, _ => true, _ => 0);

    public static TheoryData<string, string, string[], bool> Conditions => new()
    {
        { "channel", "is", ["whatsapp", "line"], true }, { "channel", "isNot", ["whatsapp"], false }, { "channel", "is", ["email"], false },
        { "inbox", "is", [Inbox.ToString()], true }, { "inbox", "is", [Guid.Empty.ToString()], false },
        { "queryType", "is", ["billing"], true }, { "queryType", "is", ["Shipping"], false }, { "queryType", "set", [], true },
        { "tier", "is", ["gold"], true }, { "tier", "isNot", ["gold"], false }, { "tier", "unset", [], false },
        { "segment", "is", [Segment.ToString()], true }, { "segment", "isNot", [Segment.ToString()], false }, { "segment", "is", ["not an id"], false },
        { "tag", "is", ["Wholesale"], true }, { "tag", "isNot", ["wholesale"], false }, { "tag", "set", [], true },
        { "company", "contains", ["acme"], true }, { "company", "is", ["Acme"], false },
        { "language", "is", ["en", "de"], true }, { "language", "isNot", ["id"], true },
        { "sentiment", "is", ["negative"], true }, { "sentiment", "is", ["positive"], false },
        { "urgency", "is", ["high"], true }, { "urgency", "is", ["normal"], false },
        { "keyword", "contains", ["wrong invoice", "invoice is wrong"], true }, { "keyword", "is", ["voice"], false }, { "keyword", "isNot", ["parcel"], true },
        { "hours", "open", [Office.ToString()], true }, { "hours", "closed", [Office.ToString()], false }, { "hours", "open", [Guid.Empty.ToString()], false },
        { "previousAgent", "is", [Ana.ToString()], true }, { "previousAgent", "unset", [], false },
        { "returning", "is", ["true"], true }, { "campaign", "contains", ["spring"], true }, { "campaign", "is", ["autumn"], false },
        { "audience", "is", ["private"], true }, { "audience", "is", ["public"], false },
        { "custom.orders", "atLeast", ["9"], true }, { "custom.orders", "atMost", ["9"], false }, { "custom.renewal", "atMost", ["2026-06-01"], true }, { "custom.none", "set", [], false }, { "custom.none", "isNot", ["x"], true },
        { "phaseOfTheMoon", "is", ["full"], false },
    };

    [Theory, MemberData(nameof(Conditions))]
    public void Each_attribute_can_be_asked_for(string field, string @is, string[] values, bool holds) => RuleMatch.Holds(new(field, @is, values), Plan, Facts, Around).ShouldBe(holds);

    [Fact]
    public void The_first_rule_that_fits_decides()
    {
        RoutingRule Rule(string id, bool on, string match, params RoutingCondition[] when) => new(id, id, on, match, when, new());
        var (gold, line) = (new RoutingCondition("tier", "is", ["gold"]), new RoutingCondition("channel", "is", ["line"]));
        string? First(params RoutingRule[] rules) => RuleMatch.First(Plan with { Rules = rules }, Facts, Around).Rule?.Id;
        First(Rule("off", false, "all", gold), Rule("both", true, "all", gold, line), Rule("either", true, "any", gold, line), Rule("always", true, "all")).ShouldBe("either");
        First(Rule("always", true, "all"), Rule("gold", true, "all", gold)).ShouldBe("always");
        First(Rule("line", true, "all", line)).ShouldBeNull();
    }

    [Fact]
    public void Rules_that_contradict_or_are_never_reached_are_named()
    {
        RoutingRule Rule(string id, string match, params RoutingCondition[] when) => new(id, id, true, match, when, new());
        IEnumerable<(string, string?, string?)> Warned(params RoutingRule[] rules) => PlanCheck.Order(Plan with { Rules = rules }).Select(w => (w.Kind, w.Rule, w.About));
        RoutingCondition Is(string field, params string[] values) => new(field, "is", values);
        Warned(Rule("a", "all", Is("tier", "gold", "silver")), Rule("b", "all", Is("tier", "gold"), Is("channel", "line"))).ShouldBe([("neverReached", "b", null)]);
        Warned(Rule("all", "all"), Rule("b", "all", Is("tier", "gold"))).ShouldBe([("neverReached", "b", null)]);
        Warned(Rule("a", "all", Is("tier", "gold"), Is("tier", "silver"))).ShouldBe([("contradicts", "a", "tier")]);
        Warned(Rule("a", "any", Is("tier", "gold"), Is("tier", "silver")), Rule("b", "all", Is("channel", "line"))).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("halo kak, pesanan saya belum sampai", "id")]
    [InlineData("Hello, where is my order?", "en")]
    [InlineData("Guten Tag, ich warte noch auf meine Bestellung", "de")]
    [InlineData("¿Dónde está mi pedido? Gracias", "es")]
    [InlineData("bonjour, je n'ai pas reçu ma commande", "fr")]
    [InlineData("أين طلبي؟", "ar")]
    [InlineData("注文はいつ届きますか", "ja")]
    [InlineData("我的订单在哪里", "zh")]
    [InlineData("주문 상태를 알려주세요", "ko")]
    [InlineData("สวัสดีค่ะ สินค้าอยู่ไหน", "th")]
    [InlineData("12345", null)]
    [InlineData("xyzzy", null)]
    [InlineData(null, null)]
    public void A_text_tells_its_language_or_nothing(string? text, string? language) => TextLanguage.Of(text).ShouldBe(language);

    [Theory]
    [InlineData("I need this urgently", "high", "neutral")]
    [InlineData("WHERE IS MY PARCEL NOW", "high", "negative")]
    [InlineData("terima kasih, bagus sekali", "normal", "positive")]
    [InlineData("Das ist eine Frechheit, ich bin enttäuscht", "normal", "negative")]
    [InlineData("a broken heart is not urgentish", "normal", "negative")]
    [InlineData("ok", "normal", "neutral")]
    public void A_text_tells_urgency_and_mood(string text, string urgency, string sentiment) => (TextMood.UrgencyOf(text), TextMood.SentimentOf(text)).ShouldBe((urgency, sentiment));
}
