using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Braid.Channels;

namespace Braid.Integrations.Shopify;

internal sealed record ShopifySettings : ConnectorSettings
{
    [Setting("Shop", Placeholder = "acme.myshopify.com"), Required]
    [RegularExpression("^[a-z0-9][a-z0-9-]*\\.myshopify\\.com$", ErrorMessage = "The address that ends in .myshopify.com.")]
    public string Shop { get; init; } = "";

    [Setting("Admin API token", Secret = true, Placeholder = "shpat_…", Help = "Of a custom app with read_customers and read_orders, and access to protected customer data."), Required]
    public string AccessToken { get; init; } = "";

    [Setting("API secret key", Secret = true, Help = "Of the same app: signs its webhooks.")]
    public string? ClientSecret { get; init; }

    [Setting("API address", Advanced = true), Url]
    public string? ApiBaseUrl { get; init; }
}

/// <summary>Customers of a Shopify shop, with their orders beside the conversation; read only (GraphQL Admin). Facts and doubts: docs/connectors.md.</summary>
internal sealed class ShopifyConnector : IConnector
{
    private const string Version = "2025-10";
    private const string Fields = "id displayName firstName lastName locale note tags numberOfOrders amountSpent{amount currencyCode} defaultEmailAddress{emailAddress} defaultPhoneNumber{phoneNumber} createdAt updatedAt";
    private const string Orders = "orders(first:10, sortKey:PROCESSED_AT, reverse:true){nodes{id name processedAt displayFinancialStatus displayFulfillmentStatus cancelledAt totalPriceSet{shopMoney{amount currencyCode}} statusPageUrl lineItems(first:10){nodes{title quantity}} fulfillments(first:5){status trackingInfo{company number url}}}}";

    public ConnectorDescriptor Descriptor { get; } = new("shopify", "Shopify", typeof(ShopifySettings), "customer")
    {
        Panels = true, Hooks = true, PerSecond = 2,
        HooksHelp = "Subscribe the app to customers/create, customers/update, customers/delete, customers/merge and customers/redact with this address.",
        Defaults =
        [
            new("name", "firstName lastName", SyncDirection.Pull), new("email", "email", SyncDirection.Pull), new("phone", "phone", SyncDirection.Pull),
            new("language", "locale", SyncDirection.Pull, ConflictRule.FillEmpty), new("tags", "tags", SyncDirection.Pull),
        ],
    };

    public ConnectorSettings ParseSettings(JsonElement settings) => SettingsReader.Read<ShopifySettings>(settings);

    public async Task<string> CheckAsync(ConnectorSession session, CancellationToken ct) => (await AskAsync(session, "query{shop{name}}", null, ct))["shop"].Text("name") ?? session.As<ShopifySettings>().Shop;

    public Task<IReadOnlyList<RemoteField>> FieldsAsync(ConnectorSession session, CancellationToken ct) => Task.FromResult<IReadOnlyList<RemoteField>>(
        [.. new[] { ("firstName", "First name", "text"), ("lastName", "Last name", "text"), ("email", "Email", "email"), ("phone", "Phone", "phone"), ("locale", "Language", "text"), ("note", "Note", "text"), ("tags", "Tags", "text"),
            ("numberOfOrders", "Number of orders", "number"), ("amountSpent", "Amount spent", "number"), ("createdAt", "Customer since", "date") }.Select(f => new RemoteField(f.Item1, f.Item2, f.Item3, false))]);

    public async Task<int?> CountAsync(ConnectorSession session, CancellationToken ct) =>
        int.TryParse((await AskAsync(session, "query{customersCount{count}}", null, ct))["customersCount"].Text("count"), CultureInfo.InvariantCulture, out var count) ? count : null;

    public async Task<RemotePage> PageAsync(ConnectorSession session, PageRequest request, CancellationToken ct)
    {
        var answer = await AskAsync(session, $"query($q:String,$after:String){{customers(first:50, after:$after, query:$q, sortKey:UPDATED_AT){{nodes{{{Fields}}} pageInfo{{hasNextPage endCursor}}}}}}",
            new JsonObject { ["q"] = request.Since is { } since ? $"updated_at:>='{since.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}'" : null, ["after"] = request.Cursor }, ct);
        var page = answer["customers"];
        var info = (page as JsonObject)?["pageInfo"];
        return new([.. page.Objects("nodes").Select(n => Read(session, n))], info.Text("hasNextPage") == "true" ? info.Text("endCursor") : null);
    }

