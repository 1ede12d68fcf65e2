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
    public async Task Rules_choose_team_priority_and_overflow(string engine)
    {
        await using var rig = await RoutingRig.StartAsync(engine);
        var (billing, sales) = (await rig.TeamAsync("Billing"), await rig.TeamAsync("Sales"));
        await rig.AgentAsync("Ana", teams: [billing], online: false);
        await rig.AgentAsync("Budi", capacity: 1, teams: [sales]);
        await rig.PublishAsync(new
        {
            queryTypes = new[] { new { name = "Billing", words = new[] { "invoice", "refund" } } },
            rules = new object[] { new { id = "b", name = "Money goes to billing", on = true, match = "all", when = new[] { new { field = "queryType", @is = "is", values = new[] { "Billing" } } }, then = new { teamId = billing, overflowTeamId = sales, overflowAfterSeconds = 120 } } },
            otherwise = new { teamId = sales },
            halfTimeTiers = new[] { "vip" },
        });
        var money = await rig.WritesAsync("I want a refund for this invoice");
        await rig.LookAsync();
        (await rig.HasAsync(money)).ShouldBeNull();
        var story = await rig.StoryAsync(money);
        (story.GetProperty("waiting").Text("ruleName"), story.GetProperty("log").EnumerateArray().ToList()[0].GetProperty("reason").Text("queryType"), story.GetProperty("names").Text(billing)).ShouldBe(("Money goes to billing", "Billing", "Billing"));
        await rig.PassAsync(TimeSpan.FromSeconds(121));
        await rig.LookAsync();
        (await rig.HasAsync(money)).ShouldBe("Budi");
        await rig.OpensAsync("Budi", money);

        var common = await rig.WritesAsync("hello there");
        rig.Braid.Clock.Advance(TimeSpan.FromMilliseconds(10));
        var vip = await rig.Seed.CustomerAsync("Vera");
        await rig.Braid.WithDbAsync(db => db.Set<Customer>().Where(c => c.Id == vip.Id).ExecuteUpdateAsync(set => set.SetProperty(c => c.Tier, "VIP")));
        var important = await rig.WritesAsync("hello here", customer: vip);
        await rig.LookAsync();
        await rig.As("Budi").PostJsonAsync($"/conversations/{money.Id}/resolve");
        await rig.LookAsync();
        (await rig.HasAsync(common), await rig.HasAsync(important)).ShouldBe((null, "Budi"), "half the time to wait, so first in line");
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
    public async Task A_plan_is_drafted_published_and_rolled_back_as_a_whole(string engine)
    {
        await using var rig = await RoutingRig.StartAsync(engine);
        (await rig.Api.PostJsonAsync("/routing/publish")).Refused(HttpStatusCode.Conflict, "conflict");
        await rig.PublishAsync(new { rules = Array.Empty<object>(), otherwise = new { }, graceMinutes = 7 });
        await rig.PublishAsync(new { rules = Array.Empty<object>(), otherwise = new { }, graceMinutes = 9 });
        (await rig.Api.PutJsonAsync("/routing/draft", new { rules = Array.Empty<object>(), otherwise = new { }, graceMinutes = 11 })).Is(HttpStatusCode.OK);
        var plans = (await rig.Api.GetJsonAsync("/routing")).Json;
        (plans.GetProperty("live").GetProperty("plan").GetProperty("graceMinutes").GetInt32(), plans.GetProperty("draft").GetProperty("plan").GetProperty("graceMinutes").GetInt32()).ShouldBe((9, 11));
        var back = (await rig.Api.PostJsonAsync("/routing/versions/1/rollback")).Is(HttpStatusCode.OK).Json;
        (back.GetProperty("live").GetProperty("number").GetInt32(), back.GetProperty("live").GetProperty("plan").GetProperty("graceMinutes").GetInt32(), back.GetProperty("history").EnumerateArray().ToList().Count).ShouldBe((3, 7, 3));
        (await rig.Api.DeleteJsonAsync("/routing/draft")).Json.GetProperty("draft").ValueKind.ShouldBe(JsonValueKind.Null);
        await rig.AgentAsync("Ana");
        (await rig.As("Ana").PutJsonAsync("/routing/draft", Plain)).Refused(HttpStatusCode.Forbidden, "forbidden");
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task What_happened_last_week_is_tried_by_other_rules_before_they_hold(string engine)
    {
        await using var rig = await RoutingRig.StartAsync(engine);
        var english = await rig.SkillAsync("English", "language", "en");
        await rig.AgentAsync("Ana", capacity: 2, skills: [english]);
        await rig.PublishAsync(Plain);
        var calendar = (await rig.Api.PostJsonAsync("/calendars", new { name = "Always", timeZone = "UTC", hours = Enumerable.Range(1, 7).Select(d => new { day = d, from = "00:00", to = "24:00" }) })).Is(HttpStatusCode.Created).Text("id");
        (await rig.Api.PatchJsonAsync($"/agents/{rig["Ana"].Id}/work", new { calendarId = calendar })).Is(HttpStatusCode.OK);
        for (var i = 0; i < 12; i++)
        {
            await rig.WritesAsync($"hello, this is number {i}");
            rig.Braid.Clock.Advance(TimeSpan.FromMinutes(1));
        }

        await rig.Braid.WithDbAsync(db => db.Set<Conversation>().ExecuteUpdateAsync(set => set.SetProperty(c => c.LastInboundAt, c => c.LastMessageAt)));
        await rig.PassAsync(TimeSpan.FromDays(2));
        (await rig.Api.PutJsonAsync("/routing/draft", new { rules = Array.Empty<object>(), otherwise = new { }, weights = new { whatsapp = 2.0 } })).Is(HttpStatusCode.OK);
        var request = new { days = 7 };
        var told = (await rig.Api.PostJsonAsync("/routing/compare", request)).Is(HttpStatusCode.OK);
        (told["conversations"].GetInt32(), told["live"].GetProperty("placed").GetInt32(), told["draft"].GetProperty("placed").GetInt32()).ShouldBe((12, 12, 12));
        told["draft"].GetProperty("meanWaitSeconds").GetDouble().ShouldBeGreaterThan(told["live"].GetProperty("meanWaitSeconds").GetDouble(), "each weighs twice as much");
        (await rig.Api.PostJsonAsync("/routing/compare", request)).Raw.ShouldBe(told.Raw, "the same traffic, the same answer");
        var more = (await rig.Api.PostJsonAsync("/routing/compare", new { days = 7, more = new[] { new { like = rig["Ana"].Id.Value, count = 5 } } })).Is(HttpStatusCode.OK);
        more["draft"].GetProperty("meanWaitSeconds").GetDouble().ShouldBeLessThan(told["draft"].GetProperty("meanWaitSeconds").GetDouble());
        (await rig.Api.PostJsonAsync("/routing/compare", new { days = 99 })).Refused(HttpStatusCode.UnprocessableEntity, "invalid");
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task Without_shifts_somebody_worked_from_their_first_answer_of_a_day_to_the_last(string engine)
    {
        await using var rig = await RoutingRig.StartAsync(engine);
        await rig.AgentAsync("Ana");
        var morning = rig.Seed.Now;
        foreach (var minutes in new[] { 0, 20, 240 })
        {
            var talk = await rig.WritesAsync($"at minute {minutes}");
            await rig.Braid.WithDbAsync(db => db.Set<Conversation>().Where(c => c.Id == talk.Conversation.Id).ExecuteUpdateAsync(set => set.SetProperty(c => c.LastInboundAt, c => c.LastMessageAt).SetProperty(c => c.OpenedAt, morning.AddMinutes(minutes))));
            if (minutes == 240) { continue; }
            await rig.Seed.PutAsync(talk, new Message { WorkspaceId = rig.Seed.Workspace, ConversationId = talk.Conversation.Id, ThreadId = talk.Thread.Id, InboxId = talk.Thread.InboxId, Direction = Direction.Out, AuthorKind = AuthorKind.Agent, AuthorId = rig["Ana"].Id.Value, Text = "yes", SentAt = morning.AddMinutes(minutes + 5), ReceivedAt = morning });
        }

        await rig.PassAsync(TimeSpan.FromHours(30));
        var told = (await rig.Api.PostJsonAsync("/routing/compare", new { days = 2 })).Is(HttpStatusCode.OK);
        (told["conversations"].GetInt32(), told["draft"].GetProperty("placed").GetInt32(), told["draft"].GetProperty("never").GetInt32(), told["estimated"].GetInt32()).ShouldBe((3, 2, 1, 1), "nobody was there four hours later");
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
