using System.Net;
using Braid.Customers;
using Braid.Platform.Data;
using Braid.Testing;

namespace Braid.Tests.Customers;

/// <summary>Own fields, tags, consent, segments, companies, and profiles that another system knows by its id.</summary>
public class ProfileTests
{
    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task A_workspace_adds_fields_and_each_value_is_checked(string engine)
    {
        await using var braid = await TestBraid.StartAsync(Engines.Parse(engine));
        (await braid.Api.PostJsonAsync("/attributes", new { key = "spent", label = "Spent", type = "number" })).Is(HttpStatusCode.Created);
        (await braid.Api.PostJsonAsync("/attributes", new { key = "size", label = "Size", type = "choice", choices = new[] { "Small", "Large" } })).Is(HttpStatusCode.Created);
        (await braid.Api.PostJsonAsync("/attributes", new { key = "spent" })).Refused(HttpStatusCode.UnprocessableEntity, "invalid");
        (await braid.Api.PostJsonAsync("/attributes", new { key = "1 x" })).Refused(HttpStatusCode.UnprocessableEntity, "invalid");
        var id = await AddAsync(braid, "Maya Tan");
        var changed = (await braid.Api.PatchJsonAsync($"/customers/{id}", new { attributes = new { spent = 12.50, size = "large" }, tags = new[] { "VIP", "Wholesale" } })).Is(HttpStatusCode.OK);
        (changed["attributes"].GetProperty("spent").GetString(), changed["attributes"].GetProperty("size").GetString()).ShouldBe(("12.5", "Large"));
        changed["tags"].EnumerateArray().Select(t => t.GetString()).ShouldBe(["vip", "wholesale"]);
        (await braid.Api.PatchJsonAsync($"/customers/{id}", new { attributes = new { size = "Huge" } })).Refused(HttpStatusCode.UnprocessableEntity, "invalid");
        (await braid.Api.PatchJsonAsync($"/customers/{id}", new { attributes = new { nothing = "x" } })).Refused(HttpStatusCode.UnprocessableEntity, "invalid");
        (await braid.Api.PatchJsonAsync($"/customers/{id}", new { tags = new[] { "vip" } })).Is(HttpStatusCode.OK)["tags"].GetArrayLength().ShouldBe(1);
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task A_segment_holds_whoever_its_rule_fits(string engine)
    {
        await using var braid = await TestBraid.StartAsync(Engines.Parse(engine));
        (await braid.Api.PostJsonAsync("/attributes", new { key = "spent", type = "number" })).Is(HttpStatusCode.Created);
        var (maya, kim, lee) = (await AddAsync(braid, "Maya Tan"), await AddAsync(braid, "Kim Park"), await AddAsync(braid, "Lee Wong"));
        await braid.Api.PatchJsonAsync($"/customers/{maya}", new { tier = "gold", company = "ACME", tags = new[] { "vip" }, attributes = new { spent = 900 } });
        await braid.Api.PatchJsonAsync($"/customers/{kim}", new { tier = "silver", company = "Acme", attributes = new { spent = 90 } });
        (await braid.Api.PostJsonAsync($"/customers/{lee}/consents", new { purpose = "Marketing", given = true, source = "ticked on the order form" })).Is(HttpStatusCode.OK);
        (await braid.Api.PostJsonAsync($"/customers/{kim}/consents", new { purpose = "marketing", given = true, source = "ticked" })).Is(HttpStatusCode.OK);
        braid.Clock.Advance(TimeSpan.FromSeconds(5));
        var ledger = (await braid.Api.PostJsonAsync($"/customers/{kim}/consents", new { purpose = "marketing", given = false, source = "wrote STOP" })).Is(HttpStatusCode.OK);
        (ledger["current"].GetArrayLength(), ledger["current"][0].GetProperty("given").GetBoolean(), ledger["ledger"].GetArrayLength()).ShouldBe((1, false, 2));

        (await NamesAsync(braid, "all", ("company", "is", "acme"), ("custom.spent", "atLeast", "100"))).ShouldBe(["Maya Tan"]);
        (await NamesAsync(braid, "any", ("tag", "is", "vip"), ("tier", "is", "silver"))).ShouldBe(["Kim Park", "Maya Tan"], ignoreOrder: true);
        (await NamesAsync(braid, "all", ("consent", "is", "marketing"))).ShouldBe(["Lee Wong"]);
        (await NamesAsync(braid, "all", ("tier", "unset", null))).ShouldBe(["Lee Wong"]);
        (await NamesAsync(braid, "all", ("name", "contains", "an"), ("tier", "isNot", "silver"))).ShouldBe(["Maya Tan"]);
        (await NamesAsync(braid, "all", ("lastSeen", "unset", null))).Count.ShouldBe(3);
        (await braid.Api.PostJsonAsync("/segments/count", Rule("all", ("shoe", "is", "42")))).Refused(HttpStatusCode.UnprocessableEntity, "invalid");
        (await braid.Api.PostJsonAsync("/segments/count", Rule("all", ("lastSeen", "within", "soon")))).Refused(HttpStatusCode.UnprocessableEntity, "invalid");

        (await braid.Api.GetJsonAsync("/companies"))["items"].EnumerateArray().Select(c => c.GetProperty("people").GetInt32()).ShouldBe([2], "whatever its capitals");
        (await braid.Api.GetJsonAsync("/customers?company=aCme"))["items"].GetArrayLength().ShouldBe(2);
        (await braid.Api.GetJsonAsync("/customers?tag=VIP"))["items"].GetArrayLength().ShouldBe(1);
    }

    /// <summary>A field that held words before, here or in another workspace, must not break a rule that compares numbers.</summary>
    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task Comparing_numbers_bears_words_in_the_same_field(string engine)
    {
        await using var braid = await TestBraid.StartAsync(Engines.Parse(engine));
        var words = (await braid.Api.PostJsonAsync("/attributes", new { key = "spent", type = "text" })).Is(HttpStatusCode.Created).Text("id");
        var (maya, kim) = (await AddAsync(braid, "Maya Tan"), await AddAsync(braid, "Kim Park"));
        (await braid.Api.PatchJsonAsync($"/customers/{kim}", new { attributes = new { spent = "a lot" } })).Is(HttpStatusCode.OK);
        await braid.WithDbAsync(async db =>
        {
            var other = new Workspace { Name = "Other" };
            db.AddRange(other, new Customer { WorkspaceId = other.Id, Attributes = "{\"spent\":\"nothing\"}", CreatedAt = braid.Clock.GetUtcNow() }, new Customer { WorkspaceId = other.Id, Attributes = "{\"spent\":\"5000\"}", CreatedAt = braid.Clock.GetUtcNow() });
            return await db.SaveChangesAsync();
        });
        (await braid.Api.DeleteJsonAsync($"/attributes/{words}")).Is(HttpStatusCode.NoContent);
        (await braid.Api.PostJsonAsync("/attributes", new { key = "spent", type = "number" })).Is(HttpStatusCode.Created);
        (await braid.Api.PatchJsonAsync($"/customers/{maya}", new { attributes = new { spent = 900 } })).Is(HttpStatusCode.OK);
        (await NamesAsync(braid, "all", ("custom.spent", "atLeast", "100"))).ShouldBe(["Maya Tan"]);
        (await NamesAsync(braid, "all", ("custom.spent", "atMost", "1000"))).ShouldBe(["Maya Tan"]);
    }

    [Theory]
    [InlineData("{\"keys\":\"maya@example.org\"}")]
    [InlineData("{\"keys\":[null]}")]
    [InlineData("{\"keys\":[{\"kind\":\"fax\",\"value\":\"1\"}]}")]
    [InlineData("[1]")]
    public async Task A_body_that_makes_no_sense_is_refused_by_name(string body)
    {
        await using var braid = await TestBraid.StartAsync(TestEngine.Sqlite);
        (await PutAsync(braid, "/customers/by/shop/1", System.Text.Json.JsonSerializer.Deserialize<System.Text.Json.JsonElement>(body))).Refused(HttpStatusCode.UnprocessableEntity, "invalid");
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task Another_system_puts_its_customer_by_its_own_id(string engine)
    {
        await using var braid = await TestBraid.StartAsync(Engines.Parse(engine));
        var maya = await AddAsync(braid, "Maya", ("email", "maya@example.org"));
        var put = (await PutAsync(braid, "/customers/by/shop/4711", new { name = "Maya Tan", keys = new[] { new { kind = "email", value = "Maya@Example.org" } }, url = "https://shop.example/4711", tags = new[] { "shop" } })).Is(HttpStatusCode.Created);
        put.Text("id").ShouldBe(maya, "the address is hers");
        (put.Text("name"), put["refs"][0].GetProperty("externalId").GetString(), put["tags"].GetArrayLength()).ShouldBe(("Maya Tan", "4711", 1));
        (await PutAsync(braid, "/customers/by/Shop/4711", new { company = "Acme" })).Is(HttpStatusCode.OK).Text("id").ShouldBe(maya);
        var made = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => PutAsync(braid, "/customers/by/shop/0815", new { name = "Kim" })));
        made.Select(m => m.Text("id")).Distinct().Count().ShouldBe(1, "eight at once are one");
        made.Count(m => m.Status == HttpStatusCode.Created).ShouldBe(1);
    }

