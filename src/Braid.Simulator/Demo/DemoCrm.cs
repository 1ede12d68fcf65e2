using System.Text.Json.Nodes;
using Braid.Simulator.Crm;
using Braid.Simulator.Http;

namespace Braid.Simulator.Demo;

/// <summary>The company's HubSpot and its shop: they know those who write, and some who never did.</summary>
internal sealed class DemoCrm(BraidApi api, SimulatedWorld world) : IAsyncDisposable
{
    private static readonly string[] Companies = ["Northway Outdoor", "Café Lumen", "Fjell & Co", "Sari Roasters", "Alpenhof"];
    private static readonly (string Title, string Price)[] Goods = [("Ember kettle 0.9 l", "49.90"), ("Tarn hand grinder", "64.00"), ("Enamel mug, moss", "14.50"), ("Spirit stove", "38.00")];
    private HubSpotCrm? crm;
    private ShopifyShop? shop;

    public async Task ConnectAsync(CancellationToken ct)
    {
        crm = await HubSpotCrm.StartAsync(world, ct);
        shop = await ShopifyShop.StartAsync(world, ct);
        Fill();
        // Their records have other ids each time the demo starts.
        foreach (var old in (await api.GetAsync("/integrations", ct)).Objects("items").ToList()) { await api.DeleteAsync("/integrations/" + old.Text("id"), ct); }
        await StartAsync("hubspot", new JsonObject { ["accessToken"] = HubSpotCrm.Token, ["clientSecret"] = HubSpotCrm.Secret, ["appId"] = HubSpotCrm.AppId, ["apiBaseUrl"] = crm.Url.AbsoluteUri }, ct);
        await StartAsync("shopify", new JsonObject { ["shop"] = "tarn-and-ember.myshopify.com", ["accessToken"] = ShopifyShop.Token, ["clientSecret"] = ShopifyShop.Secret, ["apiBaseUrl"] = shop.Url.AbsoluteUri }, ct);
    }

    public async ValueTask DisposeAsync()
    {
        if (crm is not null) { await crm.DisposeAsync(); }
        if (shop is not null) { await shop.DisposeAsync(); }
    }

    private async Task StartAsync(string kind, JsonObject settings, CancellationToken ct)
    {
        var made = await api.PostAsync("/integrations", new JsonObject { ["kind"] = kind, ["settings"] = settings }, ct);
        await api.PostAsync($"/integrations/{made.Text("id")}/start", [], ct);
    }

    private void Fill()
    {
        var people = DemoCast.History.Select(s => s.Person).Where(p => p.Email is not null || p.WhatsApp is not null).DistinctBy(p => p.Name).ToList();
        foreach (var (person, i) in people.Select((p, i) => (p, i)))
        {
            var space = person.Name.LastIndexOf(' ');
            var (first, last) = space > 0 ? (person.Name[..space], person.Name[(space + 1)..]) : (person.Name, null);
            var phone = person.WhatsApp is { } digits ? "+" + digits : null;
            var contact = crm!.Add(("firstname", first), ("lastname", last), ("email", person.Email), ("phone", phone), ("company", Companies[i % Companies.Length]), ("hs_language", person.Language));
            if (i % 3 == 0) { crm.Deals[contact.Id] = [($"Mugs for {Companies[i % Companies.Length]}", i % 2 == 0 ? "contractsent" : "closedwon", $"{240 + (i * 35)}.00")]; }
            if (i % 4 == 3) { continue; }
            var customer = shop!.Add(("firstName", first), ("lastName", last), ("email", person.Email), ("phone", phone), ("tags", i % 5 == 0 ? "wholesale" : null));
            var (goods, more) = (Goods[i % Goods.Length], Goods[(i + 1) % Goods.Length]);
            shop.Orders[customer.Id] =
            [
                new($"#{2104 + i}", goods.Price, "PAID", i % 2 == 0 ? "FULFILLED" : "UNFULFILLED", [(goods.Title, 1)], i % 2 == 0 ? $"RM{83310 + i}GB" : null),
                .. i % 3 == 1 ? new[] { new ShopOrder($"#{1720 + i}", more.Price, "REFUNDED", "FULFILLED", [(more.Title, 1)]) } : [],
            ];
        }

        for (var i = 0; i < 12; i++) { crm!.Add(("firstname", "Prospect"), ("lastname", $"Nr{i + 1}"), ("email", $"prospect{i + 1}@outdoor.example"), ("company", Companies[i % Companies.Length])); }
    }
}
