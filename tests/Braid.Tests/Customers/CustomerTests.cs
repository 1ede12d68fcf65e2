using System.Net;
using Braid.Channels;
using Braid.Conversations;
using Braid.Customers;
using Braid.Testing;
using Braid.Tests.Testing;

namespace Braid.Tests.Customers;

public class CustomerTests
{
    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task A_profile_is_made_changed_and_read(string engine)
    {
        await using var braid = await Seed.StartAsync(engine);
        var seed = await Seed.OwnersAsync(braid);
        var (_, anas, _) = await seed.AgentAsync("Ana");
        var made = await anas.SendAsync("/customers", new { name = " Maya ", keys = new[] { new { kind = "phone", value = "+65 8123-4455" }, new { kind = "email", value = "Maya@Example.ORG" } } }, HttpStatusCode.Created);
        var id = made.Text("id")!;
        made.Text("name").ShouldBe("Maya");
        made.Items("keys").Select(k => (k.Text("kind"), k.Text("value"), k.Text("proof"), k.Text("addedBy"))).ShouldBe(
            [("phone", "+6581234455", "entered by Ana", "Ana"), ("email", "maya@example.org", "entered by Ana", "Ana")], ignoreOrder: true);

        var changed = await anas.SendAsync($"/customers/{id}", new { company = "Acme", timeZone = "Europe/Berlin", blocked = true }, HttpStatusCode.OK, HttpMethod.Patch);
        (changed.Text("name"), changed.Text("company"), changed.Text("timeZone"), changed.GetProperty("blocked").GetBoolean()).ShouldBe(("Maya", "Acme", "Europe/Berlin", true));
        (await anas.SendAsync($"/customers/{id}", new { company = (string?)null }, HttpStatusCode.OK, HttpMethod.Patch)).Text("company").ShouldBeNull();
        await anas.SendAsync($"/customers/{id}", new { company = (string?)null }, HttpStatusCode.OK, HttpMethod.Patch);
        foreach (var wrong in new object[] { new { timeZone = "Mars/Olympus" }, new { blocked = "yes" }, new { language = "?" }, new { name = new string('x', 201) }, new { shoeSize = 42 } })
        {
            (await anas.SendAsync($"/customers/{id}", wrong, HttpStatusCode.UnprocessableEntity, HttpMethod.Patch)).GetProperty("errors").EnumerateObject().ShouldHaveSingleItem();
        }

        (await seed.EventsAsync(Guid.Parse(id))).ShouldBe(["customer.created", "customer.changed", "customer.changed"], "what changed nothing is no news");
        await anas.SendAsync("/customers", new { name = " " }, HttpStatusCode.UnprocessableEntity);
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task A_key_of_another_profile_is_refused_by_name(string engine)
    {
        await using var braid = await Seed.StartAsync(engine);
        var seed = await Seed.OwnersAsync(braid);
        var (maya, kim) = (await seed.CustomerAsync("Maya"), await seed.CustomerAsync("Kim"));
        var added = await braid.Api.SendAsync($"/customers/{maya.Id}/keys", new { kind = "email", value = "shop@MÜNCHEN.example" });
        var key = added.Items("keys").ShouldHaveSingleItem();
        key.Text("value").ShouldBe("shop@xn--mnchen-3ya.example");
        (await braid.Api.SendAsync($"/customers/{maya.Id}/keys", new { kind = "email", value = "shop@xn--mnchen-3ya.example" })).Items("keys").Count.ShouldBe(1);

        var refused = await braid.Api.SendAsync($"/customers/{kim.Id}/keys", new { kind = "email", value = "shop@münchen.example" }, HttpStatusCode.Conflict);
        refused.Text("code").ShouldBe("key_taken");
        refused.Text("detail")!.ShouldContain("Maya");
        await braid.Api.SendAsync("/customers", new { name = "Lee", keys = new[] { new { kind = "email", value = "shop@münchen.example" } } }, HttpStatusCode.Conflict);
        (await braid.Api.ReadAsync("/customers?q=Lee")).Items().ShouldBeEmpty();
        foreach (var wrong in new[] { ("phone", "0812345"), ("phone", "hello"), ("email", "a@b"), ("email", "two words@example.org"), ("signedUser", "u1") })
        {
            (await braid.Api.SendAsync($"/customers/{kim.Id}/keys", new { kind = wrong.Item1, value = wrong.Item2 }, HttpStatusCode.UnprocessableEntity)).GetProperty("errors").Text("value").ShouldNotBeNull();
        }

        (await braid.Api.SendAsync($"/customers/{maya.Id}/keys/{key.Text("id")}", null, HttpStatusCode.OK, HttpMethod.Delete)).Items("keys").ShouldBeEmpty();
        await braid.Api.SendAsync($"/customers/{maya.Id}/keys/{key.Text("id")}", null, HttpStatusCode.NotFound, HttpMethod.Delete);
        await braid.Api.SendAsync($"/customers/{kim.Id}/keys", new { kind = "email", value = "shop@münchen.example" });
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task A_key_the_customer_only_stated_becomes_proven_when_an_agent_enters_it(string engine)
    {
        await using var braid = await Seed.StartAsync(engine);
        var seed = await Seed.OwnersAsync(braid);
        var (maya, kim) = (await seed.CustomerAsync("Maya"), await seed.CustomerAsync("Kim"));
        foreach (var customer in new[] { maya, kim })
        {
            await seed.SaveAsync(new CustomerKey { WorkspaceId = seed.Workspace, CustomerId = customer.Id, Kind = KeyKind.Email, Value = "m@example.org", CreatedAt = seed.Now });
        }

        (await braid.Api.SendAsync($"/customers/{maya.Id}/keys", new { kind = "email", value = "m@example.org" })).Items("keys").ShouldHaveSingleItem().GetProperty("proven").GetBoolean().ShouldBeTrue();
        await braid.Api.SendAsync($"/customers/{kim.Id}/keys", new { kind = "email", value = "m@example.org" }, HttpStatusCode.Conflict);
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task The_same_key_entered_for_many_at_once_ends_on_one_profile(string engine)
    {
        await using var braid = await Seed.StartAsync(engine);
        var seed = await Seed.OwnersAsync(braid);
        var customers = new List<Customer>();
        for (var i = 0; i < 6; i++)
        {
            customers.Add(await seed.CustomerAsync($"c{i}"));
        }

        var answers = await Task.WhenAll(customers.Select(c => braid.Api.PostAsync(
            new Uri($"/api/v1/customers/{c.Id}/keys", UriKind.Relative), System.Net.Http.Json.JsonContent.Create(new { kind = "phone", value = "+6581234455" }))));
        answers.Count(a => a.StatusCode == HttpStatusCode.OK).ShouldBe(1);
        answers.Count(a => a.StatusCode == HttpStatusCode.Conflict).ShouldBe(5);
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task Profiles_are_found_by_name_key_and_handle_and_paged_by_when_they_were_seen(string engine)
    {
        await using var braid = await Seed.StartAsync(engine);
        var seed = await Seed.OwnersAsync(braid);
        var whatsapp = await seed.InboxAsync("whatsapp");
        for (var i = 0; i < 7; i++)
        {
            await seed.CustomerAsync($"Person {i}", i % 2 == 0 ? seed.Now.AddMinutes(-(i / 4)) : null);
        }

        var maya = await seed.CustomerAsync("Mäya ÖZ", seed.Now.AddDays(-1));
        var talk = await seed.TalkAsync(maya, whatsapp, address: "+65 8123 4455");
        await seed.SaysAsync(talk, "hi");
        await braid.Api.SendAsync($"/customers/{maya.Id}/keys", new { kind = "phone", value = "+65 8123 4455" });
        await braid.Api.SendAsync($"/customers/{maya.Id}/keys", new { kind = "email", value = "oz@example.org" });

        foreach (var q in new[] { "mäya", "ÖZ", "oz@example", "8123 4455", "+65 8123-4455", "81234455" })
        {
            var row = (await braid.Api.ReadAsync($"/customers?q={Uri.EscapeDataString(q)}")).Items().ShouldHaveSingleItem(q);
            (row.Text("name"), row.Text("address"), row.GetProperty("openConversations").GetInt32()).ShouldBe(("Mäya ÖZ", "+65 8123 4455", 1));
            row.GetProperty("channels").EnumerateArray().Select(c => c.GetString()).ShouldBe(["whatsapp"]);
        }

        var whole = (await braid.Api.ReadAsync("/customers")).Texts("id");
        whole.Count.ShouldBe(8);
        var paged = new List<string?>();
        string? cursor = null;
        do
        {
            var page = await braid.Api.ReadAsync("/customers?limit=3" + (cursor is null ? "" : $"&cursor={cursor}"));
            paged.AddRange(page.Texts("id"));
            cursor = page.Text("nextCursor");
        }
        while (cursor is not null);
        paged.ShouldBe(whole);
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task A_profile_shows_its_conversations_timeline_and_notes(string engine)
    {
        await using var braid = await Seed.StartAsync(engine);
        var seed = await Seed.OwnersAsync(braid);
        var (_, anas, _) = await seed.AgentAsync("Ana");
        var (_, bens, _) = await seed.AgentAsync("Ben");
        var (maya, inbox) = (await seed.CustomerAsync("Maya"), await seed.InboxAsync("telegram"));
        var (one, two) = (await seed.TalkAsync(maya, inbox), await seed.TalkAsync(maya, inbox));
        await seed.SaysAsync(one, "first", seed.Now.AddMinutes(-3));
        await seed.SaysAsync(two, "second", seed.Now.AddMinutes(-2));
        await seed.SaysAsync(one, "third", seed.Now.AddMinutes(-1));
        await seed.SaysAsync(await seed.TalkAsync(await seed.CustomerAsync("Kim"), inbox), "not hers");
        await anas.SendAsync($"/conversations/{two.Id}/resolve");

        (await anas.ReadAsync($"/customers/{maya.Id}/conversations")).Texts("id").ShouldBe([one.Id.ToString(), two.Id.ToString()]);
        var newest = await anas.ReadAsync($"/customers/{maya.Id}/timeline?limit=2");
        newest.Texts("text").Concat((await anas.ReadAsync($"/customers/{maya.Id}/timeline?cursor={newest.Text("nextCursor")}")).Texts("text")).ShouldBe(["third", "second", "first"]);
        (await anas.ReadAsync($"/customers/{maya.Id}/timeline?q=SEC")).Texts("text").ShouldBe(["second"]);
        (await anas.ReadAsync($"/customers/{maya.Id}/timeline?before={Uri.EscapeDataString(seed.Now.AddMinutes(-2).ToString("O", System.Globalization.CultureInfo.InvariantCulture))}")).Texts("text").ShouldBe(["first"]);
        (await anas.ReadAsync($"/customers/{maya.Id}/timeline?q=100%25")).Items().ShouldBeEmpty();
        (await anas.ReadAsync($"/customers/{maya.Id}/timeline?channel=telegram")).Items().Count.ShouldBe(3);
        (await anas.ReadAsync($"/customers/{maya.Id}/timeline?channel=line")).Items().ShouldBeEmpty();
        var habits = await anas.ReadAsync($"/customers/{maya.Id}/habits");
        (habits.Text("channel"), habits.GetProperty("basedOn").GetInt32()).ShouldBe(("telegram", 3));
        var profile = await anas.ReadAsync($"/customers/{maya.Id}");
        (profile.GetProperty("openConversations").GetInt32(), profile.GetProperty("conversations").GetInt32(), profile.Items("identities").Count).ShouldBe((1, 2, 2));

        var note = await anas.SendAsync($"/customers/{maya.Id}/notes", new { text = "likes tea" }, HttpStatusCode.Created);
        await anas.SendAsync($"/customers/{maya.Id}/notes", new { text = " " }, HttpStatusCode.UnprocessableEntity);
        (await bens.ReadAsync($"/customers/{maya.Id}/notes")).Items().ShouldHaveSingleItem().GetProperty("author").Text("name").ShouldBe("Ana");
        await bens.SendAsync($"/customers/{maya.Id}/notes/{note.Text("id")}", null, HttpStatusCode.Forbidden, HttpMethod.Delete);
        await anas.SendAsync($"/customers/{maya.Id}/notes/{note.Text("id")}", null, HttpStatusCode.NoContent, HttpMethod.Delete);
        (await bens.ReadAsync($"/customers/{maya.Id}/notes")).Items().ShouldBeEmpty();
    }
}
