using System.Globalization;
using System.Text.Json.Nodes;
using Braid.Simulator.Http;
using Microsoft.AspNetCore.Http;

namespace Braid.Simulator.Crm;

/// <summary>A firm's own CRM with a JSON API like many: records wrapped in `data`, names nested, pages by a cursor.</summary>
public sealed class OwnCrm : CrmServer
{
    public const string Key = "own-key";

    private OwnCrm(SimulatedWorld world) : base(world, SimulatedProvider.OwnCrm)
    {
    }

    public static async Task<OwnCrm> StartAsync(SimulatedWorld world, CancellationToken ct = default)
    {
        var crm = new OwnCrm(world);
        await crm.OpenAsync(ct);
        return crm;
    }

    private protected override (string Method, Func<Answer> Act) Route(HttpRequest request, string path, string body)
    {
        if (request.Headers["X-Api-Key"] != Key) { return ("auth", () => new(401, new JsonObject { ["message"] = "no key" })); }
        return (request.Method, path.Trim('/').Split('/')) switch
        {
            ("GET", ["people"]) => ("list", () => List(request.Query)),
            ("POST", ["people"]) => ("create", () => Write(null, Object(body)["data"] as JsonObject ?? [])),
            ("GET", ["people", var id]) => ("read", () => Find(id) is { } one ? One(one, 200) : Missing()),
            ("PUT", ["people", var id]) => ("update", () => Find(id) is { } one ? Write(one, Object(body)["data"] as JsonObject ?? []) : Missing()),
            ("POST", ["people", var id, "notes"]) => ("note", () => Note(id, Object(body))),
            _ => ("unknown", Missing),
        };
    }

    private protected override Answer? Refuse(Fault fault) => fault switch
    {
        Fault.TooManyRequests { RetryAfterSeconds: var wait } => new(429, new JsonObject { ["message"] = "slow down" }) { RetryAfter = wait },
        Fault.ServerError { Status: var status } => new(status, null),
        _ => null,
    };

    private Answer List(IQueryCollection query)
    {
        var (email, since) = (query["email"].ToString(), query["since"].ToString());
        var after = long.Parse(query["after"].ToString() is { Length: > 0 } a ? a : "0", CultureInfo.InvariantCulture);
        var rows = All.Where(r => !r.Removed && (email.Length == 0 || r["contact.email"] == email) && (since.Length == 0 || r.ModifiedAt >= DateTimeOffset.Parse(since, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal)))
            .Where(r => long.Parse(r.Id, CultureInfo.InvariantCulture) > after).OrderBy(r => long.Parse(r.Id, CultureInfo.InvariantCulture)).ToList();
        return new(200, new JsonObject { ["data"] = new JsonArray([.. rows.Take(20).Select(r => (JsonNode)Shown(r))]), ["next"] = rows.Count > 20 ? rows[19].Id : null });
    }

    private Answer Write(CrmRecord? record, JsonObject data)
    {
        var made = record is null;
        if (record is null) { All.Add(record = new CrmRecord { Id = NewId(), CreatedAt = Stamp() }); }
        Flatten(data, "", record);
        record.ModifiedAt = Stamp();
        return One(record, made ? 201 : 200);
    }

    private static void Flatten(JsonObject data, string before, CrmRecord record)
    {
        foreach (var (name, value) in data)
        {
            if (value is JsonObject inner) { Flatten(inner, before + name + ".", record); }
            else { record.Fields[before + name] = Text(value); }
        }
    }

    private Answer Note(string id, JsonObject body)
    {
        if (Find(id) is null) { return Missing(); }
        var note = new CrmNote($"note-{Notes.Count + 1}", id, Text(body["title"]) ?? "") { Text = Text(body["text"]) ?? "" };
        Notes.Add(note);
        return new(201, new JsonObject { ["data"] = new JsonObject { ["id"] = note.Id } });
    }

    private static JsonObject Shown(CrmRecord r)
    {
        var shown = new JsonObject { ["id"] = r.Id, ["updated_at"] = Iso(r.ModifiedAt) };
        foreach (var (path, value) in r.Fields)
        {
            var at = shown;
            var parts = path.Split('.');
            foreach (var part in parts[..^1]) { at = (JsonObject)(at[part] ??= new JsonObject()); }
            at[parts[^1]] = value;
        }

        return shown;
    }

    private static Answer One(CrmRecord record, int status) => new(status, new JsonObject { ["data"] = Shown(record) });

    private static Answer Missing() => new(404, new JsonObject { ["message"] = "not found" });
}