    public async Task<RemoteRecord?> ReadAsync(ConnectorSession session, string id, IReadOnlyCollection<string> fields, CancellationToken ct) =>
        (await AskAsync(session, $"query($id:ID!){{customer(id:$id){{{Fields}}}}}", new JsonObject { ["id"] = "gid://shopify/Customer/" + id }, ct))["customer"] is JsonObject one ? Read(session, one) : null;

    public async Task<IReadOnlyList<RemoteRecord>> FindAsync(ConnectorSession session, RemoteKeys keys, IReadOnlyCollection<string> fields, CancellationToken ct)
    {
        foreach (var query in keys.Emails.Take(5).Select(e => $"email:'{Quoted(e)}'").Concat(keys.Phones.Take(3).Select(p => $"phone:'{Quoted(p)}'")))
        {
            var found = await AskAsync(session, $"query($q:String!){{customers(first:3, query:$q){{nodes{{{Fields}}}}}}}", new JsonObject { ["q"] = query }, ct);
            if (found["customers"].Objects("nodes").Select(n => Read(session, n)).ToList() is { Count: > 0 } those) { return those; }
        }

        return [];
    }

    public async Task<IReadOnlyList<PanelItem>> PanelAsync(ConnectorSession session, RemoteRecord record, CancellationToken ct)
    {
        var answer = await AskAsync(session, $"query($id:ID!){{customer(id:$id){{numberOfOrders amountSpent{{amount currencyCode}} {Orders}}}}}", new JsonObject { ["id"] = "gid://shopify/Customer/" + record.Id }, ct);
        var customer = answer["customer"] as JsonObject;
        return [.. (customer?["orders"]).Objects("nodes").Select(o => new PanelItem(
            "order", o.Text("name") ?? "", Status(o), Money((o["totalPriceSet"] as JsonObject)?["shopMoney"]), ConnectorText.Time(o.Text("processedAt")), Shown(session, "orders", o.Text("id")))
        {
            Lines = [.. o["lineItems"].Objects("nodes").Select(l => $"{l.Text("quantity")} × {l.Text("title")}"),
                .. o.Objects("fulfillments").SelectMany(f => f.Objects("trackingInfo")).Select(t => $"{t.Text("company")} {t.Text("number")}".Trim()).Where(t => t.Length > 0)],
        })];
    }

