using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Braid.Channels;

namespace Braid.Integrations.Zendesk;

internal sealed record ZendeskSettings : ConnectorSettings
{
    [Setting("Subdomain", Placeholder = "acme", Help = "What stands before .zendesk.com."), Required]
    [RegularExpression("^[a-z0-9][a-z0-9-]*$", ErrorMessage = "Only what stands before .zendesk.com.")]
    public string Subdomain { get; init; } = "";

    [Setting("Email of an admin", Help = "With an API token. Leave it out with an OAuth token.")]
    public string? Email { get; init; }

    [Setting("Token", Secret = true, Help = "An API token (Admin Center → Apps and integrations → APIs), or an OAuth token."), Required]
    public string Token { get; init; } = "";

    [Setting("Signing secret", Secret = true, Help = "Of the webhook that posts to Braid.")]
    public string? SigningSecret { get; init; }

    [Setting("API address", Advanced = true), Url]
    public string? ApiBaseUrl { get; init; }
}

/// <summary>End users of Zendesk Support as profiles, conversations as tickets. Facts and doubts: docs/connectors.md.</summary>
internal sealed class ZendeskConnector : IConnector
{
    private static readonly TimeSpan Oldest = TimeSpan.FromMinutes(5);
    private static readonly string[] Plain = ["name", "email", "phone", "locale", "time_zone", "notes", "details", "tags"];

    public ConnectorDescriptor Descriptor { get; } = new("zendesk", "Zendesk", typeof(ZendeskSettings), "user")
    {
        Writes = true, Notes = true, Panels = true, Hooks = true, PerSecond = 3, Required = ["name"],
        HooksHelp = "In Admin Center, under Webhooks: enter this address, subscribe to the user events, and copy the signing secret here.",
        Defaults = [new("name", "name"), new("email", "email"), new("phone", "phone"), new("language", "locale", Conflict: ConflictRule.FillEmpty), new("tags", "tags", SyncDirection.Pull)],
    };

    public ConnectorSettings ParseSettings(JsonElement settings) => SettingsReader.Read<ZendeskSettings>(settings);

    public async Task<string> CheckAsync(ConnectorSession session, CancellationToken ct)
    {
        var me = (await CallAsync(session, HttpMethod.Get, "/users/me.json", null, ct))["user"];
        // Without a right sign-in it answers as "Anonymous user", with a yes.
        return me.Text("id") is { } id && me.Text("email") is not null ? $"{session.As<ZendeskSettings>().Subdomain} ({me.Text("name") ?? id})" : throw new ConnectorException(ConnectorFate.Account, "Zendesk does not know this token. Check the email and the token.");
    }

    public async Task<IReadOnlyList<RemoteField>> FieldsAsync(ConnectorSession session, CancellationToken ct)
    {
        var own = await CallAsync(session, HttpMethod.Get, "/user_fields.json", null, ct);
        return [.. Plain.Select(p => new RemoteField(p, p, p is "email" or "phone" ? p : "text", true)),
            .. own.Objects("user_fields").Where(f => f.Text("key") is not null && f.Text("active") != "false").Select(f => new RemoteField(
                "user_fields." + f.Text("key"), f.Text("title") ?? f.Text("key")!, f.Text("type") switch { "integer" or "decimal" => "number", "date" => "date", "checkbox" => "flag", "dropdown" => "choice", _ => "text" }, true,
                f.Text("type") == "dropdown" ? [.. f.Objects("custom_field_options").Select(o => o.Text("value")).OfType<string>()] : null))];
    }

    public async Task<int?> CountAsync(ConnectorSession session, CancellationToken ct)
    {
        var count = (await CallAsync(session, HttpMethod.Get, "/users/count.json?role=end-user", null, ct))["count"];
        return int.TryParse(count.Text("value"), CultureInfo.InvariantCulture, out var total) ? total : null;
    }

    public async Task<RemotePage> PageAsync(ConnectorSession session, PageRequest request, CancellationToken ct)
    {
        // It wants a start more than a minute back.
        var start = request.Since ?? DateTimeOffset.UnixEpoch.AddDays(1);
        var latest = session.Clock.GetUtcNow().AddMinutes(-2);
        var page = await CallAsync(session, HttpMethod.Get, "/incremental/users/cursor.json?per_page=100&" + (request.Cursor is { } cursor ? "cursor=" + Uri.EscapeDataString(cursor) : $"start_time={(start < latest ? start : latest).ToUnixTimeSeconds()}"), null, ct);
        var users = page.Objects("users").Where(u => u.Text("role") is null or "end-user").ToList();
        var gone = users.Where(u => u.Text("active") == "false").Select(u => new RemoteHint(HintKind.Deleted, u.Text("id")!)).ToList();
        return new([.. users.Where(u => u.Text("active") != "false").Select(u => Read(session, u))], page.Text("end_of_stream") == "false" ? page.Text("after_cursor") : null) { Hints = gone };
    }

