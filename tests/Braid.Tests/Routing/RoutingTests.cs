using System.Net;
using System.Text.Json;
using Braid.Accounts;
using Braid.Conversations;
using Braid.Customers;
using Braid.Platform.Data;
using Braid.Routing;
using Braid.Tests.Testing;
using Microsoft.EntityFrameworkCore;

namespace Braid.Tests.Routing;

public class RoutingTests
{
    private static readonly object Plain = new { rules = Array.Empty<object>(), otherwise = new { } };

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task Nobody_is_assigned_before_rules_are_published_and_then_everybody_who_waits(string engine)
    {
        await using var rig = await RoutingRig.StartAsync(engine);
        await rig.AgentAsync("Ana");
        var talk = await rig.WritesAsync("hello");
        (await rig.LookAsync()).ShouldBe(0);
        (await rig.HasAsync(talk)).ShouldBeNull();

        await rig.PublishAsync(Plain);
        (await rig.LookAsync()).ShouldBe(1);
        (await rig.HasAsync(talk)).ShouldBe("Ana");
        (await rig.Seed.EventsAsync(talk.Id)).ShouldBe(["conversation.queued", "conversation.assigned"]);
        var placed = (await rig.StoryAsync(talk)).GetProperty("log").EnumerateArray().ToList()[0];
        (placed.Text("act"), placed.GetProperty("reason").GetProperty("load").GetDouble(), placed.GetProperty("reason").GetProperty("capacity").GetDouble()).ShouldBe(("placed", 0, 4));

        (await rig.Api.PostJsonAsync("/routing/off")).Is(HttpStatusCode.OK);
        var later = await rig.WritesAsync("me too");
        (await rig.LookAsync()).ShouldBe(0);
        (await rig.HasAsync(later)).ShouldBeNull();
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task Nobody_gets_more_than_they_can_carry_and_the_rest_wait_in_a_visible_line(string engine)
    {
        await using var rig = await RoutingRig.StartAsync(engine);
        await rig.AgentAsync("Ana", capacity: 2);
        await rig.PublishAsync(Plain);
        var talks = new List<Talk>();
        for (var i = 0; i < 4; i++) { talks.Add(await rig.WritesAsync($"number {i}")); rig.Braid.Clock.Advance(TimeSpan.FromSeconds(1)); }
        (await rig.LookAsync()).ShouldBe(2);
        (await rig.HasAsync(talks[0]), await rig.HasAsync(talks[1]), await rig.HasAsync(talks[2])).ShouldBe(("Ana", "Ana", null));

        var queue = (await rig.Api.GetJsonAsync("/queues")).Is(HttpStatusCode.OK).Json;
        (queue.GetProperty("queues").EnumerateArray().ToList()[0].GetProperty("waiting").GetInt32(), queue.GetProperty("agents").EnumerateArray().ToList().Single(a => a.Text("name") == "Ana").GetProperty("load").GetDouble()).ShouldBe((2, 2));
        (await rig.Api.GetJsonAsync("/queues/waiting")).Json.Items().Select(i => i.GetProperty("conversation").Text("id")).ShouldBe([talks[2].Id.ToString(), talks[3].Id.ToString()]);
        var waiting = (await rig.StoryAsync(talks[3])).GetProperty("waiting");
        (waiting.GetProperty("place").GetInt32(), waiting.GetProperty("losers").EnumerateArray().ToList().Single(l => l.Text("agentId") == rig["Ana"].Id.ToString()).Text("reason")).ShouldBe((2, "atCapacity"));

        (await rig.As("Ana").PostJsonAsync($"/conversations/{talks[0].Id}/resolve")).Is(HttpStatusCode.OK);
        (await rig.LookAsync()).ShouldBe(1);
        (await rig.HasAsync(talks[2])).ShouldBe("Ana");
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task Chats_weigh_more_than_mails_and_a_call_takes_all(string engine)
    {
        await using var rig = await RoutingRig.StartAsync(engine);
        await rig.AgentAsync("Ana", capacity: 4);
        await rig.PublishAsync(new { rules = Array.Empty<object>(), otherwise = new { }, offerSeconds = 0 });
        var chats = new[] { await rig.WritesAsync("chat one", "livechat"), await rig.WritesAsync("chat two", "livechat") };
        var mail = await rig.WritesAsync("a mail", "email");
        await rig.LookAsync();
        (await rig.HasAsync(chats[0]), await rig.HasAsync(chats[1]), await rig.HasAsync(mail)).ShouldBe(("Ana", "Ana", null), "two chats fill four units");
        foreach (var chat in chats) { await rig.As("Ana").PostJsonAsync($"/conversations/{chat.Id}/resolve"); }
        await rig.LookAsync();
        (await rig.HasAsync(mail)).ShouldBe("Ana");

        var call = await rig.WritesAsync("ring", "voice");
        var other = await rig.WritesAsync("and I write", "livechat");
        await rig.LookAsync();
        (await rig.HasAsync(call), await rig.HasAsync(other)).ShouldBe((null, null), "the mail is open, so the call waits, and nothing smaller slips in before it");
        await rig.As("Ana").PostJsonAsync($"/conversations/{mail.Id}/resolve");
        await rig.LookAsync();
        (await rig.HasAsync(call), await rig.HasAsync(other)).ShouldBe(("Ana", null));
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task Customers_get_somebody_who_speaks_their_language_and_later_anybody(string engine)
    {
        await using var rig = await RoutingRig.StartAsync(engine);
        var (english, indonesian) = (await rig.SkillAsync("English", "language", "en"), await rig.SkillAsync("Indonesian", "language", "id"));
        await rig.AgentAsync("Ana", skills: [english]);
        await rig.AgentAsync("Budi", capacity: 1, skills: [english, indonesian]);
        await rig.PublishAsync(new { rules = Array.Empty<object>(), otherwise = new { speaksLanguage = true, dropRequiredAfter = 90 }, offerSeconds = 0 });
        var first = await rig.WritesAsync("halo kak, pesanan saya belum sampai");
        var plain = await rig.WritesAsync("hello, where is my order please");
        await rig.LookAsync();
        (await rig.HasAsync(first), await rig.HasAsync(plain)).ShouldBe(("Budi", "Ana"), "who can do more is kept for what only they can do");
        (await rig.StoryAsync(first)).GetProperty("log").EnumerateArray().ToList()[0].GetProperty("reason").GetProperty("losers").EnumerateArray().ToList().ShouldContain(l => l.Text("agentId") == rig["Ana"].Id.ToString() && l.Text("reason") == "lacksSkill");

        var second = await rig.WritesAsync("tolong, saya mau tanya pesanan");
        await rig.LookAsync();
        (await rig.HasAsync(second)).ShouldBeNull();
        await rig.PassAsync(TimeSpan.FromSeconds(91));
        await rig.LookAsync();
        (await rig.HasAsync(second)).ShouldBe("Ana", "better somebody than nobody");
        (await rig.StoryAsync(second)).GetProperty("log").EnumerateArray().ToList().Select(l => l.Text("act")).ShouldBe(["placed", "widened", "queued"]);
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task The_work_of_an_agent_who_leaves_mid_shift_goes_on_after_a_grace(string engine)
    {
        await using var rig = await RoutingRig.StartAsync(engine);
        await rig.AgentAsync("Ana");
        await rig.PublishAsync(Plain);
        var (waits, answered) = (await rig.WritesAsync("still waiting"), await rig.WritesAsync("was answered"));
        await rig.LookAsync();
        foreach (var talk in new[] { waits, answered }) { await rig.OpensAsync("Ana", talk); }
        await rig.Braid.WithDbAsync(db => db.Set<Conversation>().Where(c => c.Id == answered.Conversation.Id).ExecuteUpdateAsync(set => set.SetProperty(c => c.WaitingSince, (DateTimeOffset?)null)));

        rig.Leaves("Ana");
        await rig.AgentAsync("Budi");
        await rig.PassAsync(TimeSpan.FromMinutes(2));
        await rig.LookAsync();
        (await rig.HasAsync(waits)).ShouldBe("Ana", "she may be back in a moment");
        await rig.PassAsync(TimeSpan.FromMinutes(5));
        await rig.LookAsync();
        (await rig.HasAsync(waits), await rig.HasAsync(answered)).ShouldBe(("Budi", "Ana"), "who waits for nothing stays with whom they know");
        (await rig.StoryAsync(waits)).GetProperty("log").EnumerateArray().ToList().Select(l => l.Text("act")).ShouldContain("returned");

        await rig.Seed.SaysAsync(answered, "I have another question");
        await rig.LookAsync();
        (await rig.HasAsync(answered)).ShouldBe("Budi", "a returning customer never waits for somebody who is gone");
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task An_offer_that_is_not_opened_goes_on_and_two_misses_set_the_agent_away(string engine)
    {
        await using var rig = await RoutingRig.StartAsync(engine);
        await rig.AgentAsync("Ana");
        await rig.PublishAsync(new { rules = Array.Empty<object>(), otherwise = new { }, offerSeconds = 60 });
        var (one, two) = (await rig.WritesAsync("first"), await rig.WritesAsync("second"));
        await rig.LookAsync();
        await rig.OpensAsync("Ana", one);
        await rig.PassAsync(TimeSpan.FromSeconds(61));
        await rig.LookAsync();
        (await rig.HasAsync(one), await rig.HasAsync(two)).ShouldBe(("Ana", null), "nobody else is there, and she had her chance");

        var three = await rig.WritesAsync("third");
        await rig.LookAsync();
        (await rig.HasAsync(three)).ShouldBe("Ana");
        await rig.AgentAsync("Budi");
        await rig.PassAsync(TimeSpan.FromSeconds(61));
        await rig.LookAsync();
        (await rig.HasAsync(two), await rig.HasAsync(three)).ShouldBe(("Budi", "Budi"));
        (await rig.Api.GetJsonAsync("/agents/work")).Json.Items().Single(a => a.Text("name") == "Ana").Text("availability").ShouldBe("away");
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task Silent_conversations_sleep_and_do_not_flood_when_they_wake(string engine)
    {
        await using var rig = await RoutingRig.StartAsync(engine);
        await rig.AgentAsync("Ana", capacity: 1);
        await rig.PublishAsync(new { rules = Array.Empty<object>(), otherwise = new { }, offerSeconds = 0, sleepMinutes = 10 });
        var talks = new List<Talk>();
        for (var i = 0; i < 3; i++)
        {
            var talk = await rig.WritesAsync($"chat {i}");
            talks.Add(talk);
            await rig.LookAsync();
            (await rig.HasAsync(talk)).ShouldBe("Ana");
            await rig.Braid.WithDbAsync(db => db.Set<Conversation>().Where(c => c.Id == talk.Conversation.Id).ExecuteUpdateAsync(set => set.SetProperty(c => c.WaitingSince, (DateTimeOffset?)null)));
            await rig.PassAsync(TimeSpan.FromMinutes(11));
            await rig.LookAsync();
        }

        await rig.AgentAsync("Budi", capacity: 4);
        foreach (var talk in talks) { await rig.Seed.SaysAsync(talk, "one more thing"); }
        await rig.LookAsync();
        await rig.PassAsync(TimeSpan.FromSeconds(50));
        await rig.LookAsync();
        var has = new List<string?>();
        foreach (var talk in talks) { has.Add(await rig.HasAsync(talk)); }
        has.Count(h => h == "Ana").ShouldBe(2, "one more than she can carry, no flood");
        has.Count(h => h == "Budi").ShouldBe(1);
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task The_agent_who_knows_a_customer_gets_them_again_unless_it_takes_too_long(string engine)
    {
        await using var rig = await RoutingRig.StartAsync(engine);
        await rig.AgentAsync("Ana", capacity: 1);
        await rig.PublishAsync(new { rules = Array.Empty<object>(), otherwise = new { stickyWaitSeconds = 45 }, offerSeconds = 0 });
        var kim = await rig.Seed.CustomerAsync("Kim");
        var before = await rig.WritesAsync("first time", customer: kim);
        await rig.LookAsync();
        await rig.As("Ana").PostJsonAsync($"/conversations/{before.Id}/resolve");
        await rig.AgentAsync("Budi");
        await rig.PassAsync(TimeSpan.FromHours(1));

        var again = await rig.WritesAsync("me again", customer: kim);
        await rig.LookAsync();
        (await rig.HasAsync(again)).ShouldBe("Ana", "though Budi has more room");
        var third = await rig.WritesAsync("and again, elsewhere", "telegram", kim);
        await rig.LookAsync();
        (await rig.HasAsync(third)).ShouldBeNull("Ana is full; it waits a moment for her");
        await rig.PassAsync(TimeSpan.FromSeconds(46));
        await rig.LookAsync();
        (await rig.HasAsync(third)).ShouldBe("Budi");
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task A_conversation_can_be_sent_to_a_team_and_taken_by_hand(string engine)
    {
        await using var rig = await RoutingRig.StartAsync(engine);
        var billing = await rig.TeamAsync("Billing");
        await rig.AgentAsync("Ana");
        await rig.AgentAsync("Bea", teams: [billing], online: false);
        await rig.PublishAsync(Plain);
        var talk = await rig.WritesAsync("hello");
        await rig.LookAsync();
        (await rig.As("Ana").PostJsonAsync($"/conversations/{talk.Id}/transfer", new { teamId = billing, note = "wants money back" })).Is(HttpStatusCode.OK);
        (await rig.As("Ana").PostJsonAsync($"/conversations/{talk.Id}/transfer", new { teamId = Guid.NewGuid() })).Refused(HttpStatusCode.UnprocessableEntity, "invalid");
        await rig.LookAsync();
        (await rig.HasAsync(talk)).ShouldBeNull("Bea is not there, and nobody else is of her team");
        await rig.SaysAsync("Bea", "automatic");
        await rig.LookAsync();
        (await rig.HasAsync(talk)).ShouldBe("Bea");
        var moment = (await rig.Api.GetJsonAsync($"/customers/{talk.Conversation.CustomerId}/moments")).Is(HttpStatusCode.OK).Json.Items().Single();
        (moment.Text("kind"), moment.Text("by"), moment.Text("about")).ShouldBe(("transferred", "Ana", "Billing: wants money back"));

        var other = await rig.WritesAsync("another");
        (await rig.As("Bea").PostJsonAsync($"/conversations/{other.Id}/assign", new { agentId = rig["Bea"].Id.Value })).Is(HttpStatusCode.OK);
        await rig.LookAsync();
        (await rig.HasAsync(other)).ShouldBe("Bea");
        (await rig.Api.GetJsonAsync("/queues")).Json.GetProperty("agents").EnumerateArray().ToList().Single(a => a.Text("name") == "Bea").GetProperty("load").GetDouble().ShouldBe(2, "what is given by hand counts too");
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task With_nobody_there_the_customer_hears_so_once_and_stays_in_line(string engine)
    {
        await using var rig = await RoutingRig.StartAsync(engine);
        await rig.AgentAsync("Ana", online: false);
        await rig.PublishAsync(new { rules = Array.Empty<object>(), otherwise = new { }, nobodyThere = "We are back at nine.", placeWords = new[] { "how long" }, placeAnswer = "Number {place}" });
        var talk = await rig.WritesAsync("anybody?");
        await rig.LookAsync();
        await rig.LookAsync();
        var said = await rig.Braid.WithDbAsync(db => db.Set<Message>().AsNoTracking().Where(m => m.ConversationId == talk.Conversation.Id && m.Direction == Direction.Out).ToListAsync());
        said.ShouldHaveSingleItem().Text.ShouldBe("We are back at nine.");
        (said[0].AuthorKind, (await rig.Seed.ConversationAsync(talk.Conversation.Id)).WaitingSince is null).ShouldBe((AuthorKind.System, false), "nobody has answered yet");
        (await rig.Api.GetJsonAsync("/queues")).Json.GetProperty("queues").EnumerateArray().ToList()[^1].GetProperty("waiting").GetInt32().ShouldBe(1);
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task Who_waits_and_asks_hears_their_place_once_per_question(string engine)
    {
        await using var rig = await RoutingRig.StartAsync(engine);
        await rig.PublishAsync(new { rules = Array.Empty<object>(), otherwise = new { }, placeWords = new[] { "how long" }, placeAnswer = "You are number {place}." });
        await rig.WritesAsync("I was here first");
        rig.Braid.Clock.Advance(TimeSpan.FromSeconds(5));
        var talk = await rig.WritesAsync("and I second");
        await rig.LookAsync();
        rig.Braid.Clock.Advance(TimeSpan.FromSeconds(5));
        await rig.Seed.SaysAsync(talk, "How long will it take?");
        await rig.LookAsync();
        await rig.LookAsync();
        (await SaidAsync()).ShouldBe(["You are number 2."]);
        rig.Braid.Clock.Advance(TimeSpan.FromMinutes(1));
        await rig.Seed.SaysAsync(talk, "how long now??");
        await rig.LookAsync();
        (await SaidAsync()).ShouldBe(["You are number 2.", "You are number 2."]);

        Task<List<string?>> SaidAsync() => rig.Braid.WithDbAsync(db => db.Set<Message>().Where(m => m.ConversationId == talk.Conversation.Id && m.Direction == Direction.Out).OrderBy(m => m.Seq).Select(m => m.Text).ToListAsync());
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task The_account_owner_comes_first_a_long_line_overflows_at_once_and_who_wraps_up_gets_nothing(string engine)
    {
        await using var rig = await RoutingRig.StartAsync(engine);
        var (first, second) = (await rig.TeamAsync("First"), await rig.TeamAsync("Second"));
        await rig.AgentAsync("Ana", teams: [first], capacity: 1);
        await rig.AgentAsync("Olga", teams: [second], capacity: 2);
        (await rig.Api.PostJsonAsync("/attributes", new { key = "owner", label = "Owner" })).Is(HttpStatusCode.Created);
        var kim = await rig.Seed.CustomerAsync("Kim");
        (await rig.Api.PatchJsonAsync($"/customers/{kim.Id}", new { attributes = new { owner = rig["Olga"].Email } })).Is(HttpStatusCode.OK);
        await rig.PublishAsync(new
        {
            offerSeconds = 0,
            rules = new object[] { new { id = "o", name = "Owners", on = true, match = "all", when = new[] { new { field = "custom.owner", @is = "set", values = Array.Empty<string>() } }, then = new { teamId = second, sticky = "owner", ownerField = "owner" } } },
            otherwise = new { teamId = first, overflowTeamId = second, overflowAtLength = 1, sticky = "nobody" },
        });
        var owned = await rig.WritesAsync("it is me", customer: kim);
        await rig.LookAsync();
        (await rig.HasAsync(owned)).ShouldBe("Olga");

        var talks = new List<Talk>();
        for (var i = 0; i < 3; i++)
        {
            talks.Add(await rig.WritesAsync($"number {i}"));
            await rig.LookAsync();
        }

        (await rig.HasAsync(talks[0]), await rig.HasAsync(talks[1]), await rig.HasAsync(talks[2])).ShouldBe(("Ana", null, "Olga"), "one waits for the first team, so the next goes to the other");
        (await rig.Api.PatchJsonAsync($"/agents/{rig["Ana"].Id}/work", new { wrapUpSeconds = 60 })).Is(HttpStatusCode.OK);
        (await rig.As("Ana").PostJsonAsync($"/conversations/{talks[0].Id}/resolve")).Is(HttpStatusCode.OK);
        await rig.LookAsync();
        await rig.LookAsync();
        (await rig.HasAsync(talks[1])).ShouldBeNull("she has a minute to wrap up");
        await rig.PassAsync(TimeSpan.FromSeconds(61));
        await rig.LookAsync();
        (await rig.HasAsync(talks[1])).ShouldBe("Ana");
        (await rig.As("Ana").PutJsonAsync($"/agents/{rig["Olga"].Id}/status", new { status = "away" })).Refused(HttpStatusCode.Forbidden, "forbidden");
        (await rig.As("Ana").GetJsonAsync("/queues")).Refused(HttpStatusCode.Forbidden, "forbidden");
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task A_bot_comes_first_where_a_rule_says_so_and_what_it_gives_back_goes_to_people(string engine)
    {
        await using var rig = await RoutingRig.StartAsync(engine);
        await rig.AgentAsync("Ana");
        await rig.AgentAsync("Bot", capacity: 100);
        await rig.PublishAsync(new { rules = Array.Empty<object>(), otherwise = new { sticky = "agent", firstAgentId = rig["Bot"].Id.Value, stickyWaitSeconds = 5 }, offerSeconds = 0 });
        var (easy, hard) = (await rig.WritesAsync("when do you open?"), await rig.WritesAsync("my kettle exploded"));
        await rig.LookAsync();
        (await rig.HasAsync(easy), await rig.HasAsync(hard)).ShouldBe(("Bot", "Bot"));
        (await rig.As("Bot").PostJsonAsync($"/conversations/{hard.Id}/assign", new { agentId = (string?)null, note = "I am not sure" })).Is(HttpStatusCode.OK);
        rig.Leaves("Bot");
        await rig.LookAsync();
        (await rig.HasAsync(easy), await rig.HasAsync(hard)).ShouldBe(("Bot", "Ana"), "not back to the bot");
        await rig.PassAsync(TimeSpan.FromMinutes(2));
        var later = await rig.WritesAsync("hello?");
        await rig.LookAsync();
        (await rig.HasAsync(later)).ShouldBe("Ana", "nobody waits for a bot that is down");
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task What_one_agent_let_pass_does_not_keep_the_others_behind_it_from_them(string engine)
    {
        await using var rig = await RoutingRig.StartAsync(engine);
        await rig.AgentAsync("Ana", capacity: 1);
        await rig.PublishAsync(new { rules = Array.Empty<object>(), otherwise = new { }, offerSeconds = 10 });
        var first = await rig.WritesAsync("first");
        await rig.LookAsync();
        rig.Braid.Clock.Advance(TimeSpan.FromSeconds(1));
        var second = await rig.WritesAsync("second");
        await rig.PassAsync(TimeSpan.FromSeconds(10));
        await rig.LookAsync();
        (await rig.HasAsync(first), await rig.HasAsync(second)).ShouldBe((null, "Ana"));
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task A_conversation_in_which_nobody_wrote_to_us_yet_can_be_sent_to_a_team_too(string engine)
    {
        await using var rig = await RoutingRig.StartAsync(engine);
        var team = await rig.TeamAsync("Sales");
        await rig.AgentAsync("Sol", teams: [team]);
        await rig.PublishAsync(Plain);
        var talk = await rig.Seed.TalkAsync(await rig.Seed.CustomerAsync("Kim"), await rig.InboxAsync("whatsapp"));
        (await rig.Api.PostJsonAsync($"/conversations/{talk.Id}/transfer", new { teamId = team })).Is(HttpStatusCode.OK);
        await rig.LookAsync();
        (await rig.HasAsync(talk)).ShouldBe("Sol");
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task A_restricted_inbox_goes_to_its_members_only(string engine)
    {
        await using var rig = await RoutingRig.StartAsync(engine);
        await rig.AgentAsync("Ana");
        await rig.AgentAsync("Bea");
        await rig.PublishAsync(new { rules = Array.Empty<object>(), otherwise = new { anyoneAfter = 1 } });
        var secret = await rig.Seed.TalkAsync(await rig.Seed.CustomerAsync("Kim"), await rig.Seed.InboxAsync("email", onlyFor: rig["Bea"]));
        await rig.Seed.SaysAsync(secret, "for few eyes");
        rig.Leaves("Bea");
        await rig.PassAsync(TimeSpan.FromMinutes(2));
        await rig.LookAsync();
        await rig.PassAsync(TimeSpan.FromMinutes(2));
        await rig.LookAsync();
        (await rig.HasAsync(secret)).ShouldBeNull();
        await rig.SaysAsync("Bea", "automatic");
        await rig.LookAsync();
        (await rig.HasAsync(secret)).ShouldBe("Bea");
    }
}
