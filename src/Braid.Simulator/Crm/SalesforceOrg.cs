using System.Globalization;
using System.Text.Json.Nodes;
using Braid.Simulator.Http;
using Microsoft.AspNetCore.Http;

namespace Braid.Simulator.Crm;

/// <summary>Contacts of a Salesforce org over REST: a session that ends, queries in a part of SOQL, a recycle bin, errors as a list.</summary>
public sealed class SalesforceOrg : CrmServer
{
    public const string ConsumerKey = "3MVG9demo";
    public const string ConsumerSecret = "demo-consumer-secret";
    private int sessions;

    private SalesforceOrg(SimulatedWorld world) : base(world, SimulatedProvider.Salesforce) =>
        Known.UnionWith(["Id", "FirstName", "LastName", "Email", "Phone", "MobilePhone", "Account.Name", "Title", "Tier__c", "SystemModstamp", "IsDeleted", "MasterRecordId", "Braid_Id__c"]);

    /// <summary>Sign-ins asked for.</summary>
    public int Sessions => sessions;

    public static async Task<SalesforceOrg> StartAsync(SimulatedWorld world, CancellationToken ct = default)
    {
        var org = new SalesforceOrg(world);
        await org.OpenAsync(ct);
        return org;
    }

    /// <summary>The token in use is good no more.</summary>
    public void EndSession() => valid = "";

    private string valid = "";

    private protected override string NewId() => "003" + base.NewId().PadLeft(12, '0') + "AAA";

    private protected override (string Method, Func<Answer> Act) Route(HttpRequest request, string path, string body)
    {
        if (path == "/services/oauth2/token") { return ("token", () => SignIn(body)); }
        if (request.Headers.Authorization != "Bearer " + valid || valid.Length == 0) { return ("auth", () => Error(401, "INVALID_SESSION_ID", "Session expired or invalid")); }
        var parts = path.Replace("/services/data/v62.0/", "", StringComparison.Ordinal).Split('/');
        return (request.Method, parts) switch
        {
            ("GET", ["query"]) => ("query", () => Query(request.Query["q"].ToString(), false)),
            ("GET", ["queryAll"]) => ("query", () => Query(request.Query["q"].ToString(), true)),
            ("GET", ["sobjects", "Contact", "describe"]) => ("describe", Describe),
            ("POST", ["sobjects", "Contact"]) => ("create", () => Write(null, Object(body))),
            ("PATCH", ["sobjects", "Contact", "Braid_Id__c", var own]) => ("upsert", () => Upsert(Uri.UnescapeDataString(own), Object(body))),
            ("PATCH", ["sobjects", "Contact", var id]) => ("update", () => All.Find(r => r.Id == id) switch { null => Error(404, "NOT_FOUND", "Provided external ID field does not exist or is not accessible"), { Removed: true } => Error(404, "ENTITY_IS_DELETED", "entity is deleted"), var one => Write(one, Object(body)) }),
            ("POST", ["sobjects", "Task"]) => ("note", () => Note(null, Object(body))),
            ("PATCH", ["sobjects", "Task", var id]) => ("note", () => Notes.Exists(n => n.Id == id) ? Note(id, Object(body)) : Error(404, "NOT_FOUND", "The requested resource does not exist")),
            _ => ("unknown", () => Error(404, "NOT_FOUND", "The requested resource does not exist")),
        };
    }

    private protected override Answer? Refuse(Fault fault) => fault switch
    {
        Fault.TooManyRequests => Error(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded."),
        Fault.ServerError { Status: var status } => Error(status, "SERVER_UNAVAILABLE", "Server temporarily unavailable"),
        _ => null,
    };

    private Answer SignIn(string body)
    {
        var form = Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(body);
        if (form["grant_type"] != "client_credentials" || form["client_id"] != ConsumerKey || form["client_secret"] != ConsumerSecret) { return new(400, new JsonObject { ["error"] = "invalid_client", ["error_description"] = "invalid client credentials" }); }
        valid = $"00D!session{++sessions}";
        return new(200, new JsonObject { ["access_token"] = valid, ["instance_url"] = Url.AbsoluteUri.TrimEnd('/'), ["id"] = "https://login.salesforce.com/id/00D/005", ["token_type"] = "Bearer", ["issued_at"] = World.Time.GetUtcNow().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture) });
    }