    public async Task<RemoteRecord?> ReadAsync(ConnectorSession session, string id, IReadOnlyCollection<string> fields, CancellationToken ct)
    {
        try
        {
            var user = (await CallAsync(session, HttpMethod.Get, $"/users/{Uri.EscapeDataString(id)}.json", null, ct))["user"] as JsonObject;
            return user is null || user.Text("active") == "false" ? null : Read(session, user);
        }
        catch (ConnectorException e) when (e.Fate == ConnectorFate.Gone)
        {
            return null;
        }
    }

    public async Task<IReadOnlyList<RemoteRecord>> FindAsync(ConnectorSession session, RemoteKeys keys, IReadOnlyCollection<string> fields, CancellationToken ct)
    {
        var known = await CallAsync(session, HttpMethod.Get, $"/users/search.json?external_id={Uri.EscapeDataString(keys.OurId)}", null, ct);
        if (known.Objects("users").Select(u => Read(session, u)).ToList() is { Count: > 0 } own) { return own; }
        foreach (var query in keys.Emails.Take(5).Select(e => "email:" + e).Concat(keys.Phones.Take(3).Select(p => "phone:" + p)))
        {
            var found = await CallAsync(session, HttpMethod.Get, $"/users/search.json?query={Uri.EscapeDataString(query)}", null, ct);
            if (found.Objects("users").Where(u => u.Text("active") != "false").Select(u => Read(session, u)).ToList() is { Count: > 0 } those) { return those; }
        }

        return [];
    }

    public async Task<RemoteRecord> CreateAsync(ConnectorSession session, string ourId, IReadOnlyDictionary<string, string?> values, IReadOnlyCollection<string> fields, CancellationToken ct)
    {
        var user = Body(values);
        user["external_id"] = ourId;
        user["name"] ??= values.GetValueOrDefault("email") ?? values.GetValueOrDefault("phone");
        // Made once, however often it is said: by the address or our id.
        var made = await CallAsync(session, HttpMethod.Post, "/users/create_or_update.json", new JsonObject { ["user"] = user }, ct);
        return Read(session, made["user"] as JsonObject ?? throw new ConnectorException(ConnectorFate.Retry, "Its answer can't be read."));
    }

    public async Task<RemoteRecord> UpdateAsync(ConnectorSession session, string id, IReadOnlyDictionary<string, string?> values, IReadOnlyCollection<string> fields, CancellationToken ct)
    {
        var changed = await CallAsync(session, HttpMethod.Put, $"/users/{Uri.EscapeDataString(id)}.json", new JsonObject { ["user"] = Body(values) }, ct);
        return Read(session, changed["user"] as JsonObject ?? throw new ConnectorException(ConnectorFate.Retry, "Its answer can't be read."));
    }

    /// <summary>A ticket per conversation, solved, with what was said as a comment that only agents see; said again, another comment.</summary>
    public async Task<string> SaveNoteAsync(ConnectorSession session, string id, string? noteId, RemoteNote note, CancellationToken ct)
    {
        var comment = new JsonObject { ["body"] = $"{note.Text}\n\n{note.Link.AbsoluteUri}", ["public"] = false };
        if (noteId is not null)
        {
            try
            {
                await CallAsync(session, HttpMethod.Put, $"/tickets/{Uri.EscapeDataString(noteId)}.json", new JsonObject { ["ticket"] = new JsonObject { ["comment"] = comment, ["status"] = "solved" } }, ct);
                return noteId;
            }
            catch (ConnectorException e) when (e.Fate == ConnectorFate.Gone)
            {
                // Somebody removed it there: written anew.
            }
        }

        var made = await CallAsync(session, HttpMethod.Post, "/tickets.json", new JsonObject
        {
            ["ticket"] = new JsonObject
            {
                ["subject"] = note.Title, ["comment"] = comment.DeepClone(), ["requester_id"] = long.TryParse(id, CultureInfo.InvariantCulture, out var number) ? number : id, ["external_id"] = note.ConversationId, ["status"] = "solved", ["tags"] = new JsonArray("braid"),
            },
        }, ct, "braid-" + note.ConversationId);
        return made["ticket"].Text("id") ?? throw new ConnectorException(ConnectorFate.Retry, "Its answer can't be read.");
    }

    public async Task<IReadOnlyList<PanelItem>> PanelAsync(ConnectorSession session, RemoteRecord record, CancellationToken ct)
    {
        var tickets = await CallAsync(session, HttpMethod.Get, $"/users/{Uri.EscapeDataString(record.Id)}/tickets/requested.json?sort_by=updated_at&sort_order=desc&per_page=10", null, ct);
        return [.. tickets.Objects("tickets").Select(t => new PanelItem("ticket", $"#{t.Text("id")} {t.Text("subject")}".Trim(), t.Text("status"), null, ConnectorText.Time(t.Text("updated_at")),
            $"https://{session.As<ZendeskSettings>().Subdomain}.zendesk.com/agent/tickets/{t.Text("id")}"))];
    }

