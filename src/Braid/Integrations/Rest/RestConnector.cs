using System.ComponentModel.DataAnnotations;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Braid.Channels;

namespace Braid.Integrations.Rest;

internal enum RestSignIn { None, Bearer, Basic, Header }

internal sealed record RestSettings : ConnectorSettings
{
    [Setting("Base address", Placeholder = "https://crm.example.com/api"), Required, Url]
    public string BaseUrl { get; init; } = "";

    [Setting("Sign in by")]
    public RestSignIn SignIn { get; init; }

    [Setting("Token or password", Secret = true)]
    public string? Secret { get; init; }

    [Setting("User or header name", Help = "The user with Basic; the header, such as X-Api-Key, with Header.")]
    public string? User { get; init; }

    [Setting("List records", Placeholder = "/contacts?limit=100&after={cursor}", Help = "{cursor} and {since} (ISO 8601) are filled in; a parameter whose value is unknown is left out."), Required]
    public string ListPath { get; init; } = "";

    [Setting("Where the list is", Placeholder = "data.items", Help = "Empty: the answer is the list.")]
    public string? ListAt { get; init; }

    [Setting("Where the next cursor is", Placeholder = "paging.next", Help = "Empty: there is one page.")]
    public string? NextAt { get; init; }

    [Setting("Read a record", Placeholder = "/contacts/{id}"), Required]
    public string ReadPath { get; init; } = "";

    [Setting("Find by email", Placeholder = "/contacts?email={email}", Help = "{email}, {phone} or {ourId} are filled in. Empty: records are found by listing only.")]
    public string? FindPath { get; init; }

    [Setting("Make a record", Placeholder = "POST /contacts", Help = "Empty: none are made.")]
    public string? CreateCall { get; init; }

    [Setting("Change a record", Placeholder = "PATCH /contacts/{id}", Help = "Empty: none are changed.")]
    public string? UpdateCall { get; init; }

    [Setting("Write a note", Placeholder = "POST /contacts/{id}/notes", Help = "Gets title, text, at, link and conversationId. Empty: conversations are not written there.")]
    public string? NoteCall { get; init; }

    [Setting("Where a record is in an answer", Advanced = true, Placeholder = "data", Help = "Of reading, making and changing. Also wraps what is sent.")]
    public string? RecordAt { get; init; }

    [Setting("Where the id is", Advanced = true)]
    public string IdAt { get; init; } = "id";

    [Setting("Where the time of change is", Advanced = true)]
    public string ModifiedAt { get; init; } = "updated_at";

    [Setting("Where the email is", Advanced = true)]
    public string EmailAt { get; init; } = "email";

    [Setting("Where the phone is", Advanced = true)]
    public string PhoneAt { get; init; } = "phone";

    [Setting("Page of a record", Advanced = true, Placeholder = "https://crm.example.com/contacts/{id}")]
    public string? PageUrl { get; init; }

    [Setting("Webhook secret", Secret = true, Generate = true, Advanced = true, Help = "The other side signs with it: HMAC-SHA256 of the body, hex or base64. Empty: the key in the address is enough.")]
    public string? HookSecret { get; init; }

    [Setting("Webhook signature header", Advanced = true)]
    public string HookHeader { get; init; } = "X-Signature";

    [Setting("Where the id is in a webhook", Advanced = true)]
    public string HookIdAt { get; init; } = "id";

    public override IEnumerable<(string Field, string Problem)> Check()
    {
        if (SignIn != RestSignIn.None && Secret is null) { yield return ("secret", "Needed to sign in this way."); }
        if (SignIn is RestSignIn.Basic or RestSignIn.Header && User is null) { yield return ("user", "Needed to sign in this way."); }
        foreach (var (field, call) in new[] { ("createCall", CreateCall), ("updateCall", UpdateCall), ("noteCall", NoteCall) })
        {
            if (call is not null && call.Split(' ', 2) is not ["POST" or "PUT" or "PATCH", ['/', ..]]) { yield return (field, "A method and a path, such as POST /contacts."); }
        }

        foreach (var (field, path) in new[] { ("listPath", ListPath), ("readPath", ReadPath), ("findPath", FindPath) })
        {
            if (path is { Length: > 0 } && path[0] != '/') { yield return (field, "A path that begins with a slash."); }
        }
    }
}

