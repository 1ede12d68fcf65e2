using System.Net;
using System.Text.Json;
using Braid.Conversations;
using Braid.Testing;
using Braid.Tests.Realtime;
using Braid.Tests.Testing;
using Braid.Tickets;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Braid.Tests.Tickets;

/// <summary>Numbered work for customers: opened by agents and by itself, taken, solved, found, and kept from who may not see it.</summary>
public class TicketTests
{
    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task An_agent_opens_a_ticket_from_a_conversation_takes_it_and_solves_it(string engine)
    {
        await using var braid = await TestBraid.StartAsync(Engines.Parse(engine));
        await using var visitor = await LiveVisitor.ConnectAsync(braid, await LiveVisitor.ChatAsync(braid));
        await visitor.SendAsync("c1", "The lid of my kettle is broken\nand it leaks");
        var conversation = await visitor.ConversationAsync();

        var ticket = (await braid.Api.PostJsonAsync("/tickets", new { conversationId = conversation, type = "task", priority = "high", text = "Send a new lid" })).Is(HttpStatusCode.Created);
        (ticket["number"].GetInt64(), ticket.Text("subject"), ticket.Text("status")).ShouldBe((1L, "The lid of my kettle is broken", "open"));
        var me = (await braid.Api.GetJsonAsync("/session")).Json.GetProperty("me").Text("id");
        var id = ticket.Text("id");
        (await braid.Api.PostJsonAsync($"/tickets/{id}/assign", new { ownerId = me, teamId = (string?)null })).Is(HttpStatusCode.OK).Json.GetProperty("owner").Text("id").ShouldBe(me);
        (await braid.Api.ReadAsync("/tickets/counts")).GetProperty("mine").GetInt32().ShouldBe(1);
        (await braid.Api.PatchJsonAsync($"/tickets/{id}", new { status = "solved" })).Is(HttpStatusCode.OK)["solvedAt"].ValueKind.ShouldBe(JsonValueKind.String);
        (await braid.Api.ReadAsync("/tickets")).Items().ShouldBeEmpty("it is solved");
        (await braid.Api.ReadAsync("/tickets?status=any&q=%231")).Items().ShouldHaveSingleItem().Text("id").ShouldBe(id);
        (await braid.Api.ReadAsync("/tickets?status=any&q=KETTLE")).Items().Count.ShouldBe(1);
        (await braid.Api.PatchJsonAsync($"/tickets/{id}", new { status = "open" })).Is(HttpStatusCode.OK)["solvedAt"].ValueKind.ShouldBe(JsonValueKind.Null);

        (await braid.Api.ReadAsync($"/conversations/{conversation}/activities")).Items().Select(a => a.Text("kind")).Where(k => k!.StartsWith("ticket.", StringComparison.Ordinal)).ShouldBe(["ticket.reopened", "ticket.solved", "ticket.opened"], ignoreOrder: true);
        var customer = ticket.Json.GetProperty("customer").Text("id");
        (await braid.Api.ReadAsync($"/customers/{customer}/moments")).Items().Select(m => (m.Text("kind"), m.Text("about"))).ShouldContain(("ticketOpened", "#1 The lid of my kettle is broken"));
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task An_inbox_with_a_rule_opens_one_ticket_per_conversation_and_solves_it_with_it(string engine)
    {
        await using var braid = await TestBraid.StartAsync(Engines.Parse(engine), settings: ("Braid:Roles", "web,worker"));
        var seed = await Seed.OwnersAsync(braid);
        var inbox = await LiveVisitor.ChatAsync(braid);
        await using (var before = await LiveVisitor.ConnectAsync(braid, inbox)) { await before.SendAsync("c0", "Before there was a rule"); await before.ConversationAsync(); }
        (await braid.Api.PutJsonAsync("/tickets/rules", new { items = new[] { new { inboxId = inbox, type = "incident", priority = "urgent" } } })).Is(HttpStatusCode.OK);
        using var awaited = new Awaited(braid, seed.Workspace);
        await using var visitor = await LiveVisitor.ConnectAsync(braid, inbox);
        await visitor.SendAsync("c1", "Nothing works");
        JsonElement ticket = default;
        await awaited.UntilAsync(async () => (await braid.Api.ReadAsync("/tickets")).Items() is [var one] && (ticket = one).ValueKind == JsonValueKind.Object);
        (ticket.Text("subject"), ticket.Text("priority"), ticket.GetProperty("automatic").GetBoolean(), ticket.GetProperty("openedBy").ValueKind).ShouldBe(("Nothing works", "urgent", true, JsonValueKind.Null));

        var conversation = ticket.Text("conversationId");
        await braid.Api.SendAsync($"/conversations/{conversation}/resolve");
        await awaited.UntilAsync(async () => (await braid.Api.ReadAsync("/tickets?status=solved")).Items().Count == 1);
        await braid.Api.SendAsync($"/conversations/{conversation}/reopen");
        await awaited.UntilAsync(async () => (await braid.Api.ReadAsync("/tickets?status=open")).Items().Count == 1);
        // Read again from the start, as after a lost place: what is there is not made twice.
        await braid.WithDbAsync(db => db.Set<TicketCounter>().ExecuteUpdateAsync(set => set.SetProperty(c => c.EventsRead, 0)));
        await braid.Services.GetRequiredService<FollowConversations>().RunAsync(TestContext.Current.CancellationToken);
        (await braid.WithDbAsync(db => db.Set<Ticket>().CountAsync(t => t.ConversationId == new Braid.Platform.Data.Id<Conversation>(Guid.Parse(conversation!))))).ShouldBe(1);
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task Tickets_opened_at_once_have_numbers_of_their_own(string engine)
    {
        await using var braid = await TestBraid.StartAsync(Engines.Parse(engine));
        var customer = (await braid.Api.PostJsonAsync("/customers", new { name = "Maya" })).Is(HttpStatusCode.Created).Text("id");
        var made = await Task.WhenAll(Enumerable.Range(1, 12).Select(i => braid.Api.PostJsonAsync("/tickets", new { customerId = customer, subject = $"Matter {i}" })));
        made.Select(m => m.Is(HttpStatusCode.Created)["number"].GetInt64()).Order().ShouldBe(Enumerable.Range(1, 12).Select(i => (long)i));
        (await braid.Api.PostJsonAsync("/tickets", new { customerId = customer, subject = "ÉCLAIR für Ömer" })).Is(HttpStatusCode.Created);
        (await braid.Api.ReadAsync($"/tickets?q={Uri.EscapeDataString("éclair FÜR")}")).Items().Count.ShouldBe(1, "whatever its capitals and accents");
        var first = (await braid.Api.ReadAsync("/tickets?limit=5")).GetProperty("nextCursor").GetString();
        (await braid.Api.ReadAsync($"/tickets?limit=20&cursor={first}")).Items().Count.ShouldBe(8);
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task A_ticket_goes_with_its_profile_through_a_merge_and_back(string engine)
    {
        await using var braid = await TestBraid.StartAsync(Engines.Parse(engine));
        var older = (await braid.Api.PostJsonAsync("/customers", new { name = "Maya Tan" })).Is(HttpStatusCode.Created).Text("id");
        var newer = (await braid.Api.PostJsonAsync("/customers", new { name = "M. Tan" })).Is(HttpStatusCode.Created).Text("id");
        var ticket = (await braid.Api.PostJsonAsync("/tickets", new { customerId = newer, subject = "Refund" })).Is(HttpStatusCode.Created).Text("id");
        (await braid.Api.PostJsonAsync($"/customers/{older}/merge", new { with = newer })).Is(HttpStatusCode.OK);
        (await braid.Api.ReadAsync($"/tickets?customer={older}")).Items().ShouldHaveSingleItem().Text("id").ShouldBe(ticket);
        var merge = (await braid.Api.ReadAsync($"/customers/{older}/merges")).Items()[0].Text("id");
        (await braid.Api.PostJsonAsync($"/customers/{older}/merges/{merge}/undo", new { })).Status.ShouldBe(HttpStatusCode.OK);
        (await braid.Api.ReadAsync($"/tickets?customer={older}")).Items().ShouldBeEmpty();
        (await braid.Api.ReadAsync($"/tickets?customer={newer}")).Items().Count.ShouldBe(1);
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task Who_may_not_see_a_restricted_inbox_sees_none_of_its_tickets(string engine)
    {
        await using var braid = await Seed.StartAsync(engine);
        var seed = await Seed.OwnersAsync(braid);
        var (inside, insider, _) = await seed.AgentAsync("Inside");
        var (outside, outsider, _) = await seed.AgentAsync("Outside");
        var inbox = await seed.InboxAsync("whatsapp", onlyFor: inside);
        var talk = await seed.TalkAsync(await seed.CustomerAsync("Maya"), inbox);
        await seed.SaysAsync(talk, "Nobody else may know");
        await braid.WithDbAsync(db => db.Set<Conversation>().Where(c => c.Id == talk.Conversation.Id).ExecuteUpdateAsync(set => set.SetProperty(c => c.RestrictedTo, inbox.Id)));
        var id = (await insider.PostJsonAsync("/tickets", new { conversationId = talk.Conversation.Id.ToString() })).Is(HttpStatusCode.Created).Text("id");
        (await outsider.GetJsonAsync($"/tickets/{id}")).Refused(HttpStatusCode.NotFound, "not_found");
        (await outsider.PatchJsonAsync($"/tickets/{id}", new { status = "solved" })).Refused(HttpStatusCode.NotFound, "not_found");
        (await outsider.GetJsonAsync("/tickets?status=any")).Is(HttpStatusCode.OK).Json.Items().ShouldBeEmpty();
        (await insider.PostJsonAsync($"/tickets/{id}/assign", new { ownerId = outside.Id.ToString() })).Refused(HttpStatusCode.UnprocessableEntity, "invalid");
        (await insider.GetJsonAsync("/tickets")).Is(HttpStatusCode.OK).Json.Items().Count.ShouldBe(1);
    }

    [Fact]
    public async Task What_makes_no_sense_is_refused_by_its_field()
    {
        await using var braid = await TestBraid.StartAsync(TestEngine.Sqlite);
        var customer = (await braid.Api.PostJsonAsync("/customers", new { name = "Maya" })).Is(HttpStatusCode.Created).Text("id");
        foreach (var (body, field) in new (object, string)[]
        {
            (new { subject = "Whose?" }, "customerId"), (new { customerId = customer }, "subject"), (new { customerId = customer, subject = new string('x', 201) }, "subject"),
            (new { customerId = customer, subject = "x", ownerId = Guid.NewGuid() }, "ownerId"), (new { customerId = customer, subject = "x", teamId = Guid.NewGuid() }, "teamId"),
        })
        {
            var refused = await braid.Api.PostJsonAsync("/tickets", body);
            refused.Refused(HttpStatusCode.UnprocessableEntity, "invalid");
            refused["errors"].TryGetProperty(field, out _).ShouldBeTrue(field);
        }

        (await braid.Api.GetJsonAsync("/tickets?status=lost")).Refused(HttpStatusCode.UnprocessableEntity, "invalid");
        (await braid.Api.PutJsonAsync("/tickets/rules", new { items = new[] { new { inboxId = Guid.NewGuid(), type = "task", priority = "low" } } })).Refused(HttpStatusCode.UnprocessableEntity, "invalid");
    }
}
