using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Braid.Simulator.Http;
using Microsoft.AspNetCore.Http;

namespace Braid.Simulator.Crm;

/// <summary>HubSpot's contacts as its CRM v3 speaks: unique emails, unknown properties refused, a search that lags, webhooks signed by v3.</summary>
public sealed class HubSpotCrm : CrmServer
{
    public const string Token = "pat-eu1-demo-0000";
    public const string Secret = "hubspot-client-secret";
    public const string AppId = "54321";

    private HubSpotCrm(SimulatedWorld world) : base(world, SimulatedProvider.HubSpot) => Known.UnionWith(["email", "firstname", "lastname", "phone", "company", "hs_language", "lifecyclestage", "tier", "hs_merged_object_ids", "lastmodifieddate"]);

    /// <summary>How long the search does not see what was written.</summary>
    public TimeSpan SearchLag { get; set; }
    /// <summary>Deals by contact.</summary>
    public Dictionary<string, List<(string Name, string Stage, string Amount)>> Deals { get; } = [];

    public static async Task<HubSpotCrm> StartAsync(SimulatedWorld world, CancellationToken ct = default)
    {
        var crm = new HubSpotCrm(world);
        await crm.OpenAsync(ct);
        return crm;
    }

    /// <summary>Tells what happened, as one webhook; returns the answer's status.</summary>
    public Task<int> TellAsync(Uri hook, params JsonObject[] events)
    {
        var body = Encoding.UTF8.GetBytes(new JsonArray([.. events.Select(e => (JsonNode)e.DeepClone())]).ToJsonString());
        var time = World.Time.GetUtcNow().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        var signed = HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), (byte[])[.. Encoding.UTF8.GetBytes("POST" + hook.AbsoluteUri), .. body, .. Encoding.UTF8.GetBytes(time)]);
        return PostAsync(hook, body, [("X-HubSpot-Signature-v3", Convert.ToBase64String(signed)), ("X-HubSpot-Request-Timestamp", time), ("X-HubSpot-Signature-Version", "v3")]);
    }

    public JsonObject Happened(string type, string id, string source = "CRM_UI", string sourceId = "userId:9") => new()
    {
        ["eventId"] = 100, ["subscriptionId"] = 2001, ["portalId"] = 62515, ["appId"] = 54321, ["occurredAt"] = World.Time.GetUtcNow().ToUnixTimeMilliseconds(), ["subscriptionType"] = type, ["attemptNumber"] = 0,
        ["objectId"] = long.Parse(id, CultureInfo.InvariantCulture), ["changeSource"] = source, ["sourceId"] = sourceId,
    };

    private protected override (string Method, Func<Answer> Act) Route(HttpRequest request, string path, string body)
    {
        if (request.Headers.Authorization != "Bearer " + Token) { return ("auth", () => Error(401, "INVALID_AUTHENTICATION", "Authentication credentials not found.")); }
        var parts = path.Trim('/').Split('/');
        return (request.Method, parts) switch
        {
            ("GET", ["account-info", "v3", "details"]) => ("account", () => new(200, new JsonObject { ["portalId"] = 62515, ["timeZone"] = "Europe/Berlin" })),
            ("GET", ["crm", "v3", "properties", "contacts"]) => ("properties", Properties),
            ("POST", ["crm", "v3", "objects", "contacts", "search"]) => ("search", () => Search(Object(body))),
            ("POST", ["crm", "v3", "objects", "contacts", "gdpr-delete"]) => ("gdpr-delete", () => Forget(Object(body))),
            ("GET", ["crm", "v3", "objects", "contacts"]) => ("list", () => List(request)),
            ("POST", ["crm", "v3", "objects", "contacts"]) => ("create", () => Write(null, Object(body))),
            ("GET", ["crm", "v3", "objects", "contacts", var id]) => ("read", () => Read(Uri.UnescapeDataString(id), request.Query["idProperty"])),
            ("PATCH", ["crm", "v3", "objects", "contacts", var id]) => ("update", () => Find(id) is { } one ? Write(one, Object(body)) : Missing()),
            ("GET", ["crm", "v3", "objects", "contacts", var id, "associations", "deals"]) => ("deals", () => new(200, new JsonObject { ["results"] = new JsonArray([.. (Deals.GetValueOrDefault(id) ?? []).Select((_, i) => (JsonNode)new JsonObject { ["id"] = $"{id}{i}", ["type"] = "contact_to_deal" })]) })),
            ("POST", ["crm", "v3", "objects", "deals", "batch", "read"]) => ("deals", () => DealsOf(Object(body))),
            ("POST", ["crm", "v3", "objects", "notes"]) => ("note", () => Note(null, Object(body))),
            ("PATCH", ["crm", "v3", "objects", "notes", var id]) => ("note", () => Notes.Exists(n => n.Id == id) ? Note(id, Object(body)) : Missing()),
            _ => ("unknown", Missing),
        };
    }

    private protected override Answer? Refuse(Fault fault) => fault switch
    {
        Fault.TooManyRequests { RetryAfterSeconds: var wait } => new(429, new JsonObject { ["status"] = "error", ["message"] = "You have reached your ten_secondly_rolling limit.", ["errorType"] = "RATE_LIMIT", ["correlationId"] = "c-429", ["policyName"] = "TEN_SECONDLY_ROLLING" }) { RetryAfter = wait },
        Fault.ServerError { Status: var status } => new(status, null),
        _ => null,
    };

    private protected override string? Kept(string field, string? value) => field == "email" ? value?.Trim().ToLowerInvariant() : base.Kept(field, value?.Trim());

    public override void Merge(string gone, string stays)
    {
        base.Merge(gone, stays);
        lock (Gate) { var kept = All.Single(r => r.Id == stays); kept.Fields["hs_merged_object_ids"] = string.Join(';', (kept["hs_merged_object_ids"] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries).Append(gone)); }
    }

    private Answer Properties() => new(200, new JsonObject
    {
        ["results"] = new JsonArray([.. Known.Where(k => !k.StartsWith("hs_merged", StringComparison.Ordinal)).Order().Select(k => (JsonNode)new JsonObject
        {
            ["name"] = k, ["label"] = char.ToUpperInvariant(k[0]) + k[1..], ["type"] = "string", ["fieldType"] = "text", ["hidden"] = false,
            ["modificationMetadata"] = new JsonObject { ["readOnlyValue"] = k == "lastmodifieddate" }, ["options"] = new JsonArray(),
        })]),
    });

    private Answer List(HttpRequest request)
    {
        if (Unknown(request.Query["properties"].ToString().Split(',')) is { } unknown) { return unknown; }
        var limit = int.Parse(request.Query["limit"].ToString() is { Length: > 0 } l ? l : "10", CultureInfo.InvariantCulture);
        if (limit > 100) { return Error(400, "VALIDATION_ERROR", "limit must be at most 100"); }
        var after = request.Query["after"].ToString() is { Length: > 0 } a ? long.Parse(a, CultureInfo.InvariantCulture) : 0;
        var rows = All.Where(r => !r.Removed && long.Parse(r.Id, CultureInfo.InvariantCulture) > after).OrderBy(r => long.Parse(r.Id, CultureInfo.InvariantCulture)).ToList();
        return Page(rows.Take(limit).ToList(), rows.Count > limit ? rows[limit - 1].Id : null, null);
    }

    private Answer Search(JsonObject body)
    {
        if (Unknown((body["properties"] as JsonArray ?? []).Select(p => Text(p)!)) is { } unknown) { return unknown; }
        var (limit, after) = ((int?)body["limit"] ?? 10, int.Parse(Text(body["after"]) ?? "0", CultureInfo.InvariantCulture));
        if (after >= 10_000) { return Error(400, "VALIDATION_ERROR", "The search is limited to 10,000 results"); }
        var seen = World.Time.GetUtcNow() - SearchLag;
        var groups = (body["filterGroups"] as JsonArray ?? []).OfType<JsonObject>().Select(g => (g["filters"] as JsonArray ?? []).OfType<JsonObject>().ToList()).ToList();
        var rows = All.Where(r => !r.Removed && (SearchLag == TimeSpan.Zero || r.ModifiedAt <= seen) && (groups.Count == 0 || groups.Exists(g => g.TrueForAll(f => Fits(r, f))))).OrderBy(r => r.ModifiedAt).ToList();
        return Page([.. rows.Skip(after).Take(limit)], rows.Count > after + limit ? (after + limit).ToString(CultureInfo.InvariantCulture) : null, rows.Count);
    }

    private static bool Fits(CrmRecord record, JsonObject filter)
    {
        var (name, value) = (Text(filter["propertyName"])!, Text(filter["value"])!);
        return Text(filter["operator"]) switch
        {
            "EQ" => record[name] == value,
            "GTE" when name == "lastmodifieddate" => record.ModifiedAt >= DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(value, CultureInfo.InvariantCulture)),
            _ => false,
        };
    }

    private Answer Page(List<CrmRecord> rows, string? next, int? total)
    {
        var page = new JsonObject { ["results"] = new JsonArray([.. rows.Select(r => (JsonNode)Shown(r))]) };
        if (next is not null) { page["paging"] = new JsonObject { ["next"] = new JsonObject { ["after"] = next } }; }
        if (total is not null) { page["total"] = total; }
        return new(200, page);
    }

    private Answer Read(string id, string? property)
    {
        var found = string.IsNullOrEmpty(property) ? Find(id) : All.Find(r => !r.Removed && string.Equals(r[property], id, StringComparison.OrdinalIgnoreCase));
        return found is null ? Missing() : new(200, Shown(found));
    }

    private Answer Write(CrmRecord? record, JsonObject body)
    {
        var values = (body["properties"] as JsonObject ?? []).ToDictionary(p => p.Key, p => Text(p.Value));
        if (Unknown(values.Keys) is { } unknown) { return unknown; }
        var email = Kept("email", values.GetValueOrDefault("email"));
        if (email is not null && !email.Contains('@', StringComparison.Ordinal)) { return Error(400, "VALIDATION_ERROR", $"Property values were not valid: {email} INVALID_EMAIL"); }
        if (email is not null && All.Find(r => !r.Removed && r["email"] == email && r != record) is { } other) { return Error(409, "CONFLICT", $"Contact already exists. Existing ID: {other.Id}"); }
        var made = record is null;
        if (record is null) { All.Add(record = new CrmRecord { Id = NewId(), CreatedAt = Stamp() }); }
        foreach (var (name, value) in values) { record.Fields[name] = Kept(name, value); }
        record.ModifiedAt = Stamp();
        return new(made ? 201 : 200, Shown(record));
    }

    private JsonObject Shown(CrmRecord record)
    {
        var properties = new JsonObject(Known.Select(k => KeyValuePair.Create(k, (JsonNode?)record[k])));
        properties["hs_object_id"] = record.Id;
        properties["lastmodifieddate"] = Iso(record.ModifiedAt);
        return new() { ["id"] = record.Id, ["properties"] = properties, ["createdAt"] = Iso(record.CreatedAt), ["updatedAt"] = Iso(record.ModifiedAt), ["archived"] = false };
    }

    private Answer Note(string? id, JsonObject body)
    {
        var text = Text((body["properties"] as JsonObject)?["hs_note_body"]) ?? "";
        if (id is not null)
        {
            var known = Notes.First(n => n.Id == id);
            (known.Text, known.Writes) = (text, known.Writes + 1);
            return new(200, new JsonObject { ["id"] = id });
        }

        var association = (body["associations"] as JsonArray)?[0];
        if (Text(association?["types"]?[0]?["associationTypeId"]) != "202" || Find(Text(association?["to"]?["id"])) is not { } about) { return Error(400, "VALIDATION_ERROR", "associations are not valid"); }
        var note = new CrmNote($"n{Notes.Count + 1}", about.Id, "") { Text = text };
        Notes.Add(note);
        return new(201, new JsonObject { ["id"] = note.Id });
    }

    private Answer Forget(JsonObject body)
    {
        if (Find(Text(body["objectId"])) is not { } one) { return Missing(); }
        (one.Removed, one.ModifiedAt) = (true, Stamp());
        one.Fields.Clear();
        Erased.Add(one.Id);
        return new(204, null);
    }

    private Answer DealsOf(JsonObject body) => new(200, new JsonObject
    {
        ["results"] = new JsonArray([.. (body["inputs"] as JsonArray ?? []).Select(i => Text(i?["id"])!).Select(id => (Id: id, Deal: Deals[id[..^1]][id[^1] - '0'])).Select(d => (JsonNode)new JsonObject
        {
            ["id"] = d.Id, ["properties"] = new JsonObject { ["dealname"] = d.Deal.Name, ["dealstage"] = d.Deal.Stage, ["amount"] = d.Deal.Amount, ["deal_currency_code"] = "EUR", ["closedate"] = Iso(World.Time.GetUtcNow()) },
        })]),
    });

    private Answer? Unknown(IEnumerable<string> names) => names.FirstOrDefault(n => !Known.Contains(n)) is not { } unknown ? null : new(400, new JsonObject
    {
        ["status"] = "error", ["message"] = $"Property values were not valid: \"{unknown}\" does not exist", ["correlationId"] = "c-400", ["category"] = "VALIDATION_ERROR",
        ["errors"] = new JsonArray(new JsonObject { ["message"] = $"Property \"{unknown}\" does not exist", ["code"] = "PROPERTY_DOESNT_EXIST", ["context"] = new JsonObject { ["propertyName"] = new JsonArray(unknown) } }),
    });

    private static Answer Missing() => Error(404, "OBJECT_NOT_FOUND", "resource not found");

    private static Answer Error(int status, string category, string message) => new(status, new JsonObject { ["status"] = "error", ["message"] = message, ["correlationId"] = $"c-{status}", ["category"] = category });
}
