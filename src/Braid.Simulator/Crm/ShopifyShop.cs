using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Braid.Simulator.Http;
using Microsoft.AspNetCore.Http;

namespace Braid.Simulator.Crm;

/// <summary>An order as a shop shows it.</summary>
public sealed record ShopOrder(string Number, string Total, string Financial, string Fulfillment, IReadOnlyList<(string Title, int Quantity)> Lines, string? Tracking = null);

/// <summary>Customers and orders of a Shopify shop over the GraphQL Admin API, as far as customers are asked for; errors come with a 200.</summary>
public sealed class ShopifyShop : CrmServer
{
    public const string Token = "shpat_demo";
    public const string Secret = "shopify-client-secret";

    private ShopifyShop(SimulatedWorld world) : base(world, SimulatedProvider.Shopify)
    {
    }

    public Dictionary<string, List<ShopOrder>> Orders { get; } = [];

    public static async Task<ShopifyShop> StartAsync(SimulatedWorld world, CancellationToken ct = default)
    {
        var shop = new ShopifyShop(world);
        await shop.OpenAsync(ct);
        return shop;
    }

    public Task<int> TellAsync(Uri hook, string topic, JsonObject body)
    {
        var bytes = Encoding.UTF8.GetBytes(body.ToJsonString());
        return PostAsync(hook, bytes, [("X-Shopify-Hmac-Sha256", Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), bytes))), ("X-Shopify-Topic", topic), ("X-Shopify-Shop-Domain", "tarn.myshopify.com")]);
    }

    private protected override (string Method, Func<Answer> Act) Route(HttpRequest request, string path, string body)
    {
        if (request.Headers["X-Shopify-Access-Token"] != Token) { return ("auth", () => new(401, new JsonObject { ["errors"] = "[API] Invalid API key or access token" })); }
        if (request.Method != "POST" || !path.StartsWith("/admin/api/20", StringComparison.Ordinal) || !path.EndsWith("/graphql.json", StringComparison.Ordinal)) { return ("unknown", () => new(404, new JsonObject { ["errors"] = "Not Found" })); }
        var (query, variables) = (Text(Object(body)["query"]) ?? "", Object(body)["variables"] as JsonObject ?? []);
        return query switch
        {
            _ when query.Contains("{shop{", StringComparison.Ordinal) => ("shop", () => Data("shop", new JsonObject { ["name"] = "Tarn & Ember" })),
            _ when query.Contains("customersCount", StringComparison.Ordinal) => ("count", () => Data("customersCount", new JsonObject { ["count"] = All.Count(r => !r.Removed) })),
            _ when query.Contains("customers(", StringComparison.Ordinal) => ("customers", () => Customers(query, variables)),
            _ when query.Contains("customer(id:", StringComparison.Ordinal) => ("customer", () => Data("customer", Find(Text(variables["id"])?.Split('/')[^1]) is { } one ? Shown(one) : null)),
            _ => ("unknown", () => new(200, new JsonObject { ["errors"] = new JsonArray(new JsonObject { ["message"] = "syntax error" }) })),
        };
    }

    private protected override Answer? Refuse(Fault fault) => fault switch
    {
        Fault.TooManyRequests => new(200, new JsonObject
        {
            ["errors"] = new JsonArray(new JsonObject { ["message"] = "Throttled", ["extensions"] = new JsonObject { ["code"] = "THROTTLED" } }),
            ["extensions"] = new JsonObject { ["cost"] = new JsonObject { ["requestedQueryCost"] = 202, ["throttleStatus"] = new JsonObject { ["maximumAvailable"] = 2000, ["currentlyAvailable"] = 2, ["restoreRate"] = 100 } } },
        }),
        Fault.ServerError { Status: var status } => new(status, null),
        _ => null,
    };

    private Answer Customers(string query, JsonObject variables)
    {
        var (wanted, after) = (Text(variables["q"]), int.Parse(Text(variables["after"]) ?? "0", CultureInfo.InvariantCulture));
        var rows = All.Where(r => !r.Removed && Fits(r, wanted)).OrderBy(r => r.ModifiedAt).ToList();
        var most = query.Contains("first:3", StringComparison.Ordinal) ? 3 : 50;
        return Data("customers", new JsonObject
        {
            ["nodes"] = new JsonArray([.. rows.Skip(after).Take(most).Select(r => (JsonNode)Shown(r))]),
            ["pageInfo"] = new JsonObject { ["hasNextPage"] = rows.Count > after + most, ["endCursor"] = (after + most).ToString(CultureInfo.InvariantCulture) },
        });
    }

    private static bool Fits(CrmRecord record, string? query)
    {
        if (query is null) { return true; }
        var at = query.IndexOf(':', StringComparison.Ordinal);
        var (field, value) = (query[..at], query[(at + 1)..]);
        if (field == "updated_at") { return record.ModifiedAt >= DateTimeOffset.Parse(value.TrimStart('>', '=').Trim('\''), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal); }
        return string.Equals(record[field], value.Trim('\''), StringComparison.OrdinalIgnoreCase);
    }

    private JsonObject Shown(CrmRecord r) => new()
    {
        ["id"] = "gid://shopify/Customer/" + r.Id, ["displayName"] = $"{r["firstName"]} {r["lastName"]}".Trim(), ["firstName"] = r["firstName"], ["lastName"] = r["lastName"], ["locale"] = r["locale"] ?? "en", ["note"] = r["note"],
        ["tags"] = new JsonArray([.. (r["tags"] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries).Select(t => (JsonNode)t)]), ["numberOfOrders"] = (Orders.GetValueOrDefault(r.Id)?.Count ?? 0).ToString(CultureInfo.InvariantCulture),
        ["amountSpent"] = new JsonObject { ["amount"] = "0.0", ["currencyCode"] = "GBP" }, ["defaultEmailAddress"] = r["email"] is { } email ? new JsonObject { ["emailAddress"] = email } : null,
        ["defaultPhoneNumber"] = r["phone"] is { } phone ? new JsonObject { ["phoneNumber"] = phone } : null, ["createdAt"] = Iso(r.CreatedAt), ["updatedAt"] = Iso(r.ModifiedAt),
        ["orders"] = new JsonObject
        {
            ["nodes"] = new JsonArray([.. (Orders.GetValueOrDefault(r.Id) ?? []).Select((o, i) => (JsonNode)new JsonObject
            {
                ["id"] = $"gid://shopify/Order/{r.Id}{i}", ["name"] = o.Number, ["processedAt"] = Iso(r.CreatedAt), ["displayFinancialStatus"] = o.Financial, ["displayFulfillmentStatus"] = o.Fulfillment, ["cancelledAt"] = null,
                ["totalPriceSet"] = new JsonObject { ["shopMoney"] = new JsonObject { ["amount"] = o.Total, ["currencyCode"] = "GBP" } },
                ["lineItems"] = new JsonObject { ["nodes"] = new JsonArray([.. o.Lines.Select(l => (JsonNode)new JsonObject { ["title"] = l.Title, ["quantity"] = l.Quantity })]) },
                ["fulfillments"] = o.Tracking is null ? [] : new JsonArray(new JsonObject { ["status"] = "SUCCESS", ["trackingInfo"] = new JsonArray(new JsonObject { ["company"] = "Royal Mail", ["number"] = o.Tracking }) }),
            })]),
        },
    };

    private static Answer Data(string name, JsonNode? value) => new(200, new JsonObject { ["data"] = new JsonObject { [name] = value } });
}
