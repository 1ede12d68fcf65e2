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

/// <summary>Rules: what they may ask and do, how they become live, and what would have been by others.</summary>
public class PlanTests
{
    private static readonly object Plain = new { rules = Array.Empty<object>(), otherwise = new { } };

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
    public async Task Everything_a_rule_may_ask_is_read_from_where_it_is_kept(string engine)
    {
        await using var rig = await RoutingRig.StartAsync(engine);
        await rig.AgentAsync("Ana", online: false);
        (await rig.Api.PostJsonAsync("/attributes", new { key = "orders", label = "Orders", type = "number" })).Is(HttpStatusCode.Created);
        var segment = (await rig.Api.PostJsonAsync("/segments", new { name = "Buyers", rule = new { match = "all", conditions = new[] { new { field = "custom.orders", @is = "atLeast", value = "10" } } } })).Is(HttpStatusCode.Created).Text("id");
        var always = (await rig.Api.PostJsonAsync("/calendars", new { name = "Always", timeZone = "UTC", hours = Enumerable.Range(1, 7).Select(d => new { day = d, from = "00:00", to = "24:00" }) })).Is(HttpStatusCode.Created).Text("id");
        var kim = await rig.Seed.CustomerAsync("Kim");
        (await rig.Api.PatchJsonAsync($"/customers/{kim.Id}", new { company = "Acme GmbH", tier = "gold", tags = new[] { "wholesale" }, attributes = new { orders = "12" } })).Is(HttpStatusCode.OK);
        var inbox = await rig.InboxAsync("whatsapp");
        var before = await rig.WritesAsync("earlier", customer: kim);
        (await rig.Api.PostJsonAsync($"/conversations/{before.Id}/assign", new { agentId = rig["Ana"].Id.Value })).Is(HttpStatusCode.OK);
        (await rig.Api.PostJsonAsync($"/conversations/{before.Id}/resolve")).Is(HttpStatusCode.OK);
        rig.Braid.Clock.Advance(TimeSpan.FromMinutes(1));
        object When(string field, string @is, params string[] values) => new { field, @is, values };
        await rig.PublishAsync(new
        {
            queryTypes = new[] { new { name = "Billing", words = new[] { "invoice" } } },
            rules = new object[]
            {
                new
                {
                    id = "all", name = "All of it", on = true, match = "all", then = new { },
                    when = new[]
                    {
                        When("channel", "is", "whatsapp"), When("inbox", "is", inbox.Id.ToString()), When("queryType", "is", "Billing"), When("tier", "is", "gold"), When("segment", "is", segment), When("tag", "is", "wholesale"), When("company", "contains", "acme"),
                        When("language", "is", "en"), When("sentiment", "is", "negative"), When("urgency", "is", "high"), When("keyword", "contains", "wrong"), When("hours", "open", always), When("previousAgent", "is", rig["Ana"].Id.ToString()),
                        When("returning", "is", "true"), When("campaign", "is", "spring-sale"), When("audience", "is", "private"), When("custom.orders", "atLeast", "9"),
                    },
                },
            },
            otherwise = new { },
        });
        var talk = await rig.Seed.TalkAsync(kim, inbox);
        await rig.Seed.PutAsync(talk, new Message
        {
            WorkspaceId = rig.Seed.Workspace, ConversationId = talk.Conversation.Id, ThreadId = talk.Thread.Id, InboxId = inbox.Id, Direction = Direction.In, AuthorKind = AuthorKind.Customer, AuthorId = kim.Id.Value,
            Text = "This is urgent: the invoice is wrong and this is unacceptable", Extras = new MessageExtras { Referral = "spring-sale" }.ToJson(), DedupeKey = "k", SentAt = rig.Seed.Now, ReceivedAt = rig.Seed.Now,
        });
        await rig.LookAsync();
        var reason = (await rig.StoryAsync(talk)).GetProperty("log").EnumerateArray().Single(l => l.Text("act") == "queued").GetProperty("reason");
        (reason.Text("ruleName"), reason.GetProperty("because").GetArrayLength()).ShouldBe(("All of it", 17));
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task A_plan_that_may_not_do_what_was_meant_is_kept_and_warned_of_and_one_that_means_nothing_is_refused(string engine)
    {
        await using var rig = await RoutingRig.StartAsync(engine);
        var (nobody, rare) = (await rig.TeamAsync("Nobody in it"), await rig.SkillAsync("Latin"));
        object Rule(string id, object then, params object[] when) => new { id, name = id, on = true, match = "all", when, then };
        var kept = (await rig.Api.PutJsonAsync("/routing/draft", new
        {
            rules = new[] { Rule("a", new { teamId = nobody, required = new[] { new { skillId = rare } }, overflowTeamId = nobody }, new { field = "segment", @is = "is", values = new[] { Guid.NewGuid().ToString() } }), Rule("b", new { teamId = Guid.NewGuid() }) },
            otherwise = new { },
        })).Is(HttpStatusCode.OK).Json.GetProperty("draft");
        kept.GetProperty("warnings").EnumerateArray().Select(w => $"{w.Text("rule")} {w.Text("kind")}").Distinct().ShouldBe(["a teamIsEmpty", "a skillNobodyHas", "a noEnd", "a noSuchThing", "b noSuchThing"], ignoreOrder: true);
        foreach (var empty in new object[] { new { rules = new object?[] { null } }, new { queryTypes = new object?[] { null } }, new { otherwise = new { required = new object?[] { null } } } }) { (await rig.Api.PutJsonAsync("/routing/draft", empty)).Refused(HttpStatusCode.UnprocessableEntity, "invalid"); }
        var refused = (await rig.Api.PutJsonAsync("/routing/draft", new { rules = new[] { Rule("a", new { minutes = -1, ask = new { url = "ftp://x" } }, new { field = "moon", @is = "equals", values = Array.Empty<string>() }) }, otherwise = new { } })).Refused(HttpStatusCode.UnprocessableEntity, "invalid");
        refused["errors"].EnumerateObject().Select(e => e.Name).ShouldBe(["rules.0.when.0.field", "rules.0.when.0.is", "rules.0.when.0.values", "rules.0.then.minutes", "rules.0.then.ask.url"], ignoreOrder: true);
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
}
