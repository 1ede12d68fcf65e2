using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Braid.Integrations;
using Braid.Simulator.Crm;
using Braid.Testing;
using static Braid.Tests.Integrations.CrmStory;

namespace Braid.Tests.Integrations;

/// <summary>Each vendor's own ways: signing in, pages, removals, notes, what stands beside a conversation.</summary>
public class VendorTests
{
    [Fact]
    public async Task Salesforce_is_asked_by_key_signs_in_again_when_its_session_ends_and_makes_no_doubles()
    {
        await using var story = await CrmStory.StartAsync("Sqlite");
        await using var org = await SalesforceOrg.StartAsync(story.World);
        var maya = await story.CustomerAsync("Maya Tan", "o'maya@example.org");
        var contact = org.Add(("LastName", "Tan"), ("Email", "o'maya@example.org"), ("Account.Name", "Acme"));
        for (var i = 0; i < 230; i++) { org.Add(("LastName", $"L{i}"), ("Email", $"p{i}@example.org")); }
        var settings = new { domainUrl = org.Url.AbsoluteUri, signIn = "clientCredentials", consumerKey = SalesforceOrg.ConsumerKey, consumerSecret = SalesforceOrg.ConsumerSecret, externalIdField = "Braid_Id__c" };
        (await story.ConnectAsync("salesforce", settings)).Text("account").ShouldBe("Tarn & Ember");
        var fields = (await story.Braid.Api.GetJsonAsync($"/integrations/{story.Integration}/fields"))["theirs"].EnumerateArray().Select(f => f.GetProperty("name").GetString());
        fields.ShouldContain("Tier__c");
        await story.StartSyncAsync();
        await story.SyncAsync(200);
        var state = await story.StateAsync();
        (state["first"].GetProperty("state").GetString(), state["linked"].GetInt32(), org.Sessions).ShouldBe(("done", 231, 1), state.Raw);
        (await story.ReadAsync(maya)).Text("company").ShouldBe("Acme");
        org.EndSession();
        await story.ChangeAsync(maya, new { name = "Maya Lim" });
        await story.SyncAsync();
        (org.Get(contact.Id)["LastName"], org.Sessions).ShouldBe(("Lim", 2));
        await story.CustomerAsync("Madonna", "m@example.org");
        await story.SyncAsync();
        var made = org.Records.Single(r => r["Email"] == "m@example.org");
        (made["LastName"], made["Braid_Id__c"]).ShouldBe(("Madonna", await story.FindAsync("Madonna")), "a name of one word goes where one is needed");
        org.Remove(contact.Id);
        await story.LaterAsync(3);
        (await story.Braid.Api.GetJsonAsync($"/customers/{maya}/records"))["items"][0].GetProperty("state").GetString().ShouldBe("gone");
        story.World.Faults.Next(Simulator.SimulatedProvider.Salesforce, "query", new Simulator.Fault.TooManyRequests());
        await story.LaterAsync(3);
        (await story.StateAsync()).Text("trouble").ShouldContain("daily");
    }

