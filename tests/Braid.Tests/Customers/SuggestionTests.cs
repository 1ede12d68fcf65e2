using System.Net;
using Braid.Channels;
using Braid.Customers;
using Braid.Inboxes;
using Braid.Platform.Data;
using Braid.Platform.Jobs;
using Braid.Tests.Ingest;
using Braid.Tests.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Braid.Tests.Customers;

/// <summary>Who is one person by proof, and who may be: nobody is attached to somebody else's profile by what they claim.</summary>
public class SuggestionTests
{
    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task Who_proves_a_key_that_another_profile_holds_is_linked_and_once_undone_stays_apart(string engine)
    {
        await using var spine = await Spine.StartOwnedAsync(engine);
        using var news = new Awaited(spine.Braid, spine.Workspace);
        var (mail, chat) = (await spine.ConnectAsync("mail"), await spine.ConnectAsync("chat"));
        await spine.WritesAsync(mail, From("m1", "maya@example.org", "Maya Tan", Proven("maya@example.org")));
        await spine.WritesAsync(chat, From("c1", "visitor", "Maya"));
        (await spine.CustomersAsync()).Count.ShouldBe(2);

        await spine.WritesAsync(chat, From("c2", "visitor", "Maya", Proven("maya@example.org")));
        await news.UntilAsync(async () => (await spine.CustomersAsync()).Select(c => c.PersonId).Distinct().Count() == 1);
        var link = await spine.Braid.WithDbAsync(db => db.Set<CustomerLink>().SingleAsync());
        (link.MadeBy, link.Reason).ShouldBe((null, "maya@example.org is proven on both"));

        var person = (await spine.CustomersAsync())[0].Id;
        (await spine.Braid.Api.PostJsonAsync($"/customers/{person}/merges/{link.Id}/undo")).Is(HttpStatusCode.OK);
        await spine.WritesAsync(chat, From("c3", "visitor", "Maya", Proven("maya@example.org")));
        await IdleAsync(spine);
        (await spine.CustomersAsync()).ShouldAllBe(c => c.PersonId == c.Id, "what people undid is not done again");
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task A_family_that_shares_a_phone_is_two_people_and_agents_are_asked(string engine)
    {
        await using var spine = await Spine.StartOwnedAsync(engine);
        using var news = new Awaited(spine.Braid, spine.Workspace);
        var (one, other) = (await spine.ConnectAsync("whatsapp"), await spine.ConnectAsync("telegram"));
        var phone = new ContactKey(KeyKind.Phone, "+6581234455", "inbound");
        await spine.WritesAsync(one, From("w1", "6581234455", "Ana Lima", phone));
        await spine.WritesAsync(other, From("t1", "tg-1", "Bruno Costa", phone));
        (await spine.CustomersAsync()).Count.ShouldBe(2, "another name is another profile");
        await news.UntilAsync(async () => (await OpenAsync(spine)).Count == 1);

        var asked = (await OpenAsync(spine))[0];
        asked.GetProperty("reasons").EnumerateArray().Select(r => r.GetProperty("kind").GetString()).ShouldBe(["provenBoth", "namesApart"]);
        (await spine.Braid.Api.PostJsonAsync($"/suggestions/{asked.GetProperty("id").GetString()}/reject")).Is(HttpStatusCode.NoContent);
        await spine.WritesAsync(other, From("t2", "tg-1", "Bruno Costa", phone));
        await spine.Braid.Api.PatchJsonAsync($"/customers/{(await spine.CustomersAsync())[1].Id}", new { name = "Bruno C." });
        await IdleAsync(spine);
        (await OpenAsync(spine)).ShouldBeEmpty("what was rejected is remembered");
        (await spine.Braid.Api.PostJsonAsync($"/suggestions/{asked.GetProperty("id").GetString()}/accept")).Refused(HttpStatusCode.Conflict, "conflict");
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task What_somebody_states_is_suggested_accepted_and_can_be_undone(string engine)
    {
        await using var spine = await Spine.StartOwnedAsync(engine);
        using var news = new Awaited(spine.Braid, spine.Workspace);
        var (mail, chat) = (await spine.ConnectAsync("mail"), await spine.ConnectAsync("chat"));
        await spine.WritesAsync(mail, From("m1", "maya@example.org", "Maya Tan", Proven("maya@example.org")));
        await spine.WritesAsync(chat, From("c1", "v1", "Maya Tan", new ContactKey(KeyKind.Email, "maya@example.org", null)), From("c2", "v2", "Eve Black", new ContactKey(KeyKind.Email, "maya@example.org", null)));
        await news.UntilAsync(async () => (await OpenAsync(spine)).Count > 0);
        await IdleAsync(spine);
        var asked = (await OpenAsync(spine)).ShouldHaveSingleItem("a claim under another name is no suggestion");
        (asked.GetProperty("left").GetProperty("name").GetString(), asked.GetProperty("right").GetProperty("name").GetString()).ShouldBe(("Maya Tan", "Maya Tan"));
        (await spine.Braid.Api.GetJsonAsync("/suggestions/count")).Is(HttpStatusCode.OK)["open"].GetInt32().ShouldBe(1);

        var answer = (await spine.Braid.Api.PostJsonAsync("/suggestions/decide", new { ids = new[] { asked.GetProperty("id").GetString(), Guid.NewGuid().ToString() }, decision = "accept" })).Is(HttpStatusCode.OK);
        (answer["decided"].GetInt32(), answer["failed"][0].GetProperty("code").GetString()).ShouldBe((1, "not_found"));
        (await spine.CustomersAsync()).Select(c => c.PersonId).Distinct().Count().ShouldBe(2);
        var accepted = (await spine.Braid.Api.GetJsonAsync("/suggestions?state=accepted")).Is(HttpStatusCode.OK)["items"][0];
        var person = accepted.GetProperty("left").GetProperty("id").GetString();
        (await spine.Braid.Api.PostJsonAsync($"/customers/{person}/merges/{accepted.GetProperty("link").GetString()}/undo")).Is(HttpStatusCode.OK);
        (await spine.CustomersAsync()).ShouldAllBe(c => c.PersonId == c.Id);
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task A_key_marked_as_shared_matches_nobody_any_more(string engine)
    {
        await using var spine = await Spine.StartOwnedAsync(engine);
        var (one, other) = (await spine.ConnectAsync("sms"), await spine.ConnectAsync("whatsapp"));
        var phone = new ContactKey(KeyKind.Phone, "+6581234455", "inbound");
        await spine.WritesAsync(one, From("s1", "6581234455", null, phone));
        var first = (await spine.CustomersAsync())[0].Id;
        var key = (await spine.Braid.Api.GetJsonAsync($"/customers/{first}"))["keys"][0].GetProperty("id").GetString();
        (await spine.Braid.Api.PatchJsonAsync($"/customers/{first}/keys/{key}", new { shared = true })).Is(HttpStatusCode.OK)["keys"][0].GetProperty("shared").GetBoolean().ShouldBeTrue();
        await spine.WritesAsync(other, From("w1", "6581234455", null, phone));
        await spine.WritesAsync(one, From("s2", "6581234455", null, phone));
        await IdleAsync(spine);
        (await spine.CustomersAsync()).Count.ShouldBe(2);
        (await spine.CustomersAsync()).ShouldAllBe(c => c.PersonId == c.Id);
        (await spine.Braid.WithDbAsync(db => db.Set<CustomerKey>().CountAsync(k => k.Proven))).ShouldBe(0);
    }

    /// <summary>On every channel at once, from two nodes: whoever is first makes the profile, the others find it.</summary>
    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task Thirty_two_first_messages_at_once_from_two_nodes_are_one_person(string engine)
    {
        await using var spine = await Spine.StartOwnedAsync(engine);
        await using var beside = await Spine.StartAsync(engine, spine);
        var inboxes = new List<ConnectedInbox>();
        for (var i = 0; i < 8; i++) { inboxes.Add(await spine.ConnectAsync($"i{i}")); }
        var phone = new ContactKey(KeyKind.Phone, "+6581234455", "inbound");
        await Task.WhenAll(Enumerable.Range(0, 32).Select(i => (i % 2 == 0 ? spine : beside).WritesAsync(inboxes[i / 4], From($"m{i}", $"handle-{i / 4}-{i % 4 / 2}", "Maya Tan", phone))));
        var customers = await spine.CustomersAsync();
        customers.Select(c => c.PersonId).Distinct().Count().ShouldBe(1, $"{customers.Count} profiles");
        (await spine.MessagesAsync()).Count.ShouldBe(32);
    }

    private static ContactKey Proven(string email) => new(KeyKind.Email, email, "dmarc=pass");

    private static InboundEvent From(string id, string who, string? name, params ContactKey[] keys)
    {
        var e = Spine.Says(id, $"{who} says {id}", who);
        return e with { Sender = e.Sender! with { Name = name, Keys = keys } };
    }

    private static async Task<List<System.Text.Json.JsonElement>> OpenAsync(Spine spine) => [.. (await spine.Braid.Api.GetJsonAsync("/suggestions"))["items"].EnumerateArray()];

    /// <summary>All that was to be weighed was weighed, by the server's own pump or by ours.</summary>
    private static async Task IdleAsync(Spine spine)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        do { await spine.Braid.Services.GetRequiredService<JobRunner>().DrainAsync(limit.Token); }
        while (await spine.Braid.WithDbAsync(db => db.Set<Job>().AnyAsync(j => j.Kind == WeighPersons.KindName)));
    }
}