    private static async Task<List<string>> NamesAsync(TestBraid braid, string match, params (string Field, string Is, string? Value)[] conditions)
    {
        var segment = (await braid.Api.PostJsonAsync("/segments", new { name = "s", rule = Rule(match, conditions) })).Is(HttpStatusCode.Created).Text("id");
        var names = (await braid.Api.GetJsonAsync($"/customers?segment={segment}"))["items"].EnumerateArray().Select(c => c.GetProperty("name").GetString()!).ToList();
        (await braid.Api.GetJsonAsync($"/segments/{segment}/count"))["count"].GetInt32().ShouldBe(names.Count);
        return names;
    }

    private static object Rule(string match, params (string Field, string Is, string? Value)[] conditions) => new { match, conditions = conditions.Select(c => new { field = c.Field, @is = c.Is, value = c.Value }) };

    private static async Task<string> AddAsync(TestBraid braid, string name, params (string Kind, string Value)[] keys) =>
        (await braid.Api.PostJsonAsync("/customers", new { name, keys = keys.Select(k => new { kind = k.Kind, value = k.Value }) })).Is(HttpStatusCode.Created).Text("id");

    private static Task<Answer> PutAsync(TestBraid braid, string path, object body) => braid.Api.PutJsonAsync(path, body);
}