    [Fact]
    public async Task Zendesk_users_are_profiles_and_a_resolved_conversation_is_one_ticket()
    {
        await using var story = await CrmStory.StartAsync("Sqlite");
        await using var desk = await ZendeskDesk.StartAsync(story.World);
        var user = desk.Add(("name", "Maya Tan"), ("email", "maya@example.org"), ("tags", "vip;early"), ("user_fields.plan", "pro"));
        story.Braid.Clock.Advance(TimeSpan.FromMinutes(5));
        var settings = new { subdomain = "tarn", email = ZendeskDesk.Email, token = ZendeskDesk.Token, signingSecret = ZendeskDesk.Secret, apiBaseUrl = desk.Url.AbsoluteUri };
        (await story.ConnectAsync("zendesk", settings)).Text("account").ShouldBe("tarn (Admin)");
        await story.StartSyncAsync();
        var maya = await story.FindAsync("Maya");
        (await story.ReadAsync(maya))["tags"].EnumerateArray().Select(t => t.GetString()).ShouldBe(["early", "vip"]);
        desk.Edit(user.Id, ("name", "Maya Tan-Lim"));
        (await desk.TellAsync(story.Hook, "user.name_changed", user.Id)).ShouldBe(200);
        await story.SyncAsync();
        (await story.ReadAsync(maya)).Text("name").ShouldBe("Maya Tan-Lim");
        await story.CustomerAsync("Omar", "omar@example.org");
        await story.SyncAsync();
        desk.Records.Count.ShouldBe(2);
        var panel = (await story.Braid.Api.GetJsonAsync($"/customers/{maya}/records/{await RecordAsync(story, maya)}")).Is(HttpStatusCode.OK);
        panel["problem"].ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null, panel.Raw);
        desk.Remove(user.Id);
        await story.LaterAsync(13);
        (await story.Braid.Api.GetJsonAsync($"/customers/{maya}/records"))["items"][0].GetProperty("state").GetString().ShouldBe("gone");
    }

    [Fact]
    public async Task Shopify_shows_orders_is_never_written_and_is_missed_by_nobody_when_it_is_away()
    {
        await using var story = await CrmStory.StartAsync("Sqlite");
        await using var shop = await ShopifyShop.StartAsync(story.World);
        var customer = shop.Add(("firstName", "Maya"), ("lastName", "Tan"), ("email", "maya@example.org"), ("tags", "wholesale"));
        shop.Orders[customer.Id] = [new("#1002", "49.90", "PAID", "FULFILLED", [("Kettle", 1)], "RM123")];
        await story.ConnectAsync("shopify", new { shop = "tarn.myshopify.com", accessToken = ShopifyShop.Token, clientSecret = ShopifyShop.Secret, apiBaseUrl = shop.Url.AbsoluteUri });
        await story.StartSyncAsync();
        var maya = await story.FindAsync("Maya Tan");
        var record = await RecordAsync(story, maya);
        var order = (await story.Braid.Api.GetJsonAsync($"/customers/{maya}/records/{record}")).Is(HttpStatusCode.OK)["items"][0];
        (order.GetProperty("kind").GetString(), order.GetProperty("title").GetString(), order.GetProperty("amount").GetString(), order.GetProperty("status").GetString()).ShouldBe(("order", "#1002", "49.90 GBP", "paid, fulfilled"));
        order.GetProperty("lines").EnumerateArray().Select(l => l.GetString()).ShouldBe(["1 × Kettle", "Royal Mail RM123"]);
        story.Braid.Clock.Advance(TimeSpan.FromMinutes(2));
        using (story.World.Faults.Outage(Simulator.SimulatedProvider.Shopify))
        {
            var away = (await story.Braid.Api.GetJsonAsync($"/customers/{maya}/records/{record}")).Is(HttpStatusCode.OK);
            (away["items"].GetArrayLength(), away["problem"].GetString()!.StartsWith("It can't be reached", StringComparison.Ordinal)).ShouldBe((0, true));
        }

        await story.ChangeAsync(maya, new { name = "Other" });
        await story.SyncAsync();
        shop.Get(customer.Id)["firstName"].ShouldBe("Maya");
        story.World.Faults.Next(Simulator.SimulatedProvider.Shopify, null, new Simulator.Fault.TooManyRequests());
        shop.Edit(customer.Id, ("tags", "wholesale;vip"));
        (await shop.TellAsync(story.Hook, "customers/update", new JsonObject { ["id"] = long.Parse(customer.Id, System.Globalization.CultureInfo.InvariantCulture) })).ShouldBe(200);
        await story.SyncAsync();
        (await story.ReadAsync(maya))["tags"].EnumerateArray().Select(t => t.GetString()).ShouldContain("vip");
    }

    [Fact]
    public async Task Stripe_tells_of_changes_by_its_events_and_its_amounts_are_right_in_every_currency()
    {
        await using var story = await CrmStory.StartAsync("Sqlite");
        await using var account = await StripeAccount.StartAsync(story.World);
        var customer = account.Add(("name", "Maya Tan"), ("email", "maya@example.org"));
        account.Subscriptions[customer.Id] = [("Tea club", "active", 1290, "gbp"), ("Tokyo", "canceled", 1500, "jpy"), ("Kuwait", "active", 12345, "kwd")];
        (await story.ConnectAsync("stripe", new { apiKey = StripeAccount.Key, webhookSecret = StripeAccount.Secret, apiBaseUrl = account.Url.AbsoluteUri })).Text("account").ShouldBe("Stripe (test mode)");
        await story.StartSyncAsync();
        var maya = await story.FindAsync("Maya");
        var items = (await story.Braid.Api.GetJsonAsync($"/customers/{maya}/records/{await RecordAsync(story, maya)}"))["items"].EnumerateArray().Select(i => (i.GetProperty("title").GetString(), i.GetProperty("amount").GetString()));
        items.ShouldBe([("Tea club", "12.90 GBP"), ("Tokyo", "1500 JPY"), ("Kuwait", "12.345 KWD")]);
        account.Edit(customer.Id, ("phone", "+442079460123"));
        await story.LaterAsync();
        (await story.ReadAsync(maya))["keys"].EnumerateArray().Select(k => k.GetProperty("value").GetString()).ShouldContain("+442079460123", "no webhook came: its list of events was asked");
        account.Remove(customer.Id);
        (await account.TellAsync(story.Hook, "customer.deleted", customer.Id)).ShouldBe(200);
        await story.SyncAsync();
        (await story.Braid.Api.GetJsonAsync($"/customers/{maya}/records"))["items"][0].GetProperty("state").GetString().ShouldBe("gone");
    }

    [Fact]
    public async Task Any_system_with_a_json_api_is_connected_without_code()
    {
        await using var story = await CrmStory.StartAsync("Sqlite");
        await using var crm = await OwnCrm.StartAsync(story.World);
        for (var i = 0; i < 25; i++) { crm.Add(("name.full", $"Person {i}"), ("contact.email", $"p{i}@example.org")); }
        var settings = new
        {
            baseUrl = crm.Url.AbsoluteUri, signIn = "header", user = "X-Api-Key", secret = OwnCrm.Key, listPath = "/people?after={cursor}&since={since}", listAt = "data", nextAt = "next", readPath = "/people/{id}", findPath = "/people?email={email}",
            createCall = "POST /people", updateCall = "PUT /people/{id}", noteCall = "POST /people/{id}/notes", recordAt = "data", emailAt = "contact.email", pageUrl = "https://crm.example.org/p/{id}", hookSecret = "shh",
        };
        await story.ConnectAsync("rest", settings, new { rules = new object[] { new { ours = "name", theirs = "name.full" }, new { ours = "email", theirs = "contact.email" } } });
        await story.StartSyncAsync();
        await story.SyncAsync(20);
        (await story.StateAsync())["linked"].GetInt32().ShouldBe(25);
        var id = await story.FindAsync("Person 7");
        await story.ChangeAsync(id, new { name = "Seven" });
        await story.CustomerAsync("Omar", "omar@example.org");
        await story.SyncAsync(6);
        crm.Records.Select(r => r["name.full"]).ShouldContain("Seven");
        crm.Records.Single(r => r["contact.email"] == "omar@example.org")["name.full"].ShouldBe("Omar");
        crm.Edit(crm.Records[0].Id, ("name.full", "Zero"));
        var body = System.Text.Encoding.UTF8.GetBytes($$"""{"id":"{{crm.Records[0].Id}}"}""");
        using var client = story.Braid.Client(null);
        using var hook = new HttpRequestMessage(HttpMethod.Post, story.Hook) { Content = new ByteArrayContent(body) };
        hook.Headers.Add("X-Signature", Convert.ToHexStringLower(HMACSHA256.HashData("shh"u8, body)));
        (await client.SendAsync(hook)).StatusCode.ShouldBe(HttpStatusCode.OK);
        await story.SyncAsync();
        (await story.FindAsync("Zero")).ShouldNotBeNull();
        (await story.Braid.Api.PostJsonAsync("/integrations", new { kind = "rest", settings = new { baseUrl = "nonsense", listPath = "people" } })).Refused(HttpStatusCode.UnprocessableEntity, "invalid");
    }

    private static async Task<string> RecordAsync(CrmStory story, string customer) => (await story.Braid.Api.GetJsonAsync($"/customers/{customer}/records"))["items"][0].GetProperty("id").GetString()!;
}
