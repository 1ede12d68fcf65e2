using System.Net;
using Braid.Channels;
using Braid.Conversations;
using Braid.Customers;
using Braid.Ingest;
using Braid.Platform.Events;
using Braid.Testing;
using Braid.Tests.Testing;
using Microsoft.AspNetCore.SignalR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Braid.Tests.Realtime;

/// <summary>The chat between a visitor's browser and an agent, over real sockets.</summary>
public class LiveChatTests
{
    private static Task<TestBraid> StartAsync(string engine) => TestBraid.StartAsync(Engines.Parse(engine));

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task A_page_view_writes_nothing_and_a_first_message_makes_a_customer_and_a_conversation(string engine)
    {
        await using var braid = await StartAsync(engine);
        var inbox = await LiveVisitor.ChatAsync(braid);
        await using var visitor = await LiveVisitor.ConnectAsync(braid, inbox);
        visitor.Session.GetProperty("config").Text("name").ShouldBe("Arunika");
        visitor.Session.GetProperty("config").GetProperty("preChat").Text("mode").ShouldBe("off");
        visitor.Session.GetProperty("config").GetProperty("online").GetBoolean().ShouldBeFalse();
        visitor.Session.Text("threadId").ShouldBe(visitor.Session.Text("visitorId"));
        (await braid.WithDbAsync(db => db.Set<Customer>().CountAsync())).ShouldBe(0);

        var ack = await visitor.SendAsync("c1", "Hello 👋\u0000 there");
        ack.Text("id").ShouldBe("c1");
        ack.GetProperty("at").GetDateTimeOffset().ToUnixTimeMilliseconds().ShouldBe(braid.Clock.GetUtcNow().ToUnixTimeMilliseconds());
        var pushed = await visitor.HearAsync("message");
        (pushed.Text("id"), pushed.Text("from"), pushed.Text("status"), pushed.Text("text")).ShouldBe(("c1", "visitor", "sent", "Hello 👋\uFFFD there"));

        var conversation = (await braid.Api.ReadAsync("/conversations")).Items().ShouldHaveSingleItem();
        var message = (await braid.Api.ReadAsync($"/conversations/{conversation.Text("id")}/messages")).Items().ShouldHaveSingleItem();
        message.Text("channel").ShouldBe("livechat");
        (await braid.WithDbAsync(db => db.Set<Customer>().SingleAsync())).Language.ShouldBe("de");
        var delivery = await braid.WithDbAsync(db => db.Set<Braid.Ingest.Delivery>().SingleAsync());
        delivery.Source.ShouldBe(DeliverySource.Widget);
        (await braid.WithDbAsync(db => db.Set<Message>().SingleAsync())).Extras!.ShouldContain("shop.example/cart");
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task The_same_client_id_twenty_times_is_one_message_and_one_answer(string engine)
    {
        await using var braid = await StartAsync(engine);
        await using var visitor = await LiveVisitor.ConnectAsync(braid, await LiveVisitor.ChatAsync(braid));
        await using var tab = await LiveVisitor.ConnectAsync(braid, visitor.Inbox, visitor.Token);
        tab.Thread.ShouldBe(visitor.Thread);
        var acks = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => (i % 2 == 0 ? visitor : tab).SendAsync("same", "Hello")));