    public Task EraseAsync(ConnectorSession session, string id, CancellationToken ct) => CallAsync(session, HttpMethod.Delete, $"/users/{Uri.EscapeDataString(id)}.json", null, ct);

    public IReadOnlyList<RemoteHint>? ReadHook(ConnectorSettings settings, HookRequest request)
    {
        if (((ZendeskSettings)settings).SigningSecret is not { } secret || request.Header("X-Zendesk-Webhook-Signature") is not { } given || request.Header("X-Zendesk-Webhook-Signature-Timestamp") is not { } stamp) { return null; }
        if (ConnectorText.Time(stamp) is not { } at || (request.Now - at).Duration() > Oldest) { return null; }
        var right = Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), (byte[])[.. Encoding.UTF8.GetBytes(stamp), .. request.Body.Span]));
        if (!Secrets.Match(given, right)) { return null; }
        JsonNode? json;
        try { json = JsonNode.Parse(request.Body.Span); }
        catch (JsonException) { return []; }
        var type = (json.Text("type") ?? "").Replace("zen:event-type:", "", StringComparison.Ordinal);
        var id = (json as JsonObject)?["detail"].Text("id") ?? (json.Text("subject")?.Split(':') is ["zen", "user", var subject] ? subject : null);
        return !type.StartsWith("user.", StringComparison.Ordinal) || id is null ? [] : type switch
        {
            "user.deleted" => [new(HintKind.Deleted, id)],
            "user.merged" when ((json as JsonObject)?["event"] as JsonObject)?["user"].Text("id") is { } into => [new(HintKind.Merged, id, into), new(HintKind.Changed, into)],
            _ => [new(HintKind.Changed, id)],
        };
    }

    private static RemoteRecord Read(ConnectorSession session, JsonObject user)
    {
        var id = user.Text("id") ?? throw new ConnectorException(ConnectorFate.Retry, "Its answer can't be read.");
        var fields = Plain.Where(p => p != "tags").ToDictionary(p => p, p => user.Text(p));
        fields["tags"] = user["tags"] is JsonArray { Count: > 0 } tags ? string.Join(';', tags.Select(t => t.AsText())) : null;
        foreach (var (key, value) in user["user_fields"] as JsonObject ?? []) { fields["user_fields." + key] = value.AsText(); }
        return new(id, fields, ConnectorText.Time(user.Text("updated_at")))
        {
            OurId = user.Text("external_id"), Email = user.Text("email"), Phone = user.Text("phone"), Url = new Uri($"https://{session.As<ZendeskSettings>().Subdomain}.zendesk.com/agent/users/{id}"),
        };
    }

    private static JsonObject Body(IReadOnlyDictionary<string, string?> values)
    {
        var body = new JsonObject();
        foreach (var (name, value) in values)
        {
            if (name.StartsWith("user_fields.", StringComparison.Ordinal)) { ((JsonObject)(body["user_fields"] ??= new JsonObject()))[name["user_fields.".Length..]] = value; }
            else if (name == "tags") { body["tags"] = new JsonArray([.. (value ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries).Select(t => (JsonNode)t)]); }
            else { body[name] = value; }
        }

        return body;
    }

    private static async Task<JsonObject> CallAsync(ConnectorSession session, HttpMethod method, string path, JsonNode? body, CancellationToken ct, string? key = null)
    {
        var settings = session.As<ZendeskSettings>();
        var request = ConnectorSession.Request(method, new Uri(ConnectorText.Base(settings.ApiBaseUrl, $"https://{settings.Subdomain}.zendesk.com").AbsoluteUri.TrimEnd('/') + "/api/v2" + path), body);
        request.Headers.Authorization = settings.Email is { } email
            ? new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{email}/token:{settings.Token}")))
            : new AuthenticationHeaderValue("Bearer", settings.Token);
        if (key is not null) { request.Headers.Add("Idempotency-Key", key); }
        var answer = await session.SendAsync(request, ct);
        if (answer.IsYes) { return answer.Body.Length == 0 ? [] : answer.Object; }
        var (json, id) = (answer.Json, answer.Header("X-Zendesk-Request-Id"));
        var details = ((json as JsonObject)?["details"] as JsonObject)?.SelectMany(d => d.Value as JsonArray ?? []).OfType<JsonObject>().ToList() ?? [];
        var message = details.Select(d => d.Text("description")).FirstOrDefault() ?? json.Text("description") ?? json.Text("error");
        throw (int)answer.Status == 422 ? new ConnectorException(ConnectorFate.Record, message ?? "Zendesk refused it.") { RequestId = id } : answer.Refused("Zendesk", message, id);
    }
}
