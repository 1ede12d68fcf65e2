using System.Net;
using Braid.Channels;
using Braid.Customers;
using Braid.Ingest;
using Braid.Platform.Jobs;
using Braid.Testing;
using Braid.Tests.Ingest;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Braid.Tests.Customers;

/// <summary>Tiers by rule, profiles in bulk, and numbers typed without their country.</summary>
public class TierTests
{
    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task The_first_segment_that_gives_a_tier_gives_it_and_takes_it_back(string engine)
    {
        await using var braid = await TestBraid.StartAsync(Engines.Parse(engine), settings: ("Braid:Roles", "web"));
        (await braid.Api.PostJsonAsync("/attributes", new { key = "spent", label = "Spent", type = "number" })).Is(HttpStatusCode.Created);
        string Many(int i) => $"c{i}";
        var items = Enumerable.Range(0, 5).Select(i => new { externalId = Many(i), name = $"Customer {i}", attributes = new { spent = i * 100 } }).ToArray();
        (await braid.Api.PostJsonAsync("/customers/bulk", new { system = "shop", items })).Is(HttpStatusCode.OK)["items"].EnumerateArray().ShouldAllBe(i => i.GetProperty("made").GetBoolean());
        var gold = (await braid.Api.PostJsonAsync("/segments", new { name = "Gold", tier = "gold", rule = new { match = "all", conditions = new[] { new { field = "custom.spent", @is = "atLeast", value = "300" } } } })).Is(HttpStatusCode.Created);
        braid.Clock.Advance(TimeSpan.FromSeconds(1));
        (await braid.Api.PostJsonAsync("/segments", new { name = "Silver", tier = "silver", rule = new { match = "all", conditions = new[] { new { field = "custom.spent", @is = "atLeast", value = "200" } } } })).Is(HttpStatusCode.Created);
        await DrainAsync(braid);
        (await TiersAsync(braid)).ShouldBe("-,-,silver,gold,gold");
        // What an agent says is shown before the rule; who leaves the segment leaves its tier.
        var two = (await braid.Api.GetJsonAsync("/customers?q=customer%202"))["items"][0].GetProperty("id").GetString();
        using (var agent = await braid.SignedInAsync()) { (await agent.PatchJsonAsync($"/customers/{two}", new { tier = "vip" })).Is(HttpStatusCode.OK); }
        (await braid.Api.PutJsonAsync("/customers/by/shop/c4", new { attributes = new { spent = 10 } })).Is(HttpStatusCode.OK);
        (await braid.Api.PatchJsonAsync($"/segments/{gold.Text("id")}", new { name = "Gold!" })).Is(HttpStatusCode.OK);
        await DrainAsync(braid);
        (await TiersAsync(braid)).ShouldBe("-,-,vip,gold,-");
        (await braid.Api.DeleteJsonAsync($"/segments/{gold.Text("id")}")).Is(HttpStatusCode.NoContent);
        await DrainAsync(braid);
        (await TiersAsync(braid)).ShouldBe("-,-,vip,silver,-");
        (await braid.Api.PostJsonAsync("/segments", new { name = "Odd", tier = "x", rule = new { match = "all", conditions = new[] { new { field = "tier", @is = "is", value = "gold" } } } })).Refused(HttpStatusCode.UnprocessableEntity, "invalid");
    }

    [Fact]
    public async Task In_bulk_each_profile_is_done_or_refused_alone()
    {
        await using var braid = await TestBraid.StartAsync(TestEngine.Sqlite);
        var answer = (await braid.Api.PostJsonAsync("/customers/bulk", new
        {
            system = "shop",
            items = new object[]
            {
                new { externalId = "1", name = "Maya", keys = new[] { new { kind = "email", value = "maya@example.org" } } },
                new { externalId = "2", language = "not a language!" },
                new { name = "No id" },
                new { externalId = "1", company = "Acme" },
                17,
            },
        })).Is(HttpStatusCode.OK)["items"].EnumerateArray().ToList();
        answer.Select(a => (a.GetProperty("made").GetBoolean(), a.GetProperty("code").GetString())).ShouldBe([(true, null), (false, "invalid"), (false, "invalid"), (false, null), (false, "invalid")]);
        answer[3].GetProperty("customerId").GetString().ShouldBe(answer[0].GetProperty("customerId").GetString());
        (await braid.Api.GetJsonAsync("/customers"))["items"].GetArrayLength().ShouldBe(1, "what was refused left nothing");
        (await braid.Api.PostJsonAsync("/customers/bulk", new { system = "shop", items = Array.Empty<object>() })).Refused(HttpStatusCode.UnprocessableEntity, "invalid");
    }

    [Theory]
    [InlineData("SG", "81234455", "+6581234455")]
    [InlineData("DE", "030901820", "+4930901820")]
    [InlineData(null, "81234455", null)]
    public async Task A_number_typed_without_its_country_is_one_of_the_inboxs(string? region, string typed, string? expected)
    {
        await using var spine = await Spine.StartAsync("sqlite");
        var e = Spine.Says("m1", "Call me", "kim");
        e = e with { Sender = e.Sender! with { Keys = [new ContactKey(KeyKind.Phone, typed, null)] } };
        new Received(spine.Inbox() with { Region = region }, e, null!, 0).Event.Sender!.Keys.Select(k => k.Value).ShouldBe(expected is null ? [] : [expected]);
    }

    private static Task<int> DrainAsync(TestBraid braid) => braid.Services.GetRequiredService<JobRunner>().DrainAsync(CancellationToken.None);

    private static async Task<string> TiersAsync(TestBraid braid) =>
        string.Join(',', (await braid.WithDbAsync(db => db.Set<Customer>().OrderBy(c => c.NameFolded).Select(c => c.Tier).ToListAsync())).Select(t => t ?? "-"));
}
