using System.Net;
using Braid.Conversations;
using Braid.Inboxes;
using Braid.Testing;
using Braid.Tests.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Braid.Tests.Conversations;

public class ConversationCommandTests
{
    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task Assigning_tells_who_did_it_and_refuses_strangers_and_resolved_ones(string engine)
    {
        await using var braid = await Seed.StartAsync(engine);
        var seed = await Seed.OwnersAsync(braid);
        var talk = await seed.TalkAsync(await seed.CustomerAsync("Maya"), await seed.InboxAsync("telegram"));
        var (ana, anas, _) = await seed.AgentAsync("Ana");
        var (eve, _, _) = await (await Seed.StrangersAsync(braid)).AgentAsync("Eve");

        var item = await anas.SendAsync($"/conversations/{talk.Id}/assign", new { agentId = ana.Id.Value, note = "knows the case" });
        (item.GetProperty("assignee").Text("name"), item.GetProperty("version").GetInt32()).ShouldBe(("Ana", 1));
        (await anas.SendAsync($"/conversations/{talk.Id}/assign", new { agentId = ana.Id.Value })).GetProperty("version").GetInt32().ShouldBe(1, "nothing to do");
        var wrong = await anas.SendAsync($"/conversations/{talk.Id}/assign", new { agentId = eve.Id.Value }, HttpStatusCode.UnprocessableEntity);
        wrong.GetProperty("errors").Text("agentId").ShouldNotBeNull();
        await anas.SendAsync($"/conversations/{talk.Id}/assign", new { agentId = ana.Id.Value, note = new string('x', 501) }, HttpStatusCode.UnprocessableEntity);
        (await anas.SendAsync($"/conversations/{talk.Id}/assign", new { agentId = (string?)null })).GetProperty("assignee").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        await anas.SendAsync($"/conversations/{talk.Id}/resolve");
        (await anas.SendAsync($"/conversations/{talk.Id}/assign", new { agentId = ana.Id.Value }, HttpStatusCode.Conflict)).Text("code").ShouldBe("conversation_resolved");

        (await seed.EventsAsync(talk.Id)).ShouldBe(["conversation.assigned", "conversation.assigned", "conversation.resolved"]);
        var activities = (await anas.ReadAsync($"/conversations/{talk.Id}/activities?limit=2")).Items().Concat(
            (await anas.ReadAsync($"/conversations/{talk.Id}/activities?limit=2&cursor={(await anas.ReadAsync($"/conversations/{talk.Id}/activities?limit=2")).Text("nextCursor")}")).Items()).ToList();
        activities.Count.ShouldBe(3);
        var first = activities.Single(a => a.GetProperty("data").EnumerateObject().Any(d => d.Name == "note" && d.Value.ToString() == "knows the case"));
        (first.Text("kind"), first.GetProperty("actor").Text("name"), first.GetProperty("data").Text("agentName")).ShouldBe(("conversation.assigned", "Ana", "Ana"));
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task Resolving_gives_up_the_place_and_reopening_takes_it_back_when_it_is_free(string engine)
    {
        await using var braid = await Seed.StartAsync(engine);
        var seed = await Seed.OwnersAsync(braid);
        var (customer, inbox) = (await seed.CustomerAsync("Maya"), await seed.InboxAsync("telegram"));
        var key = Conversation.JoinsKey(customer.Id, "");
        var talk = await seed.TalkAsync(customer, inbox, joins: key);
        await seed.SaysAsync(talk, "hello");

        var resolved = await braid.Api.SendAsync($"/conversations/{talk.Id}/resolve");
        (resolved.Text("status"), resolved.Text("waitingSince")).ShouldBe(("resolved", null));
        var row = await seed.ConversationAsync(talk.Conversation.Id);
        (row.Joins, row.ResolvedAt is not null, row.UnreadCount).ShouldBe((null, true, 1));
        (await braid.Api.SendAsync($"/conversations/{talk.Id}/reopen")).Text("status").ShouldBe("open");
        (await seed.ConversationAsync(talk.Conversation.Id)).Joins.ShouldBe(key);

        await braid.Api.SendAsync($"/conversations/{talk.Id}/resolve");
        var newer = await seed.TalkAsync(customer, inbox, joins: key);
        await braid.Api.SendAsync($"/conversations/{talk.Id}/reopen");
        (await seed.ConversationAsync(talk.Conversation.Id)).Joins.ShouldBeNull("the newest open one keeps it");
        (await seed.ConversationAsync(newer.Conversation.Id)).Joins.ShouldBe(key);
        (await seed.EventsAsync(talk.Id)).ShouldBe(["conversation.resolved", "conversation.reopened", "conversation.resolved", "conversation.reopened"]);
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task Shared_unproven_and_own_conversations_never_take_the_place(string engine)
    {
        await using var braid = await Seed.StartAsync(engine);
        var seed = await Seed.OwnersAsync(braid);
        var (telegram, own) = (await seed.InboxAsync("telegram"), await seed.InboxAsync("email", JoinPolicyKind.Own));
        Talk[] talks =
        [
            await seed.TalkAsync(await seed.CustomerAsync("a"), telegram, audience: Braid.Channels.Audience.Shared),
            await seed.TalkAsync(await seed.CustomerAsync("b"), telegram, verified: false),
            await seed.TalkAsync(await seed.CustomerAsync("c"), own),
        ];
        foreach (var talk in talks)
        {
            await braid.Api.SendAsync($"/conversations/{talk.Id}/resolve");
            await braid.Api.SendAsync($"/conversations/{talk.Id}/reopen");
            (await seed.ConversationAsync(talk.Conversation.Id)).Joins.ShouldBeNull();
        }
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task A_snoozed_conversation_wakes_when_its_time_comes(string engine)
    {
        await using var braid = await Seed.StartAsync(engine);
        var seed = await Seed.OwnersAsync(braid);
        var talk = await seed.TalkAsync(await seed.CustomerAsync("Maya"), await seed.InboxAsync("telegram"), joins: "kept");
        await braid.Api.SendAsync($"/conversations/{talk.Id}/snooze", new { until = seed.Now }, HttpStatusCode.UnprocessableEntity);
        var snoozed = await braid.Api.SendAsync($"/conversations/{talk.Id}/snooze", new { until = seed.Now.AddHours(1) });
        (snoozed.Text("status"), snoozed.GetProperty("snoozedUntil").GetDateTimeOffset() > seed.Now).ShouldBe(("snoozed", true));
        var wake = braid.Services.GetRequiredService<WakeSnoozed>();
        (await wake.WakeAsync(CancellationToken.None)).ShouldBe(0);

        using var news = new Awaited(braid, seed.Workspace);
        braid.Clock.Advance(TimeSpan.FromHours(1));
        await news.UntilAsync(async () => (await seed.ConversationAsync(talk.Conversation.Id)).Status == ConversationStatus.Open);

        var row = await seed.ConversationAsync(talk.Conversation.Id);
        (row.SnoozedUntil, row.Joins, row.Version).ShouldBe((null, "kept", 2));
        (await seed.EventsAsync(talk.Id)).ShouldBe(["conversation.snoozed", "conversation.woke"]);
        (await braid.Api.ReadAsync($"/conversations/{talk.Id}/activities")).Texts("kind").ShouldBe(["conversation.woke", "conversation.snoozed"]);
        (await wake.WakeAsync(CancellationToken.None)).ShouldBe(0);
        await braid.Api.SendAsync($"/conversations/{talk.Id}/resolve");
        (await braid.Api.SendAsync($"/conversations/{talk.Id}/snooze", new { until = seed.Now.AddHours(1) }, HttpStatusCode.Conflict)).Text("code").ShouldBe("conversation_resolved");
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task Two_wakers_wake_each_conversation_once(string engine)
    {
        await using var braid = await Seed.StartAsync(engine);
        var seed = await Seed.OwnersAsync(braid);
        var inbox = await seed.InboxAsync("telegram");
        var talks = new List<Talk>();
        for (var i = 0; i < 8; i++)
        {
            talks.Add(await seed.TalkAsync(await seed.CustomerAsync($"c{i}"), inbox));
            talks[i].Conversation.Snooze(seed.Now.AddMinutes(1));
            await braid.WithDbAsync(async db => { db.Update(talks[i].Conversation).Property(c => c.Version).OriginalValue = 0; return await db.SaveChangesAsync(); });
        }

        // Due only now, so that the server's own waker, which looks once at its start, takes none of them.
        var past = seed.Now.AddMinutes(-1);
        await braid.WithDbAsync(db => db.Set<Conversation>().ExecuteUpdateAsync(set => set.SetProperty(c => c.SnoozedUntil, past)));
        var wake = braid.Services.GetRequiredService<WakeSnoozed>();
        var woken = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => wake.WakeAsync(CancellationToken.None))));
        woken.Sum().ShouldBe(8);
        foreach (var talk in talks)
        {
            (await seed.EventsAsync(talk.Id)).ShouldBe(["conversation.woke"]);
        }
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task Reading_clears_the_count_for_the_team_and_unread_brings_it_back(string engine)
    {
        await using var braid = await Seed.StartAsync(engine);
        var seed = await Seed.OwnersAsync(braid);
        var talk = await seed.TalkAsync(await seed.CustomerAsync("Maya"), await seed.InboxAsync("telegram"));
        var first = await seed.SaysAsync(talk, "one", seed.Now.AddMinutes(-2));
        var second = await seed.SaysAsync(talk, "two", seed.Now.AddMinutes(-1));

        (await braid.Api.SendAsync($"/conversations/{talk.Id}/read")).GetProperty("unread").GetInt32().ShouldBe(0);
        (await braid.Api.ReadAsync($"/conversations/{talk.Id}")).Text("readUpTo").ShouldBe(second.Id.ToString());
        await braid.Api.SendAsync($"/conversations/{talk.Id}/read");
        (await seed.EventsAsync(talk.Id)).ShouldBe(["conversation.read"], "reading what is read is no news");
        (await braid.Api.SendAsync($"/conversations/{talk.Id}/unread")).GetProperty("unread").GetInt32().ShouldBe(1);
        (await braid.Api.ReadAsync($"/conversations/{talk.Id}")).Text("readUpTo").ShouldBe(first.Id.ToString());
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task Commands_at_the_same_moment_all_count_and_leave_the_ingests_columns_alone(string engine)
    {
        await using var braid = await Seed.StartAsync(engine);
        var seed = await Seed.OwnersAsync(braid);
        var talk = await seed.TalkAsync(await seed.CustomerAsync("Maya"), await seed.InboxAsync("telegram"));
        var agents = new List<Guid>();
        for (var i = 0; i < 6; i++)
        {
            agents.Add((await seed.AgentAsync($"a{i}")).Agent.Id.Value);
        }

        await Task.WhenAll([.. agents.Select(a => braid.Api.SendAsync($"/conversations/{talk.Id}/assign", new { agentId = a })), .. Enumerable.Range(0, 4).Select(i => (Task)seed.SaysAsync(talk, $"m{i}"))]);

        var row = await seed.ConversationAsync(talk.Conversation.Id);
        (row.Version, row.UnreadCount).ShouldBe((6, 4));
        (await seed.EventsAsync(talk.Id)).Count.ShouldBe(6);
    }
}
