using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Braid.Simulator.Http;
using Microsoft.AspNetCore.Http;

namespace Braid.Simulator.Crm;

/// <summary>Customers of a Stripe account, their subscriptions and invoices, and the list of events.</summary>
public sealed class StripeAccount : CrmServer
{
    public const string Key = "rk_test_demo";
    public const string Secret = "whsec_demo_secret";

    private StripeAccount(SimulatedWorld world) : base(world, SimulatedProvider.Stripe)
    {
    }

    /// <summary>By customer: plan, status, amount in the smallest unit, currency.</summary>
    public Dictionary<string, List<(string Plan, string Status, long Amount, string Currency)>> Subscriptions { get; } = [];

    public static async Task<StripeAccount> StartAsync(SimulatedWorld world, CancellationToken ct = default)
    {
        var account = new StripeAccount(world);
        await account.OpenAsync(ct);
        return account;
    }

    public Task<int> TellAsync(Uri hook, string type, string customer)
    {
        var body = Encoding.UTF8.GetBytes(Event(type, customer).ToJsonString());
        var time = World.Time.GetUtcNow().ToUnixTimeSeconds();
        var signed = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), (byte[])[.. Encoding.UTF8.GetBytes($"{time}."), .. body]));
        return PostAsync(hook, body, [("Stripe-Signature", $"t={time},v1={signed},v0=00")]);
    }

    private protected override string NewId() => "cus_demo" + base.NewId();

    private protected override (string Method, Func<Answer> Act) Route(HttpRequest request, string path, string body)
    {
        if (request.Headers.Authorization != "Bearer " + Key) { return ("auth", () => Error(401, "invalid_request_error", "Invalid API Key provided")); }
        var query = request.Query;
        return (request.Method, path.Replace("/v1/", "", StringComparison.Ordinal).Split('/')) switch
        {
            ("GET", ["customers"]) => ("list", () => List(All.Where(r => !r.Removed && (query["email"].Count == 0 || r["email"] == query["email"])).OrderByDescending(r => r.CreatedAt).Select(Shown), query)),
            ("GET", ["customers", "search"]) => ("search", () => List(All.Where(r => !r.Removed && query["query"] == $"phone:'{r["phone"]}'").Select(Shown), query)),
            ("GET", ["customers", var id]) => ("read", () => All.Find(r => r.Id == id) switch { null => Error(404, "invalid_request_error", "No such customer"), { Removed: true } => new(200, new JsonObject { ["id"] = id, ["object"] = "customer", ["deleted"] = true }), var one => new(200, Shown(one)) }),
            ("GET", ["subscriptions"]) => ("subscriptions", () => List((Subscriptions.GetValueOrDefault(query["customer"].ToString()) ?? []).Select((s, i) => new JsonObject
            {
                ["id"] = $"sub_{i}", ["status"] = s.Status, ["created"] = World.Time.GetUtcNow().ToUnixTimeSeconds(),
                ["items"] = new JsonObject { ["data"] = new JsonArray(new JsonObject { ["price"] = new JsonObject { ["id"] = $"price_{i}", ["nickname"] = s.Plan, ["unit_amount"] = s.Amount, ["currency"] = s.Currency } }) },
            }), query)),
            ("GET", ["invoices"]) => ("invoices", () => List([], query)),
            ("GET", ["events"]) => ("events", () => List(All.Where(r => r.ModifiedAt.ToUnixTimeSeconds() >= long.Parse(query["created[gte]"].ToString(), CultureInfo.InvariantCulture)).OrderByDescending(r => r.ModifiedAt).Select(r => Event(r.Removed ? "customer.deleted" : "customer.updated", r.Id)), query)),
            _ => ("unknown", () => Error(404, "invalid_request_error", "Unrecognized request URL")),
        };
    }

    private protected override Answer? Refuse(Fault fault) => fault switch
    {
        Fault.TooManyRequests { RetryAfterSeconds: var wait } => Error(429, "rate_limit_error", "Too many requests") with { RetryAfter = wait },
        Fault.ServerError { Status: var status } => Error(status, "api_error", "Something went wrong"),
        _ => null,
    };

    private static JsonObject Event(string type, string customer) => new() { ["id"] = $"evt_{customer}_{type}", ["object"] = "event", ["type"] = type, ["created"] = 1, ["data"] = new JsonObject { ["object"] = new JsonObject { ["id"] = customer, ["object"] = "customer" } } };

    private static JsonObject Shown(CrmRecord r) => new()
    {
        ["id"] = r.Id, ["object"] = "customer", ["name"] = r["name"], ["email"] = r["email"], ["phone"] = r["phone"], ["description"] = r["description"], ["currency"] = "gbp", ["delinquent"] = false, ["created"] = r.CreatedAt.ToUnixTimeSeconds(), ["preferred_locales"] = new JsonArray(),
    };

    private static Answer List(IEnumerable<JsonObject> rows, IQueryCollection query)
    {
        var all = rows.ToList();
        var (limit, after) = (int.Parse(query["limit"].ToString() is { Length: > 0 } l ? l : "10", CultureInfo.InvariantCulture), query["starting_after"].ToString());
        var from = after.Length == 0 ? 0 : all.FindIndex(r => Text(r["id"]) == after) + 1;
        return new(200, new JsonObject { ["object"] = "list", ["data"] = new JsonArray([.. all.Skip(from).Take(limit)]), ["has_more"] = all.Count > from + limit });
    }

    private static Answer Error(int status, string type, string message) => new(status, new JsonObject { ["error"] = new JsonObject { ["type"] = type, ["message"] = message } });
}
