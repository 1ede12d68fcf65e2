using System.Text.Json.Nodes;
using Braid.Simulator.Http;

namespace Braid.Simulator.Demo;

/// <summary>Teams, skills and rules of the fictional company, and colleagues whose screens stay open.</summary>
internal sealed class DemoRouting(BraidApi owner, DemoTeam team, TimeProvider time)
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(30);
    private static readonly (string Key, string Team, string[] Skills, double Capacity)[] Desks =
    [
        ("maya", "Service", ["English", "German"], 4), ("tomas", "Service", ["English", "Spanish"], 6), ("priya", "Service", ["English", "Arabic"], 6), ("jonas", "Orders", ["English", "German"], 5),
    ];

    public async Task SetUpAsync(CancellationToken ct)
    {
        if ((await owner.GetAsync("/routing", ct))["live"] is JsonObject) { return; }
        var skills = new Dictionary<string, string>();
        foreach (var (name, code) in new[] { ("English", "en"), ("German", "de"), ("Spanish", "es"), ("Arabic", "ar") })
        {
            skills[name] = (await owner.PostAsync("/skills", new JsonObject { ["name"] = name, ["kind"] = "language", ["code"] = code }, ct)).Text("id")!;
        }

        var teams = new Dictionary<string, string>();
        foreach (var (name, about) in new[] { ("Service", "Questions, repairs and everything else"), ("Orders", "Deliveries, returns and invoices") })
        {
            teams[name] = (await owner.PostAsync("/teams", new JsonObject { ["name"] = name, ["description"] = about }, ct)).Text("id")!;
        }

        var hours = new JsonArray([.. Enumerable.Range(1, 7).Select(d => new JsonObject { ["day"] = d, ["from"] = "07:00", ["to"] = "22:00" })]);
        await owner.PostAsync("/calendars", new JsonObject { ["name"] = "Shop hours", ["timeZone"] = "Europe/Berlin", ["hours"] = hours }, ct);
        foreach (var (key, of, can, capacity) in Desks)
        {
            await owner.PatchAsync($"/agents/{team.Id(key)}/work", new JsonObject
            {
                ["capacity"] = capacity, ["teamIds"] = new JsonArray(teams[of]), ["skills"] = new JsonArray([.. can.Select((s, i) => new JsonObject { ["skillId"] = skills[s], ["level"] = 5 - i })]),
            }, ct);
        }

        await BeatAsync(ct);
        await owner.PutAsync("/routing/draft", Plan(teams), ct);
        await owner.PostAsync("/routing/publish", new JsonObject { ["note"] = "How we begin" }, ct);
    }

    /// <summary>They look at their screens, one of them less than the others.</summary>
    public async Task GoOnAsync(CancellationToken ct)
    {
        while (true)
        {
            await Task.Delay(Beat, time, ct);
            try { await BeatAsync(ct); }
            catch (Exception e) when (DemoRunner.IsTrouble(e)) { /* The next one says the same. */ }
        }
    }

    private async Task BeatAsync(CancellationToken ct)
    {
        foreach (var (key, _, _, _) in Desks)
        {
            await team.Api(key).PutAsync($"/agents/{team.Id(key)}/status", new JsonObject { ["status"] = key == "jonas" ? "busy" : "automatic" }, ct);
        }
    }

    private static JsonObject Plan(Dictionary<string, string> teams)
    {
        static JsonObject When(string field, string @is, params string[] values) => new() { ["field"] = field, ["is"] = @is, ["values"] = new JsonArray([.. values.Select(v => (JsonNode)v)]) };
        static JsonObject Rule(string id, string name, JsonObject[] when, JsonObject then) => new() { ["id"] = id, ["name"] = name, ["on"] = true, ["match"] = "all", ["when"] = new JsonArray([.. when]), ["then"] = then };
        return new JsonObject
        {
            ["offerSeconds"] = 0,
            ["queryTypes"] = new JsonArray(
                new JsonObject { ["name"] = "Order or return", ["words"] = new JsonArray("order", "delivery", "return", "refund", "invoice", "factura", "pedido", "bestellung", "rechnung", "lieferung") },
                new JsonObject { ["name"] = "Repair", ["words"] = new JsonArray("broken", "repair", "spare", "kaputt", "whistle", "pfeift", "leak") }),
            ["rules"] = new JsonArray(
                Rule("angry", "Urgent or angry", [When("sentiment", "is", "negative")], new JsonObject { ["teamId"] = teams["Service"], ["priority"] = "urgent", ["speaksLanguage"] = true, ["dropRequiredAfter"] = 60 }),
                Rule("orders", "Orders and returns", [When("queryType", "is", "Order or return")],
                    new JsonObject { ["teamId"] = teams["Orders"], ["speaksLanguage"] = true, ["dropRequiredAfter"] = 90, ["overflowTeamId"] = teams["Service"], ["overflowAfterSeconds"] = 120 }),
                Rule("repairs", "Repairs go to who knows the customer", [When("queryType", "is", "Repair")], new JsonObject { ["teamId"] = teams["Service"], ["speaksLanguage"] = true, ["dropRequiredAfter"] = 90, ["stickyWaitSeconds"] = 60 })),
            ["otherwise"] = new JsonObject { ["teamId"] = teams["Service"], ["speaksLanguage"] = true, ["dropRequiredAfter"] = 90, ["anyoneAfter"] = 300 },
        };
    }
}
