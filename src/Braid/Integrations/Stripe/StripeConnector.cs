using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Braid.Channels;

namespace Braid.Integrations.Stripe;

internal sealed record StripeSettings : ConnectorSettings
{
    [Setting("Restricted key", Secret = true, Placeholder = "rk_live_…", Help = "With read access to customers, subscriptions, invoices and charges."), Required]
    public string ApiKey { get; init; } = "";

    [Setting("Webhook signing secret", Secret = true, Placeholder = "whsec_…")]
    public string? WebhookSecret { get; init; }

    [Setting("Connected account", Advanced = true, Placeholder = "acct_…")]
    public string? Account { get; init; }

    [Setting("API address", Advanced = true), Url]
    public string? ApiBaseUrl { get; init; }
}

/// <summary>Customers of Stripe, with subscriptions and invoices beside the conversation; read only. Facts and doubts: docs/connectors.md.</summary>
internal sealed class StripeConnector : IConnector
{
    private const string Version = "2025-03-31.basil";
    private static readonly TimeSpan Oldest = TimeSpan.FromSeconds(300);
    private static readonly HashSet<string> WithoutCents = ["bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "ugx", "vnd", "vuv", "xaf", "xof", "xpf"];
    private static readonly HashSet<string> WithMills = ["bhd", "jod", "kwd", "omr", "tnd"];

    public ConnectorDescriptor Descriptor { get; } = new("stripe", "Stripe", typeof(StripeSettings), "customer")
    {
        Panels = true, Hooks = true, PerSecond = 12,
        HooksHelp = "Under Developers → Webhooks: add this address with the events customer.created, customer.updated and customer.deleted, and copy the signing secret here.",
        Defaults = [new("name", "name", SyncDirection.Pull, ConflictRule.FillEmpty), new("email", "email", SyncDirection.Pull), new("phone", "phone", SyncDirection.Pull)],
    };

    public ConnectorSettings ParseSettings(JsonElement settings) => SettingsReader.Read<StripeSettings>(settings);

    public async Task<string> CheckAsync(ConnectorSession session, CancellationToken ct)
    {
        await CallAsync(session, "/customers?limit=1", ct);
        return session.As<StripeSettings>() is { Account: { } account } ? $"Stripe {account}" : session.As<StripeSettings>().ApiKey.Contains("_test_", StringComparison.Ordinal) ? "Stripe (test mode)" : "Stripe";
    }

    public Task<IReadOnlyList<RemoteField>> FieldsAsync(ConnectorSession session, CancellationToken ct) => Task.FromResult<IReadOnlyList<RemoteField>>(
        [.. new[] { ("name", "Name", "text"), ("email", "Email", "email"), ("phone", "Phone", "phone"), ("description", "Description", "text"), ("preferred_locales", "Language", "text"), ("currency", "Currency", "text"), ("delinquent", "Delinquent", "flag") }
            .Select(f => new RemoteField(f.Item1, f.Item2, f.Item3, false))]);

    public async Task<RemotePage> PageAsync(ConnectorSession session, PageRequest request, CancellationToken ct)
    {
        // Customers can't be asked for by change, so what happened to them is asked: events are kept for 30 days.
        if (request.Since is { } since)
        {
            var events = await CallAsync(session, $"/events?limit=100&type=customer.*&created[gte]={since.ToUnixTimeSeconds()}" + (request.Cursor is null ? "" : "&starting_after=" + Uri.EscapeDataString(request.Cursor)), ct);
            var rows = events.Objects("data").ToList();
            return new([], events.Text("has_more") == "true" ? rows.LastOrDefault().Text("id") : null) { Hints = [.. rows.SelectMany(Hints).Distinct()] };
        }

        var list = await CallAsync(session, "/customers?limit=100" + (request.Cursor is null ? "" : "&starting_after=" + Uri.EscapeDataString(request.Cursor)), ct);
        var customers = list.Objects("data").ToList();
        return new([.. customers.Select(Read)], list.Text("has_more") == "true" ? customers.LastOrDefault().Text("id") : null);
    }

    public async Task<RemoteRecord?> ReadAsync(ConnectorSession session, string id, IReadOnlyCollection<string> fields, CancellationToken ct)
    {
        try
        {
            var one = await CallAsync(session, "/customers/" + Uri.EscapeDataString(id), ct);
            return one.Text("deleted") == "true" ? null : Read(one);
        }
        catch (ConnectorException e) when (e.Fate == ConnectorFate.Gone)
        {
            return null;
        }
    }

    public async Task<IReadOnlyList<RemoteRecord>> FindAsync(ConnectorSession session, RemoteKeys keys, IReadOnlyCollection<string> fields, CancellationToken ct)
    {
        foreach (var email in keys.Emails.Take(5))
        {
            var list = await CallAsync(session, $"/customers?limit=3&email={Uri.EscapeDataString(email)}", ct);
            if (list.Objects("data").Select(Read).ToList() is { Count: > 0 } those) { return those; }
        }

        foreach (var phone in keys.Phones.Take(3))
        {
            var found = await CallAsync(session, $"/customers/search?limit=3&query={Uri.EscapeDataString($"phone:'{phone}'")}", ct);
            if (found.Objects("data").Select(Read).ToList() is { Count: > 0 } those) { return those; }
        }

        return [];
    }

    public async Task<IReadOnlyList<PanelItem>> PanelAsync(ConnectorSession session, RemoteRecord record, CancellationToken ct)
    {
        var id = Uri.EscapeDataString(record.Id);
        var subscriptions = await CallAsync(session, $"/subscriptions?customer={id}&status=all&limit=5", ct);
        var invoices = await CallAsync(session, $"/invoices?customer={id}&limit=5", ct);
        return [.. subscriptions.Objects("data").Select(s => (Subscription: s, Items: s["items"].Objects("data").ToList())).Select(s => new PanelItem(
                "subscription", string.Join(", ", s.Items.Select(i => (i["price"].Text("nickname") ?? i["plan"].Text("nickname") ?? i["price"].Text("id"))).OfType<string>()) is { Length: > 0 } plan ? plan : s.Subscription.Text("id") ?? "",
                s.Subscription.Text("status"), s.Items.FirstOrDefault()?["price"] is { } price ? Money(price.Text("unit_amount"), price.Text("currency")) : null, At(s.Subscription.Text("created")), $"https://dashboard.stripe.com/subscriptions/{s.Subscription.Text("id")}")),
            .. invoices.Objects("data").Select(i => new PanelItem("invoice", i.Text("number") ?? i.Text("id") ?? "", i.Text("status"), Money(i.Text("total"), i.Text("currency")), At(i.Text("created")), i.Text("hosted_invoice_url") ?? $"https://dashboard.stripe.com/invoices/{i.Text("id")}"))];
    }

    public IReadOnlyList<RemoteHint>? ReadHook(ConnectorSettings settings, HookRequest request)
    {
        if (((StripeSettings)settings).WebhookSecret is not { } secret || request.Header("Stripe-Signature") is not { } header) { return null; }
        var parts = header.Split(',').Select(p => p.Trim().Split('=', 2)).Where(p => p.Length == 2).ToLookup(p => p[0], p => p[1]);
        if (!long.TryParse(parts["t"].FirstOrDefault(), NumberStyles.None, CultureInfo.InvariantCulture, out var at) || (request.Now - DateTimeOffset.FromUnixTimeSeconds(Math.Min(at, 253402300799))).Duration() > Oldest) { return null; }
        // The whole secret is the key, prefix and all.
        var right = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), (byte[])[.. Encoding.UTF8.GetBytes($"{at}."), .. request.Body.Span]));
        if (!parts["v1"].Any(given => Secrets.Match(given, right))) { return null; }
        try { return JsonNode.Parse(request.Body.Span) is JsonObject happened ? [.. Hints(happened)] : []; }
        catch (JsonException) { return []; }
    }

    private static IEnumerable<RemoteHint> Hints(JsonObject happened)
    {
        var about = (happened["data"] as JsonObject)?["object"] ?? (happened["related_object"]);
        return (happened.Text("type"), about.Text("id"), about.Text("customer")) switch
        {
            ("customer.deleted", { } id, _) => [new(HintKind.Deleted, id)],
            ("customer.created" or "customer.updated", { } id, _) => [new(HintKind.Changed, id)],
            (_, _, { } customer) => [new(HintKind.Changed, customer)],
            _ => [],
        };
    }

    private static RemoteRecord Read(JsonObject customer)
    {
        var id = customer.Text("id") ?? throw new ConnectorException(ConnectorFate.Retry, "Its answer can't be read.");
        var fields = new[] { "name", "email", "phone", "description", "currency", "delinquent" }.ToDictionary(f => f, f => customer.Text(f));
        fields["preferred_locales"] = (customer["preferred_locales"] as JsonArray)?.FirstOrDefault().AsText();
        return new(id, fields, At(customer.Text("created"))) { Email = fields["email"], Phone = fields["phone"], Url = new Uri($"https://dashboard.stripe.com/customers/{Uri.EscapeDataString(id)}") };
    }

    private static DateTimeOffset? At(string? seconds) => long.TryParse(seconds, CultureInfo.InvariantCulture, out var at) ? DateTimeOffset.FromUnixTimeSeconds(at) : null;

    /// <summary>Amounts come in the smallest unit, which is not a hundredth everywhere.</summary>
    internal static string? Money(string? amount, string? currency)
    {
        if (!decimal.TryParse(amount, CultureInfo.InvariantCulture, out var units) || currency is null) { return null; }
        var digits = WithoutCents.Contains(currency) ? 0 : WithMills.Contains(currency) ? 3 : 2;
        return $"{(units / (decimal)Math.Pow(10, digits)).ToString("F" + digits, CultureInfo.InvariantCulture)} {currency.ToUpperInvariant()}";
    }

    private static async Task<JsonObject> CallAsync(ConnectorSession session, string path, CancellationToken ct)
    {
        var settings = session.As<StripeSettings>();
        var request = ConnectorSession.Request(HttpMethod.Get, new Uri(ConnectorText.Base(settings.ApiBaseUrl, "https://api.stripe.com").AbsoluteUri.TrimEnd('/') + "/v1" + path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", settings.ApiKey);
        request.Headers.Add("Stripe-Version", Version);
        if (settings.Account is { } account) { request.Headers.Add("Stripe-Account", account); }
        var answer = await session.SendAsync(request, ct);
        if (answer.IsYes) { return answer.Object; }
        var (error, id) = ((answer.Json as JsonObject)?["error"], answer.Header("Request-Id"));
        throw answer.Header("Stripe-Should-Retry") == "true" && (int)answer.Status != 429 ? new ConnectorException(ConnectorFate.Retry, error.Text("message") ?? "Stripe stumbled.") { RequestId = id }
            : (int)answer.Status == 402 ? new ConnectorException(ConnectorFate.Record, error.Text("message") ?? "Stripe refused it.") { RequestId = id }
            : answer.Refused("Stripe", error.Text("message"), id);
    }
}