        acks.Select(a => a.GetRawText()).Distinct().ShouldHaveSingleItem().ShouldContain("\"id\":\"same\"");
        (await braid.WithDbAsync(db => db.Set<Message>().CountAsync())).ShouldBe(1);
        (await braid.WithDbAsync(db => db.Set<Conversation>().SingleAsync())).MessageCount.ShouldBe(1);
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task An_agents_answer_reaches_the_visitor_and_what_was_seen_is_told_both_ways(string engine)
    {
        await using var braid = await StartAsync(engine);
        await using var visitor = await LiveVisitor.ConnectAsync(braid, await LiveVisitor.ChatAsync(braid));
        await visitor.SendAsync("c1", "Is the buckle covered?");
        var id = await visitor.ConversationAsync();
        await braid.Api.SendAsync($"/conversations/{id}/read");
        (await visitor.HearAsync("status")).GetRawText().ShouldBe("""{"id":"c1","status":"seen"}""");
        braid.Clock.AdjustTime(braid.Clock.GetUtcNow().AddSeconds(1));
        var me = (await braid.Api.ReadAsync("/agents")).Items()[0].Text("id");
        await braid.Api.SendAsync($"/conversations/{id}/assign", new { agentId = me, note = "canary-note" });
        var joined = await visitor.HearAsync("joined");
        joined.EnumerateObject().Select(p => p.Name).Order().ShouldBe(["at", "id", "name"]);

        braid.Clock.AdjustTime(braid.Clock.GetUtcNow().AddSeconds(1));
        await braid.Api.SendAsync($"/conversations/{id}/messages", new { text = "Yes, for two years." });
        var first = await visitor.HearAsync("message", m => m.Text("from") == "agent");
        first.Text("text").ShouldBe("Yes, for two years.");
        await braid.Api.SendAsync($"/conversations/{id}/messages", new { text = "Shall we swap it?" });
        var second = await visitor.HearAsync("message", m => m.Text("text") == "Shall we swap it?");

        await using var back = await LiveVisitor.ConnectAsync(braid, visitor.Inbox, visitor.Token);
        back.Session.GetProperty("unread").GetInt32().ShouldBe(2);
        back.Session.Items("messages").Select(m => $"{m.Text("kind")} {m.Text("from")} {m.Text("status")}").ShouldBe(["message visitor seen", "joined agent ", "message agent ", "message agent "]);
        back.Session.GetRawText().ShouldNotContain("canary");

        await visitor.SeenAsync(second.Text("id")!);
        (await braid.WithDbAsync(db => db.Set<Message>().Where(m => m.Direction == Direction.Out).Select(m => m.Status).ToListAsync())).ShouldBe([SendStatus.Read, SendStatus.Read]);
        (await LiveVisitor.AskAsync(braid, visitor.Inbox, visitor.Token))["unread"].GetInt32().ShouldBe(0);
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task Notes_and_other_channels_never_reach_the_visitor(string engine)
    {
        await using var braid = await StartAsync(engine);
        await using var visitor = await LiveVisitor.ConnectAsync(braid, await LiveVisitor.ChatAsync(braid));
        await visitor.SendAsync("c1", "Hello");
        var id = await visitor.ConversationAsync();
        var seed = await Seed.OwnersAsync(braid);
        var (customer, conversation) = await braid.WithDbAsync(async db => (await db.Set<Customer>().SingleAsync(), await db.Set<Conversation>().AsNoTracking().SingleAsync()));
        var mail = await seed.TalkAsync(customer, await seed.InboxAsync("echo"), into: conversation);
        var secret = await seed.SaysAsync(mail, "canary of another channel");
        await braid.WithDbAsync(async db =>
        {
            db.Events.Add(new MessageChanged(seed.Workspace, "received") { ConversationId = conversation.Id.Value, MessageId = secret.Id.Value, InboxId = secret.InboxId!.Value.Value });
            return await db.SaveChangesAsync();
        });
        await braid.Api.SendAsync($"/conversations/{id}/messages", new { text = "canary of a note", @private = true });
        await visitor.SendAsync("c2", "Still there?");

        var heard = new List<string>();
        await visitor.HearAsync("message", m =>
        {
            heard.Add(m.Text("id")!);
            return m.Text("id") == "c2";
        });
        heard.ShouldBe(["c1", "c2"]);
        (await visitor.PageAsync()).Texts("id").ShouldBe(["c1", "c2"]);
        (await LiveVisitor.AskAsync(braid, visitor.Inbox, visitor.Token)).Raw.ShouldNotContain("canary");
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task Who_returns_finds_the_history_and_fills_gaps_by_the_order_in_the_database(string engine)
    {
        await using var braid = await StartAsync(engine);
        await using var visitor = await LiveVisitor.ConnectAsync(braid, await LiveVisitor.ChatAsync(braid));
        for (var i = 1; i <= 35; i++)
        {
            if (i % 18 == 0) { braid.Clock.Advance(TimeSpan.FromMinutes(1)); }
            (await visitor.SendAsync($"c{i}", $"message {i}")).Text("id").ShouldBe($"c{i}");
        }

        await visitor.LeaveAsync();
        await using var back = await LiveVisitor.ConnectAsync(braid, visitor.Inbox, visitor.Token);
        back.Session.Texts("id", "messages").ShouldBe(Enumerable.Range(6, 30).Select(i => $"c{i}"));
        back.Session.GetProperty("more").GetBoolean().ShouldBeTrue();
        var older = await back.PageAsync("?before=c6");
        older.Texts("id").ShouldBe(Enumerable.Range(1, 5).Select(i => $"c{i}"));
        older.GetProperty("more").GetBoolean().ShouldBeFalse();
        (await back.PageAsync("?after=c33")).Texts("id").ShouldBe(["c34", "c35"]);
        (await back.PageAsync("?after=c35")).Items().ShouldBeEmpty();
        (await back.PageAsync("?after=unknown")).Items().Count.ShouldBe(30);
        await using var stranger = await LiveVisitor.ConnectAsync(braid, visitor.Inbox);
        (await stranger.PageAsync("?after=c1")).Items().ShouldBeEmpty();
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task An_address_left_while_nobody_is_there_is_a_stated_key_and_a_message(string engine)
    {
        await using var braid = await StartAsync(engine);
        await using var visitor = await LiveVisitor.ConnectAsync(braid, await LiveVisitor.ChatAsync(braid));
        (await visitor.LeaveEmailAsync("c1", "not an address", "Call me")).Text("refused").ShouldBe("email");
        (await visitor.LeaveEmailAsync("c1", "Maya@Example.org", "Please write to me")).Text("id").ShouldBe("c1");

        var key = await braid.WithDbAsync(db => db.Set<CustomerKey>().SingleAsync());
        (key.Kind, key.Value, key.Proven).ShouldBe((KeyKind.Email, "maya@example.org", false));
        (await braid.WithDbAsync(db => db.Set<Message>().SingleAsync())).ShouldSatisfyAllConditions(m => m.Text.ShouldBe("Please write to me"), m => m.Extras!.ShouldContain("maya@example.org"));
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task A_flood_is_refused_with_the_time_to_wait_and_a_blocked_customer_for_good(string engine)
    {
        await using var braid = await StartAsync(engine);
        await using var visitor = await LiveVisitor.ConnectAsync(braid, await LiveVisitor.ChatAsync(braid));
        for (var i = 0; i < 20; i++) { (await visitor.SendAsync($"c{i}", "x")).Text("id").ShouldBe($"c{i}"); }
        var refused = await visitor.SendAsync("c20", "x");
        (refused.Text("refused"), refused.GetProperty("retryAfter").GetInt32()).ShouldBe(("too_fast", 60));
        (await visitor.SendAsync("long", new string('x', 8001))).Text("refused").ShouldBe("too_long");
        (await visitor.SendAsync("none", "  ")).Text("refused").ShouldBe("empty");
        await Should.ThrowAsync<HubException>(() => visitor.SendAsync(null, "x"));
        braid.Clock.Advance(TimeSpan.FromSeconds(60));
        (await visitor.SendAsync("c20", new string('\u00e9', 8000))).Text("id").ShouldBe("c20");
        (await braid.WithDbAsync(db => db.Set<Message>().CountAsync())).ShouldBe(21);

        await braid.WithDbAsync(db => db.Set<Customer>().ExecuteUpdateAsync(s => s.SetProperty(c => c.Blocked, true)));
        (await visitor.SendAsync("c21", "x")).Text("refused").ShouldBe("blocked");
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task Typing_goes_both_ways_and_visitors_learn_when_somebody_comes(string engine)
    {
        await using var braid = await StartAsync(engine);
        await using var visitor = await LiveVisitor.ConnectAsync(braid, await LiveVisitor.ChatAsync(braid));
        await visitor.SendAsync("c1", "Hello");
        await visitor.HearAsync("message");
        var id = Guid.Parse(await visitor.ConversationAsync());
        // The first round notes that nobody is there; it is over once the next look has told of this message.
        braid.Clock.Advance(TimeSpan.FromSeconds(6));
        await visitor.SendAsync("c2", "Anybody?");
        await visitor.HearAsync("message", m => m.Text("id") == "c2");
        await visitor.SendAsync("c3", "Hm");
        await visitor.HearAsync("message", m => m.Text("id") == "c3");

        await using var agent = await LiveAgent.ConnectAsync(braid, TestBraid.OwnerToken);
        await agent.WatchAsync(id);
        await visitor.TypeAsync(true);
        (await agent.HearAsync("customerTyping")).GetProperty("typing").GetBoolean().ShouldBeTrue();
        await agent.TypeAsync(id);
        (await visitor.HearAsync("agentTyping")).GetProperty("typing").GetBoolean().ShouldBeTrue();
        braid.Clock.Advance(TimeSpan.FromSeconds(6));
        (await visitor.HearAsync("availability")).GetProperty("online").GetBoolean().ShouldBeTrue();
        (await LiveVisitor.AskAsync(braid, visitor.Inbox))["config"].GetProperty("online").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public void A_browser_that_takes_nothing_is_cut_off_instead_of_buffered_for()
    {
        var cut = 0;
        var guest = new Braid.Realtime.LiveChat.Guest(null!, new(Guid.Empty, "v", null, default, null, null));
        var connection = new Braid.Realtime.LiveChat.VisitorConnection("1", guest, () => cut++);
        for (var i = 0; i < Braid.Realtime.LiveChat.VisitorConnection.MostWaiting; i++) { connection.Offer("message", i); }
        cut.ShouldBe(0);
        connection.Offer("message", "one more");
        cut.ShouldBe(1);
    }

    [Theory, MemberData(nameof(TwoNodesTests.Postgres), MemberType = typeof(TwoNodesTests))]
    public async Task An_answer_given_on_another_node_reaches_the_visitor(string engine)
    {
        await using var here = await StartAsync(engine);
        await using var there = await TestBraid.StartAsync(Engines.Parse(engine), here.ConnectionString, clock: here.Clock);
        var inbox = await LiveVisitor.ChatAsync(here);
        await using var visitor = await LiveVisitor.ConnectAsync(here, inbox);
        await visitor.SendAsync("c1", "Hello");
        await there.Api.SendAsync($"/conversations/{await visitor.ConversationAsync()}/messages", new { text = "Hi" });
        (await visitor.HearAsync("message", m => m.Text("from") == "agent")).Text("text").ShouldBe("Hi");
    }
}