    private Answer Query(string soql, bool all)
    {
        if (soql.Contains("FROM Organization", StringComparison.Ordinal)) { return Rows([new JsonObject { ["Name"] = "Tarn & Ember" }]); }
        if (soql.Contains("FROM Case", StringComparison.Ordinal) || soql.Contains("FROM Opportunity", StringComparison.Ordinal)) { return Rows([]); }
        if (soql.StartsWith("SELECT COUNT()", StringComparison.Ordinal)) { return new(200, new JsonObject { ["totalSize"] = All.Count(r => !r.Removed), ["done"] = true, ["records"] = new JsonArray() }); }
        Soql query;
        try { query = Soql.Parse(soql); }
        catch (FormatException e) { return Error(400, "MALFORMED_QUERY", e.Message); }
        if (query.Fields.Concat(query.Asked).FirstOrDefault(f => !Known.Contains(f)) is { } unknown) { return Error(400, "INVALID_FIELD", $"\nSELECT {unknown}\n ^\nERROR at Row:1:Column:8\nNo such column '{unknown}' on entity 'Contact'."); }
        var rows = All.Where(r => (all || !r.Removed) && query.Fits(f => Value(r, f))).OrderBy(r => r.ModifiedAt).ThenBy(r => r.Id, StringComparer.Ordinal).Take(query.Limit);
        return Rows(rows.Select(r => Shown(r, query.Fields)));
    }

    private static string? Value(CrmRecord record, string field) => field switch
    {
        "Id" => record.Id, "SystemModstamp" => Iso(record.ModifiedAt), "IsDeleted" => record.Removed ? "true" : "false", "MasterRecordId" => record.MergedInto, _ => record[field],
    };

    private static JsonObject Shown(CrmRecord record, IEnumerable<string> fields)
    {
        var row = new JsonObject { ["attributes"] = new JsonObject { ["type"] = "Contact", ["url"] = $"/services/data/v62.0/sobjects/Contact/{record.Id}" } };
        foreach (var field in fields)
        {
            if (field.Split('.') is [var related, var inner]) { row[related] = Value(record, field) is { } value ? new JsonObject { ["attributes"] = new JsonObject { ["type"] = related }, [inner] = value } : null; }
            else if (field == "IsDeleted") { row[field] = record.Removed; }
            else if (field == "SystemModstamp") { row[field] = Iso(record.ModifiedAt).Replace("Z", "+0000", StringComparison.Ordinal); }
            else { row[field] = Value(record, field); }
        }

        return row;
    }

    private static Answer Rows(IEnumerable<JsonObject> rows)
    {
        var list = new JsonArray([.. rows]);
        return new(200, new JsonObject { ["totalSize"] = list.Count, ["done"] = true, ["records"] = list });
    }

    private Answer Describe() => new(200, new JsonObject
    {
        ["name"] = "Contact",
        ["fields"] = new JsonArray([.. Known.Where(k => !k.Contains('.', StringComparison.Ordinal)).Order().Select(k => (JsonNode)new JsonObject { ["name"] = k, ["label"] = k, ["type"] = k is "Email" ? "email" : k is "Phone" ? "phone" : "string", ["updateable"] = k is not ("Id" or "SystemModstamp" or "IsDeleted" or "MasterRecordId") })]),
    });

    private Answer Upsert(string own, JsonObject body)
    {
        var known = All.FindAll(r => !r.Removed && r["Braid_Id__c"] == own);
        if (known.Count > 1) { return new(300, new JsonArray([.. known.Select(k => (JsonNode)$"/services/data/v62.0/sobjects/Contact/{k.Id}")])); }
        body["Braid_Id__c"] = own;
        return Write(known.FirstOrDefault(), body);
    }

    private Answer Write(CrmRecord? record, JsonObject body)
    {
        if (body.Select(p => p.Key).FirstOrDefault(k => !Known.Contains(k)) is { } unknown) { return Error(400, "INVALID_FIELD", $"No such column '{unknown}' on sobject of type Contact"); }
        var values = body.ToDictionary(p => p.Key, p => Text(p.Value));
        if (record is null && string.IsNullOrEmpty(values.GetValueOrDefault("LastName"))) { return Error(400, "REQUIRED_FIELD_MISSING", "Required fields are missing: [LastName]"); }
        if (values.GetValueOrDefault("Email") is { Length: > 0 } email && !email.Contains('@', StringComparison.Ordinal)) { return Error(400, "INVALID_EMAIL_ADDRESS", $"Email: invalid email address: {email}"); }
        var made = record is null;
        if (record is null) { All.Add(record = new CrmRecord { Id = NewId(), CreatedAt = Stamp() }); }
        foreach (var (name, value) in values) { record.Fields[name] = Kept(name, value); }
        record.ModifiedAt = Stamp();
        return made ? new(201, new JsonObject { ["id"] = record.Id, ["success"] = true, ["errors"] = new JsonArray(), ["created"] = true }) : new(204, null);
    }

