using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Braid.Simulator.Http;
using Microsoft.AspNetCore.Http;

namespace Braid.Simulator.Crm;

/// <summary>End users and tickets of a Zendesk: incremental export, create-or-update, webhooks signed over time and body.</summary>
public sealed class ZendeskDesk : CrmServer
{
    public const string Email = "admin@braid.example";
    public const string Token = "zendesk-token";
    public const string Secret = "zendesk-signing-secret";

    private ZendeskDesk(SimulatedWorld world) : base(world, SimulatedProvider.Zendesk) => Known.UnionWith(["name", "email", "phone", "locale", "time_zone", "notes", "details", "tags", "external_id", "user_fields"]);

    public static async Task<ZendeskDesk> StartAsync(SimulatedWorld world, CancellationToken ct = default)
    {
        var desk = new ZendeskDesk(world);
        await desk.OpenAsync(ct);
        return desk;
    }

    public Task<int> TellAsync(Uri hook, string type, string id)
    {
        var body = Encoding.UTF8.GetBytes(new JsonObject { ["account_id"] = 1, ["id"] = Guid.NewGuid().ToString(), ["type"] = "zen:event-type:" + type, ["subject"] = "zen:user:" + id, ["time"] = Iso(World.Time.GetUtcNow()), ["detail"] = new JsonObject { ["id"] = id }, ["event"] = new JsonObject() }.ToJsonString());
        var time = Iso(World.Time.GetUtcNow());
        var signed = HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), (byte[])[.. Encoding.UTF8.GetBytes(time), .. body]);
        return PostAsync(hook, body, [("X-Zendesk-Webhook-Signature", Convert.ToBase64String(signed)), ("X-Zendesk-Webhook-Signature-Timestamp", time)]);
    }

    private protected override (string Method, Func<Answer> Act) Route(HttpRequest request, string path, string body)
    {
        if (request.Headers.Authorization != "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Email}/token:{Token}"))) { return ("auth", () => Error(401, "Couldn't authenticate you")); }
        var parts = path.Replace("/api/v2/", "", StringComparison.Ordinal).Split('/');
        return (request.Method, parts) switch
        {
            ("GET", ["users", "me.json"]) => ("me", () => new(200, new JsonObject { ["user"] = new JsonObject { ["id"] = 1, ["name"] = "Admin", ["email"] = Email } })),
            ("GET", ["user_fields.json"]) => ("fields", () => new(200, new JsonObject { ["user_fields"] = new JsonArray(new JsonObject { ["key"] = "plan", ["title"] = "Plan", ["type"] = "text", ["active"] = true }) })),
            ("GET", ["users", "count.json"]) => ("count", () => new(200, new JsonObject { ["count"] = new JsonObject { ["value"] = All.Count(r => !r.Removed) } })),
            ("GET", ["incremental", "users", "cursor.json"]) => ("incremental", () => Incremental(request)),
            ("GET", ["users", "search.json"]) => ("search", () => Search(request)),
            ("POST", ["users", "create_or_update.json"]) => ("create", () => CreateOrUpdate(Object(body)["user"] as JsonObject ?? [])),
            ("GET", ["users", var id, "tickets", "requested.json"]) => ("tickets", () => new(200, new JsonObject { ["tickets"] = new JsonArray([.. Notes.Where(n => n.RecordId == id).Select(n => (JsonNode)new JsonObject { ["id"] = n.Id, ["subject"] = n.Title, ["status"] = "solved", ["updated_at"] = Iso(World.Time.GetUtcNow()) })]) })),
            ("GET", ["users", var file]) => ("read", () => All.Find(r => r.Id == Bare(file)) is { } one ? User(one) : Error(404, "RecordNotFound")),
            ("PUT", ["users", var file]) => ("update", () => Find(Bare(file)) is { } one ? Write(one, Object(body)["user"] as JsonObject ?? []) : Error(404, "RecordNotFound")),
            ("DELETE", ["users", var file]) => ("delete", () => Delete(Bare(file))),
            ("POST", ["tickets.json"]) => ("ticket", () => Ticket(request, Object(body)["ticket"] as JsonObject ?? [])),
            ("PUT", ["tickets", var file]) => ("ticket", () => Comment(Bare(file), Object(body)["ticket"] as JsonObject ?? [])),
            _ => ("unknown", () => Error(404, "InvalidEndpoint")),
        };
    }

    private protected override Answer? Refuse(Fault fault) => fault switch
    {
        Fault.TooManyRequests { RetryAfterSeconds: var wait } => new(429, new JsonObject { ["error"] = "APIRateLimitExceeded", ["description"] = "Number of allowed API requests per minute exceeded" }) { RetryAfter = wait },
        Fault.ServerError { Status: var status } => new(status, null),
        _ => null,
    };

    private static string Bare(string file) => file.Replace(".json", "", StringComparison.Ordinal);

    private Answer Incremental(HttpRequest request)
    {
        var now = World.Time.GetUtcNow();
        var from = request.Query["cursor"].ToString() is { Length: > 0 } cursor ? DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(cursor, CultureInfo.InvariantCulture) + 1) : DateTimeOffset.FromUnixTimeSeconds(long.Parse(request.Query["start_time"].ToString(), CultureInfo.InvariantCulture));
        if (request.Query["cursor"].Count == 0 && from > now.AddMinutes(-1)) { return Error(422, "start_time must be more than 60 seconds in the past"); }
        var rows = All.Where(r => r.ModifiedAt >= from).OrderBy(r => r.ModifiedAt).ToList();
        var page = rows.Take(100).ToList();
        return new(200, new JsonObject
        {
            ["users"] = new JsonArray([.. page.Select(r => (JsonNode)Shown(r))]), ["after_cursor"] = page.Count == 0 ? null : page[^1].ModifiedAt.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture), ["end_of_stream"] = rows.Count <= 100,
        });
    }

    private Answer Search(HttpRequest request)
    {
        var own = request.Query["external_id"].ToString();
        var (field, value) = own.Length > 0 ? ("external_id", own) : request.Query["query"].ToString().Split(':', 2) is [var f, var v] ? (f, v) : ("", "");
        return new(200, new JsonObject { ["users"] = new JsonArray([.. All.Where(r => !r.Removed && string.Equals(r[field], value, StringComparison.OrdinalIgnoreCase)).Take(5).Select(r => (JsonNode)Shown(r))]) });
    }

    private Answer CreateOrUpdate(JsonObject user)
    {
        var (own, email) = (Text(user["external_id"]), Text(user["email"]));
        return Write(All.Find(r => !r.Removed && ((own is not null && r["external_id"] == own) || (email is not null && r["email"] == email))), user);
    }

    private Answer Write(CrmRecord? record, JsonObject user)
    {
        if (record is null && string.IsNullOrEmpty(Text(user["name"]))) { return Invalid("name", "Name: cannot be blank"); }
        if (Text(user["email"]) is { Length: > 0 } email && !email.Contains('@', StringComparison.Ordinal)) { return Invalid("email", $"Email: {email} is not properly formatted"); }
        if (Text(user["email"]) is { } mail && All.Exists(r => !r.Removed && r != record && r["email"] == mail)) { return Invalid("email", $"Email: {mail} is already being used by another user"); }
        if (record is null) { All.Add(record = new CrmRecord { Id = NewId(), CreatedAt = Stamp() }); }
        foreach (var (name, value) in user.Where(p => Known.Contains(p.Key) && p.Key != "user_fields")) { record.Fields[name] = value is JsonArray tags ? string.Join(';', tags.Select(Text)) : Kept(name, Text(value)); }
        foreach (var (name, value) in user["user_fields"] as JsonObject ?? []) { record.Fields["user_fields." + name] = Text(value); }
        record.ModifiedAt = Stamp();
        return User(record);
    }

    private Answer Delete(string id)
    {
        if (Find(id) is not { } one) { return Error(404, "RecordNotFound"); }
        (one.Removed, one.ModifiedAt) = (true, Stamp());
        Erased.Add(id);
        return User(one);
    }

    private Answer Ticket(HttpRequest request, JsonObject ticket)
    {
        if (Find(Text(ticket["requester_id"])) is not { } about) { return Invalid("requester", "Requester: is not valid"); }
        if (Text(ticket["comment"]?["public"]) != "false") { return Invalid("comment", "Comment: the demo's rules want it private"); }
        var key = request.Headers["Idempotency-Key"].ToString();
        if (Notes.Find(n => n.Id == tickets.GetValueOrDefault(key)) is { } before) { return new(201, new JsonObject { ["ticket"] = new JsonObject { ["id"] = before.Id } }); }
        var note = new CrmNote((9000 + Notes.Count).ToString(CultureInfo.InvariantCulture), about.Id, Text(ticket["subject"]) ?? "") { Text = Text(ticket["comment"]?["body"]) ?? "" };
        Notes.Add(note);
        if (key.Length > 0) { tickets[key] = note.Id; }
        return new(201, new JsonObject { ["ticket"] = new JsonObject { ["id"] = long.Parse(note.Id, CultureInfo.InvariantCulture) } });
    }

    private readonly Dictionary<string, string> tickets = [];

    private Answer Comment(string id, JsonObject ticket)
    {
        if (Notes.Find(n => n.Id == id) is not { } note) { return Error(404, "RecordNotFound"); }
        (note.Text, note.Writes) = (Text(ticket["comment"]?["body"]) ?? note.Text, note.Writes + 1);
        return new(200, new JsonObject { ["ticket"] = new JsonObject { ["id"] = long.Parse(id, CultureInfo.InvariantCulture) } });
    }

    private static Answer User(CrmRecord record) => new(200, new JsonObject { ["user"] = Shown(record) });

    private static JsonObject Shown(CrmRecord r) => new()
    {
        ["id"] = long.Parse(r.Id, CultureInfo.InvariantCulture), ["name"] = r["name"], ["email"] = r["email"], ["phone"] = r["phone"], ["locale"] = r["locale"], ["time_zone"] = r["time_zone"], ["notes"] = r["notes"], ["details"] = r["details"], ["external_id"] = r["external_id"],
        ["tags"] = new JsonArray([.. (r["tags"] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries).Select(t => (JsonNode)t)]), ["role"] = "end-user", ["active"] = !r.Removed, ["created_at"] = Iso(r.CreatedAt), ["updated_at"] = Iso(r.ModifiedAt),
        ["user_fields"] = new JsonObject(r.Fields.Where(f => f.Key.StartsWith("user_fields.", StringComparison.Ordinal)).Select(f => KeyValuePair.Create(f.Key["user_fields.".Length..], (JsonNode?)f.Value))),
    };

    private static Answer Invalid(string field, string words) => new(422, new JsonObject { ["error"] = "RecordInvalid", ["description"] = "Record validation errors", ["details"] = new JsonObject { [field] = new JsonArray(new JsonObject { ["description"] = words, ["error"] = "InvalidValue" }) } });

    private static Answer Error(int status, string error) => new(status, new JsonObject { ["error"] = error, ["description"] = error });
}