/// <summary>Any system with a JSON API, described by an admin: where things are is said in paths with dots, such as profile.first_name.</summary>
internal sealed class RestConnector : IConnector
{
    public ConnectorDescriptor Descriptor { get; } = new("rest", "Other system (REST)", typeof(RestSettings), "record")
    {
        Writes = true, Notes = true, Hooks = true, PerSecond = 5,
        HooksHelp = "Let the other system POST to this address when a record changed; the id of the record is what is read of it.",
        Defaults = [new("name", "name"), new("email", "email"), new("phone", "phone"), new("company", "company")],
    };

    public ConnectorSettings ParseSettings(JsonElement settings) => SettingsReader.Read<RestSettings>(settings);

    public async Task<string> CheckAsync(ConnectorSession session, CancellationToken ct)
    {
        await PageAsync(session, new(null, null, []), ct);
        return new Uri(session.As<RestSettings>().BaseUrl).Host;
    }

    /// <summary>Found by looking at the first records.</summary>
    public async Task<IReadOnlyList<RemoteField>> FieldsAsync(ConnectorSession session, CancellationToken ct)
    {
        var page = await PageAsync(session, new(null, null, []), ct);
        return [.. page.Records.Take(20).SelectMany(r => r.Fields.Keys).Distinct().Order(StringComparer.Ordinal).Take(300).Select(f => new RemoteField(f, f, "text", f != session.As<RestSettings>().IdAt))];
    }