    public IReadOnlyList<RemoteHint>? ReadHook(ConnectorSettings settings, HookRequest request)
    {
        var own = (ShopifySettings)settings;
        if (own.ClientSecret is not { } secret || request.Header("X-Shopify-Hmac-Sha256") is not { } given) { return null; }
        var right = Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), request.Body.Span));
        if (!Secrets.Match(given, right)) { return null; }
        JsonNode? json;
        try { json = JsonNode.Parse(request.Body.Span); }
        catch (JsonException) { return []; }
        return (request.Header("X-Shopify-Topic"), json.Text("id")) switch
        {
            ("customers/delete", { } id) => [new(HintKind.Deleted, id)],
            ("customers/redact", _) when (json as JsonObject)?["customer"].Text("id") is { } id => [new(HintKind.Erased, id)],
            ("customers/merge", _) when json.Text("admin_graphql_api_customer_kept_id") is { } kept && json.Text("admin_graphql_api_customer_deleted_id") is { } gone => [new(HintKind.Merged, Number(gone), Number(kept)), new(HintKind.Changed, Number(kept))],
            ("customers/create" or "customers/update", { } id) => [new(HintKind.Changed, id)],
            ({ } topic, _) when topic.StartsWith("orders/", StringComparison.Ordinal) && (json as JsonObject)?["customer"].Text("id") is { } id => [new(HintKind.Changed, id)],
            _ => [],
        };
    }

    private static RemoteRecord Read(ConnectorSession session, JsonObject node)
    {
        var id = Number(node.Text("id") ?? throw new ConnectorException(ConnectorFate.Retry, "Its answer can't be read."));
        var (email, phone) = (node["defaultEmailAddress"].Text("emailAddress"), node["defaultPhoneNumber"].Text("phoneNumber"));
        return new(id, new Dictionary<string, string?>
        {
            ["firstName"] = node.Text("firstName"), ["lastName"] = node.Text("lastName"), ["email"] = email, ["phone"] = phone, ["locale"] = node.Text("locale"), ["note"] = node.Text("note"),
            ["tags"] = node["tags"] is JsonArray { Count: > 0 } tags ? string.Join(';', tags.Select(t => t.AsText())) : null, ["numberOfOrders"] = node.Text("numberOfOrders"),
            ["amountSpent"] = node["amountSpent"].Text("amount"), ["createdAt"] = node.Text("createdAt"),
        }, ConnectorText.Time(node.Text("updatedAt"))) { Email = email, Phone = phone, Url = new Uri(Shown(session, "customers", node.Text("id"))!) };
    }

    private static string? Shown(ConnectorSession session, string what, string? gid) => gid is null ? null : $"https://admin.shopify.com/store/{session.As<ShopifySettings>().Shop.Split('.')[0]}/{what}/{Number(gid)}";

    private static string Number(string gid) => gid[(gid.LastIndexOf('/') + 1)..];

    private static string? Money(JsonNode? money) => money.Text("amount") is { } amount ? $"{amount} {money.Text("currencyCode")}".TrimEnd() : null;

    private static string? Status(JsonObject order) => order.Text("cancelledAt") is not null ? "cancelled" : string.Join(", ", new[] { order.Text("displayFinancialStatus"), order.Text("displayFulfillmentStatus") }.OfType<string>().Select(s => s.ToLowerInvariant().Replace('_', ' ')));

    private static string Quoted(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal);

    private static async Task<JsonObject> AskAsync(ConnectorSession session, string query, JsonObject? variables, CancellationToken ct)
    {
        var settings = session.As<ShopifySettings>();
        var request = ConnectorSession.Request(HttpMethod.Post, new Uri($"{ConnectorText.Base(settings.ApiBaseUrl, "https://" + settings.Shop).AbsoluteUri.TrimEnd('/')}/admin/api/{Version}/graphql.json"), new JsonObject { ["query"] = query, ["variables"] = variables });
        request.Headers.Add("X-Shopify-Access-Token", settings.AccessToken);
        var answer = await session.SendAsync(request, ct);
        var id = answer.Header("X-Request-Id");
        if (!answer.IsYes) { throw answer.Refused("Shopify", answer.Json.Text("errors"), id); }
        var json = answer.Object;
        if (json.Objects("errors").FirstOrDefault() is not { } error) { return json["data"] as JsonObject ?? throw new ConnectorException(ConnectorFate.Retry, "Its answer can't be read."); }
        var message = error.Text("message");
        throw error["extensions"].Text("code") switch
        {
            "THROTTLED" => new ConnectorException(ConnectorFate.Wait, "Shopify asked for a pause.") { After = Pause(json), RequestId = id },
            "ACCESS_DENIED" => new ConnectorException(ConnectorFate.Account, $"Shopify says that the app lacks a right: {message}") { RequestId = id },
            "INTERNAL_SERVER_ERROR" => new ConnectorException(ConnectorFate.Retry, "Shopify stumbled.") { RequestId = id },
            _ => new ConnectorException(ConnectorFate.Record, message ?? "Shopify refused it.") { RequestId = id },
        };
    }

    /// <summary>Until the bucket holds what the query costs.</summary>
    private static TimeSpan Pause(JsonObject json)
    {
        var cost = (json["extensions"] as JsonObject)?["cost"] as JsonObject;
        var status = cost?["throttleStatus"];
        return Value(cost, "requestedQueryCost") is { } wanted && Value(status, "currentlyAvailable") is { } there && Value(status, "restoreRate") is > 0 and var rate
            ? TimeSpan.FromSeconds(Math.Clamp(Math.Ceiling((wanted - there) / rate), 1, 60)) : TimeSpan.FromSeconds(5);

        static double? Value(JsonNode? node, string name) => double.TryParse(node.Text(name), CultureInfo.InvariantCulture, out var value) ? value : null;
    }
}