    private Answer Note(string? id, JsonObject body)
    {
        var (title, text) = (Text(body["Subject"]) ?? "", Text(body["Description"]) ?? "");
        if (id is not null)
        {
            var known = Notes.First(n => n.Id == id);
            (known.Text, known.Writes) = (text, known.Writes + 1);
            return new(204, null);
        }

        if (Find(Text(body["WhoId"])) is not { } about) { return Error(400, "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id"); }
        var note = new CrmNote($"00T{Notes.Count + 1:000000000000}AAA", about.Id, title) { Text = text };
        Notes.Add(note);
        return new(201, new JsonObject { ["id"] = note.Id, ["success"] = true, ["errors"] = new JsonArray() });
    }

    private static Answer Error(int status, string code, string message) => new(status, new JsonArray(new JsonObject { ["message"] = message, ["errorCode"] = code, ["fields"] = new JsonArray() }));
}

/// <summary>SELECT … FROM Contact WHERE … ORDER BY … LIMIT n, with =, &gt;, &gt;=, IN, AND, OR and brackets.</summary>
internal sealed class Soql
{
    private readonly List<string> words;
    private int at;
    private Func<Func<string, string?>, bool> test = _ => true;

    private Soql(string text) => words = Words(text);

    public List<string> Fields { get; } = [];
    public List<string> Asked { get; } = [];
    public int Limit { get; private set; } = 2000;

    public bool Fits(Func<string, string?> value) => test(value);

    public static Soql Parse(string text)
    {
        var query = new Soql(text);
        query.Expect("SELECT");
        do { query.Fields.Add(query.Next()); } while (query.Take(","));
        query.Expect("FROM");
        query.Expect("Contact");
        if (query.Take("WHERE")) { query.test = query.Or(); }
        if (query.Take("ORDER")) { query.Expect("BY"); do { query.Asked.Add(query.Next()); } while (query.Take(",")); }
        if (query.Take("LIMIT")) { query.Limit = int.Parse(query.Next(), CultureInfo.InvariantCulture); }
        return query.at == query.words.Count ? query : throw new FormatException("unexpected token: " + query.words[query.at]);
    }

    private Func<Func<string, string?>, bool> Or()
    {
        var left = And();
        while (Take("OR")) { var (l, r) = (left, And()); left = v => l(v) || r(v); }
        return left;
    }

    private Func<Func<string, string?>, bool> And()
    {
        var left = One();
        while (Take("AND")) { var (l, r) = (left, One()); left = v => l(v) && r(v); }
        return left;
    }

    private Func<Func<string, string?>, bool> One()
    {
        if (Take("(")) { var inner = Or(); Expect(")"); return inner; }
        var field = Next();
        Asked.Add(field);
        if (Take("IN"))
        {
            Expect("(");
            var values = new List<string>();
            do { values.Add(Literal(Next())); } while (Take(","));
            Expect(")");
            return v => v(field) is { } value && values.Contains(value, StringComparer.OrdinalIgnoreCase);
        }

        var (sign, right) = (Next(), Literal(Next()));
        return sign switch
        {
            "=" => v => string.Equals(v(field), right, StringComparison.OrdinalIgnoreCase),
            ">=" => v => string.CompareOrdinal(v(field), right) >= 0,
            ">" => v => string.CompareOrdinal(v(field), right) > 0,
            _ => throw new FormatException("unexpected token: " + sign),
        };
    }

    private static string Literal(string word) => word[0] == '\'' ? word[1..^1].Replace("\\'", "'", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal) : word;

    private string Next() => at < words.Count ? words[at++] : throw new FormatException("unexpected end");

    private bool Take(string word)
    {
        if (at >= words.Count || !words[at].Equals(word, StringComparison.OrdinalIgnoreCase)) { return false; }
        at++;
        return true;
    }

    private void Expect(string word)
    {
        if (!Take(word)) { throw new FormatException("expecting " + word); }
    }

    private static List<string> Words(string text)
    {
        var found = new List<string>();
        for (var i = 0; i < text.Length;)
        {
            var start = i;
            if (char.IsWhiteSpace(text[i])) { i++; continue; }
            if (text[i] == '\'')
            {
                for (i++; i < text.Length && text[i] != '\''; i++) { if (text[i] == '\\') { i++; } }
                i++;
            }
            else if (text[i] is '(' or ')' or ',') { i++; }
            else if (text[i] is '=' or '>' or '<') { while (i < text.Length && text[i] is '=' or '>' or '<') { i++; } }
            else { while (i < text.Length && !char.IsWhiteSpace(text[i]) && text[i] is not ('(' or ')' or ',' or '=' or '>' or '<' or '\'')) { i++; } }
            found.Add(text[start..Math.Min(i, text.Length)]);
        }

        return found;
    }
}