    public async Task<RemotePage> PageAsync(ConnectorSession session, PageRequest request, CancellationToken ct)
    {
        var settings = session.As<RestSettings>();
        var answer = await CallAsync(session, HttpMethod.Get, Filled(settings.ListPath, [("cursor", request.Cursor), ("since", request.Since?.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture))]), null, ct);
        var list = At(answer, settings.ListAt) as JsonArray ?? throw new ConnectorException(ConnectorFate.Account, "There is no list in the answer. Check “Where the list is”.");
        var next = settings.NextAt is null ? null : At(answer, settings.NextAt).AsText();
        return new([.. list.OfType<JsonObject>().Select(r => Read(settings, r))], next is null || next == request.Cursor || list.Count == 0 ? null : next);
    }

    public async Task<RemoteRecord?> ReadAsync(ConnectorSession session, string id, IReadOnlyCollection<string> fields, CancellationToken ct)
    {
        var settings = session.As<RestSettings>();
        try
        {
            return Record(settings, await CallAsync(session, HttpMethod.Get, Filled(settings.ReadPath, [("id", id)]), null, ct));
        }
        catch (ConnectorException e) when (e.Fate == ConnectorFate.Gone)
        {
            return null;
        }
    }

    public async Task<IReadOnlyList<RemoteRecord>> FindAsync(ConnectorSession session, RemoteKeys keys, IReadOnlyCollection<string> fields, CancellationToken ct)
    {
        var settings = session.As<RestSettings>();
        if (settings.FindPath is not { } path) { return []; }
        IEnumerable<(string Name, string Value)> asked = path.Contains("{ourId}", StringComparison.Ordinal) ? [("ourId", keys.OurId)] : path.Contains("{phone}", StringComparison.Ordinal) ? keys.Phones.Take(3).Select(p => ("phone", p)) : keys.Emails.Take(5).Select(e => ("email", e));
        foreach (var (name, value) in asked)
        {
            try
            {
                var answer = await CallAsync(session, HttpMethod.Get, Filled(path, [(name, value)]), null, ct);
                var found = (At(answer, settings.ListAt) as JsonArray ?? answer as JsonArray)?.OfType<JsonObject>().Select(r => Read(settings, r)).ToList() ?? [Record(settings, answer)];
                if (found.Count > 0) { return found; }
            }
            catch (ConnectorException e) when (e.Fate == ConnectorFate.Gone)
            {
                // Not by this one.
            }
        }

        return [];
    }

    public Task<RemoteRecord> CreateAsync(ConnectorSession session, string ourId, IReadOnlyDictionary<string, string?> values, IReadOnlyCollection<string> fields, CancellationToken ct) =>
        WriteAsync(session, session.As<RestSettings>().CreateCall ?? throw ConnectorException.Record("No call to make a record is set up."), null, values, fields, ct);

    public Task<RemoteRecord> UpdateAsync(ConnectorSession session, string id, IReadOnlyDictionary<string, string?> values, IReadOnlyCollection<string> fields, CancellationToken ct) =>
        WriteAsync(session, session.As<RestSettings>().UpdateCall ?? throw ConnectorException.Record("No call to change a record is set up."), id, values, fields, ct);

    public async Task<string> SaveNoteAsync(ConnectorSession session, string id, string? noteId, RemoteNote note, CancellationToken ct)
    {
        var settings = session.As<RestSettings>();
        var call = (settings.NoteCall ?? throw ConnectorException.Record("No call to write a note is set up.")).Split(' ', 2);
        var answer = await CallAsync(session, new HttpMethod(call[0]), Filled(call[1], [("id", id)]), new JsonObject
        {
            ["id"] = noteId, ["title"] = note.Title, ["text"] = note.Text, ["at"] = note.At.UtcDateTime.ToString("O", System.Globalization.CultureInfo.InvariantCulture), ["link"] = note.Link.AbsoluteUri, ["conversationId"] = note.ConversationId,
        }, ct);
        return At(At(answer, settings.RecordAt), settings.IdAt).AsText() ?? noteId ?? note.ConversationId;
    }

    public IReadOnlyList<RemoteHint>? ReadHook(ConnectorSettings settings, HookRequest request)
    {
        var own = (RestSettings)settings;
        if (own.HookSecret is { } secret)
        {
            var mac = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), request.Body.Span);
            var given = request.Header(own.HookHeader)?.Replace("sha256=", "", StringComparison.Ordinal);
            if (!Secrets.Match(given, Convert.ToHexStringLower(mac)) && !Secrets.Match(given, Convert.ToBase64String(mac))) { return null; }
        }

        try
        {
            var json = JsonNode.Parse(request.Body.Span);
            return [.. (json as JsonArray ?? [json?.DeepClone()]).Select(e => At(e, own.HookIdAt).AsText()).OfType<string>().Distinct().Select(id => new RemoteHint(HintKind.Changed, id))];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    private async Task<RemoteRecord> WriteAsync(ConnectorSession session, string call, string? id, IReadOnlyDictionary<string, string?> values, IReadOnlyCollection<string> fields, CancellationToken ct)
    {
        var (settings, parts) = (session.As<RestSettings>(), call.Split(' ', 2));
        var body = new JsonObject();
        foreach (var (path, value) in values) { Put(body, path, value); }
        var sent = body;
        foreach (var part in (settings.RecordAt ?? "").Split('.', StringSplitOptions.RemoveEmptyEntries).Reverse()) { sent = new JsonObject { [part] = sent }; }
        var answer = await CallAsync(session, new HttpMethod(parts[0]), Filled(parts[1], [("id", id)]), sent, ct);
        if (At(answer, settings.RecordAt) is JsonObject record && At(record, settings.IdAt).AsText() is { } made) { return await ReadAsync(session, made, fields, ct) ?? Read(settings, record); }
        return id is null ? throw new ConnectorException(ConnectorFate.Account, "The answer to making a record holds no id. Check “Where the id is”.") : await ReadAsync(session, id, fields, ct) ?? throw new ConnectorException(ConnectorFate.Gone, "The record is not there any more.");
    }

    private static RemoteRecord Record(RestSettings settings, JsonNode? answer) => Read(settings, At(answer, settings.RecordAt) as JsonObject ?? throw new ConnectorException(ConnectorFate.Retry, "Its answer can't be read."));

    private static RemoteRecord Read(RestSettings settings, JsonObject json)
    {
        var fields = new Dictionary<string, string?>(StringComparer.Ordinal);
        Flatten(json, "", fields);
        var id = fields.GetValueOrDefault(settings.IdAt) ?? throw new ConnectorException(ConnectorFate.Account, "A record holds no id. Check “Where the id is”.");
        return new(id, fields, ConnectorText.Time(fields.GetValueOrDefault(settings.ModifiedAt)))
        {
            Email = fields.GetValueOrDefault(settings.EmailAt), Phone = fields.GetValueOrDefault(settings.PhoneAt),
            Url = settings.PageUrl is { } page && Uri.TryCreate(page.Replace("{id}", Uri.EscapeDataString(id), StringComparison.Ordinal), UriKind.Absolute, out var url) && url.Scheme is "https" or "http" ? url : null,
        };
    }

    private static void Flatten(JsonObject json, string before, Dictionary<string, string?> fields)
    {
        foreach (var (name, value) in json.Take(500))
        {
            if (value is JsonObject inner && before.Count(c => c == '.') < 5) { Flatten(inner, before + name + ".", fields); }
            else if (value is JsonArray list && list.All(v => v is JsonValue)) { fields[before + name] = list.Count == 0 ? null : string.Join(';', list.Select(v => v.AsText())); }
            else { fields[before + name] = value.AsText(); }
        }
    }

    private static void Put(JsonObject body, string path, string? value)
    {
        var parts = path.Split('.');
        foreach (var part in parts[..^1]) { body = (JsonObject)(body[part] ??= new JsonObject()); }
        body[parts[^1]] = value;
    }

    private static JsonNode? At(JsonNode? json, string? path) => (path ?? "").Split('.', StringSplitOptions.RemoveEmptyEntries).Aggregate(json, (at, part) => (at as JsonObject)?[part]);

    /// <summary>Values are escaped; parameters without one are left out.</summary>
    private static string Filled(string path, IReadOnlyList<(string Name, string? Value)> values)
    {
        var (place, query) = path.Split('?', 2) is [var p, var q] ? (p, q) : (path, "");
        var kept = query.Split('&', StringSplitOptions.RemoveEmptyEntries).Where(part => !values.Any(v => v.Value is null && part.Contains($"{{{v.Name}}}", StringComparison.Ordinal)));
        var filled = place + (kept.Any() ? "?" + string.Join('&', kept) : "");
        return values.Aggregate(filled, (text, v) => text.Replace($"{{{v.Name}}}", Uri.EscapeDataString(v.Value ?? ""), StringComparison.Ordinal));
    }

    private static async Task<JsonNode?> CallAsync(ConnectorSession session, HttpMethod method, string path, JsonNode? body, CancellationToken ct)
    {
        var settings = session.As<RestSettings>();
        var request = ConnectorSession.Request(method, new Uri(settings.BaseUrl.TrimEnd('/') + path), body);
        switch (settings.SignIn)
        {
            case RestSignIn.Bearer: request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", settings.Secret); break;
            case RestSignIn.Basic: request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{settings.User}:{settings.Secret}"))); break;
            case RestSignIn.Header: request.Headers.TryAddWithoutValidation(settings.User!, settings.Secret); break;
            default: break;
        }

        var answer = await session.SendAsync(request, ct);
        if (!answer.IsYes) { throw answer.Refused("The other system", answer.Json.Text("message") ?? answer.Json.Text("error")); }
        return answer.Body.Length == 0 ? null : answer.Json ?? throw new ConnectorException(ConnectorFate.Retry, "Its answer is no JSON.");
    }
}
