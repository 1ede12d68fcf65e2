using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Braid.Channels;

namespace Braid.Integrations.HubSpot;

internal sealed record HubSpotSettings : ConnectorSettings
{
    [Setting("Access token", Secret = true, Placeholder = "pat-eu1-…", Help = "Of a private app, under Settings → Integrations → Private apps. It needs crm.objects.contacts.read and .write, and crm.schemas.contacts.read.")]
    public string? AccessToken { get; init; }

    [Setting("Client secret", Secret = true, Help = "Of the same app: signs its webhooks. With a sign-in by OAuth, also used to renew the token.")]
    public string? ClientSecret { get; init; }

    [Setting("Client ID", Advanced = true, Help = "With a sign-in by OAuth instead of a private app.")]
    public string? ClientId { get; init; }

    [Setting("Refresh token", Secret = true, Advanced = true)]
    public string? RefreshToken { get; init; }

    [Setting("App ID", Advanced = true, Help = "Changes that this app made itself are then left out of what is looked at.")]
    public string? AppId { get; init; }

    [Setting("Property for Braid's id", Advanced = true, Placeholder = "braid_contact_id", Help = "A unique text property of contacts that you made for this. Contacts are then found by it first.")]
    [RegularExpression("^[a-z][a-z0-9_]*$", ErrorMessage = "Lower-case letters, digits and underscores.")]
    public string? IdProperty { get; init; }

    [Setting("API address", Advanced = true), Url]
    public string? ApiBaseUrl { get; init; }

    public override IEnumerable<(string Field, string Problem)> Check()
    {
        var oauth = RefreshToken is not null || ClientId is not null;
        if (AccessToken is null && !oauth) { yield return ("accessToken", "Enter the token of a private app."); }
        if (oauth && (RefreshToken is null || ClientId is null || ClientSecret is null)) { yield return ("refreshToken", "A sign-in by OAuth needs client ID, client secret and refresh token."); }
    }
}

/// <summary>Contacts of HubSpot (CRM v3). Facts and doubts: docs/connectors.md.</summary>
internal sealed class HubSpotConnector : IConnector
{
    private const int Page = 100;
    // The search gives no more than 10,000; before that it is begun anew from the last time seen.
    private const int MostSearched = 9_800;

    public ConnectorDescriptor Descriptor { get; } = new("hubspot", "HubSpot", typeof(HubSpotSettings), "contact")
    {
        Writes = true, Notes = true, Panels = true, Hooks = true, PerSecond = 9,
        HooksHelp = "In the private app, under Webhooks: enter this address and subscribe to contact creation, deletion, merge, privacy deletion and the properties you map.",
        Defaults =
        [
            new("name", "firstname lastname"), new("email", "email"), new("phone", "phone"), new("company", "company"),
            new("language", "hs_language", Conflict: ConflictRule.FillEmpty),
        ],
    };

    public ConnectorSettings ParseSettings(JsonElement settings) => SettingsReader.Read<HubSpotSettings>(settings);

    public async Task<string> CheckAsync(ConnectorSession session, CancellationToken ct)
    {
        var details = await CallAsync(session, HttpMethod.Get, "/account-info/v3/details", null, ct);
        return details.Text("portalId") is { } portal ? $"HubSpot {portal}" : throw new ConnectorException(ConnectorFate.Retry, "Its answer can't be read.");
    }

    public async Task<IReadOnlyList<RemoteField>> FieldsAsync(ConnectorSession session, CancellationToken ct)
    {
        var answer = await CallAsync(session, HttpMethod.Get, "/crm/v3/properties/contacts", null, ct);
        return [.. answer.Objects("results").Where(p => p.Text("hidden") != "true" && p.Text("name") is not null).Select(p => new RemoteField(
            p.Text("name")!, p.Text("label") ?? p.Text("name")!, TypeOf(p.Text("type")), (p["modificationMetadata"] as JsonObject)?.Text("readOnlyValue") != "true",
            p.Text("type") == "enumeration" ? [.. p.Objects("options").Select(o => o.Text("value")).OfType<string>()] : null))];
    }

    public async Task<int?> CountAsync(ConnectorSession session, CancellationToken ct)
    {
        var answer = await CallAsync(session, HttpMethod.Post, "/crm/v3/objects/contacts/search", new JsonObject { ["limit"] = 1 }, ct);
        return int.TryParse(answer.Text("total"), CultureInfo.InvariantCulture, out var total) ? total : null;
    }

    public async Task<RemotePage> PageAsync(ConnectorSession session, PageRequest request, CancellationToken ct)
    {
        var names = Names(session, request.Fields);
        if (request.Since is not { } since)
        {
            var url = $"/crm/v3/objects/contacts?limit={Page}&properties={Uri.EscapeDataString(string.Join(',', names))}" + (request.Cursor is null ? "" : "&after=" + Uri.EscapeDataString(request.Cursor));
            var list = await CallAsync(session, HttpMethod.Get, url, null, ct);
            return new([.. list.Objects("results").Select(r => Read(session, r))], Next(list));
        }

        var (from, after) = request.Cursor?.Split('|') is [var f, var a] ? (f, a) : (since.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture), "0");
        var found = await CallAsync(session, HttpMethod.Post, "/crm/v3/objects/contacts/search", new JsonObject
        {
            ["filterGroups"] = new JsonArray(new JsonObject { ["filters"] = new JsonArray(new JsonObject { ["propertyName"] = "lastmodifieddate", ["operator"] = "GTE", ["value"] = from }) }),
            ["sorts"] = new JsonArray(new JsonObject { ["propertyName"] = "lastmodifieddate", ["direction"] = "ASCENDING" }),
            ["properties"] = new JsonArray([.. names.Select(n => (JsonNode)n)]), ["limit"] = Page, ["after"] = after,
        }, ct);
        var records = found.Objects("results").Select(r => Read(session, r)).ToList();
        if (Next(found) is not { } next) { return new(records, null); }
        var full = int.TryParse(next, CultureInfo.InvariantCulture, out var offset) && offset >= MostSearched && records is [.., { ModifiedAt: not null }];
        return new(records, full ? $"{records[^1].ModifiedAt!.Value.ToUnixTimeMilliseconds()}|0" : $"{from}|{next}");
    }

    public async Task<RemoteRecord?> ReadAsync(ConnectorSession session, string id, IReadOnlyCollection<string> fields, CancellationToken ct)
    {
        try
        {
            return Read(session, await CallAsync(session, HttpMethod.Get, $"/crm/v3/objects/contacts/{Uri.EscapeDataString(id)}?properties={Uri.EscapeDataString(string.Join(',', Names(session, fields)))}", null, ct));
        }
        catch (ConnectorException e) when (e.Fate == ConnectorFate.Gone)
        {
            return null;
        }
    }

    public async Task<IReadOnlyList<RemoteRecord>> FindAsync(ConnectorSession session, RemoteKeys keys, IReadOnlyCollection<string> fields, CancellationToken ct)
    {
        var names = Uri.EscapeDataString(string.Join(',', Names(session, fields)));
        // By a unique property it answers at once; the search lags seconds behind.
        foreach (var (value, property) in Unique(session, keys))
        {
            try
            {
                return [Read(session, await CallAsync(session, HttpMethod.Get, $"/crm/v3/objects/contacts/{Uri.EscapeDataString(value)}?idProperty={property}&properties={names}", null, ct))];
            }
            catch (ConnectorException e) when (e.Fate == ConnectorFate.Gone)
            {
                // Not by this one.
            }
        }

        if (keys.Phones.Count == 0) { return []; }
        var found = await CallAsync(session, HttpMethod.Post, "/crm/v3/objects/contacts/search", new JsonObject
        {
            ["filterGroups"] = new JsonArray([.. keys.Phones.Take(3).Select(p => (JsonNode)new JsonObject { ["filters"] = new JsonArray(new JsonObject { ["propertyName"] = "phone", ["operator"] = "EQ", ["value"] = p }) })]),
            ["properties"] = new JsonArray([.. Names(session, fields).Select(n => (JsonNode)n)]), ["limit"] = 5,
        }, ct);
        return [.. found.Objects("results").Select(r => Read(session, r))];
    }

    public async Task<RemoteRecord> CreateAsync(ConnectorSession session, string ourId, IReadOnlyDictionary<string, string?> values, IReadOnlyCollection<string> fields, CancellationToken ct)
    {
        var properties = Properties(values);
        if (session.As<HubSpotSettings>().IdProperty is { } own) { properties[own] = ourId; }
        return await WholeAsync(session, await CallAsync(session, HttpMethod.Post, "/crm/v3/objects/contacts", new JsonObject { ["properties"] = properties }, ct), fields, ct);
    }

    public async Task<RemoteRecord> UpdateAsync(ConnectorSession session, string id, IReadOnlyDictionary<string, string?> values, IReadOnlyCollection<string> fields, CancellationToken ct) =>
        await WholeAsync(session, await CallAsync(session, HttpMethod.Patch, $"/crm/v3/objects/contacts/{Uri.EscapeDataString(id)}", new JsonObject { ["properties"] = Properties(values) }, ct), fields, ct);

    public async Task<string> SaveNoteAsync(ConnectorSession session, string id, string? noteId, RemoteNote note, CancellationToken ct)
    {
        var properties = new JsonObject
        {
            ["hs_timestamp"] = note.At.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture),
            ["hs_note_body"] = $"<p><strong>{WebUtility.HtmlEncode(note.Title)}</strong></p><p>{WebUtility.HtmlEncode(note.Text).Replace("\n", "<br>", StringComparison.Ordinal)}</p><p><a href=\"{WebUtility.HtmlEncode(note.Link.AbsoluteUri)}\">{WebUtility.HtmlEncode(note.Link.AbsoluteUri)}</a></p>",
        };
        if (noteId is not null)
        {
            try
            {
                await CallAsync(session, HttpMethod.Patch, $"/crm/v3/objects/notes/{Uri.EscapeDataString(noteId)}", new JsonObject { ["properties"] = properties }, ct);
                return noteId;
            }
            catch (ConnectorException e) when (e.Fate == ConnectorFate.Gone)
            {
                // Somebody removed it there: written anew.
            }
        }

        var made = await CallAsync(session, HttpMethod.Post, "/crm/v3/objects/notes", new JsonObject
        {
            ["properties"] = properties.DeepClone(),
            ["associations"] = new JsonArray(new JsonObject
            {
                ["to"] = new JsonObject { ["id"] = id },
                ["types"] = new JsonArray(new JsonObject { ["associationCategory"] = "HUBSPOT_DEFINED", ["associationTypeId"] = 202 }),
            }),
        }, ct);
        return made.Text("id") ?? throw new ConnectorException(ConnectorFate.Retry, "Its answer can't be read.");
    }

    public async Task<IReadOnlyList<PanelItem>> PanelAsync(ConnectorSession session, RemoteRecord record, CancellationToken ct)
    {
        var linked = await CallAsync(session, HttpMethod.Get, $"/crm/v3/objects/contacts/{Uri.EscapeDataString(record.Id)}/associations/deals", null, ct);
        var ids = linked.Objects("results").Select(r => r.Text("id") ?? r.Text("toObjectId")).OfType<string>().Take(10).ToList();
        if (ids.Count == 0) { return []; }
        var deals = await CallAsync(session, HttpMethod.Post, "/crm/v3/objects/deals/batch/read", new JsonObject
        {
            ["properties"] = new JsonArray("dealname", "dealstage", "amount", "deal_currency_code", "closedate"), ["inputs"] = new JsonArray([.. ids.Select(i => (JsonNode)new JsonObject { ["id"] = i })]),
        }, ct);
        return [.. deals.Objects("results").Select(d => (Id: d.Text("id"), Facts: d["properties"])).Select(d => new PanelItem(
            "deal", d.Facts.Text("dealname") ?? d.Id ?? "", d.Facts.Text("dealstage"), d.Facts.Text("amount") is { } amount ? $"{amount} {d.Facts.Text("deal_currency_code")}".TrimEnd() : null, ConnectorText.Time(d.Facts.Text("closedate")), null))];
    }

    public Task EraseAsync(ConnectorSession session, string id, CancellationToken ct) => CallAsync(session, HttpMethod.Post, "/crm/v3/objects/contacts/gdpr-delete", new JsonObject { ["objectId"] = id }, ct);

    public IReadOnlyList<RemoteHint>? ReadHook(ConnectorSettings settings, HookRequest request)
    {
        var own = (HubSpotSettings)settings;
        return own.ClientSecret is { } secret && HubSpotSignature.IsRight(secret, request) ? HubSpotHooks.Read(request.Body.Span, own.AppId) : null;
    }

    private static IEnumerable<(string Value, string Property)> Unique(ConnectorSession session, RemoteKeys keys)
    {
        if (session.As<HubSpotSettings>().IdProperty is { } own) { yield return (keys.OurId, own); }
        foreach (var email in keys.Emails.Take(5)) { yield return (email, "email"); }
    }

    /// <summary>An answer to a change holds what was changed, not all that is mapped.</summary>
    private async Task<RemoteRecord> WholeAsync(ConnectorSession session, JsonObject answer, IReadOnlyCollection<string> fields, CancellationToken ct) =>
        answer.Text("id") is { } id && Names(session, fields).All(n => answer["properties"] is JsonObject given && given.ContainsKey(n)) ? Read(session, answer)
        : await ReadAsync(session, answer.Text("id") ?? throw new ConnectorException(ConnectorFate.Retry, "Its answer can't be read."), fields, ct) ?? throw new ConnectorException(ConnectorFate.Gone, "The record is not there any more.");

    private static List<string> Names(ConnectorSession session, IReadOnlyCollection<string> fields) =>
        [.. fields.Concat(["email", "phone", "lastmodifieddate", "hs_merged_object_ids"]).Concat(session.As<HubSpotSettings>().IdProperty is { } own ? [own] : []).Distinct().Order(StringComparer.Ordinal)];

    private static RemoteRecord Read(ConnectorSession session, JsonObject json)
    {
        var id = json.Text("id") ?? throw new ConnectorException(ConnectorFate.Retry, "Its answer can't be read.");
        var fields = (json["properties"] as JsonObject ?? []).ToDictionary(p => p.Key, p => p.Value.AsText());
        return new(id, fields, ConnectorText.Time(fields.GetValueOrDefault("lastmodifieddate") ?? json.Text("updatedAt")))
        {
            OurId = session.As<HubSpotSettings>().IdProperty is { } own ? fields.GetValueOrDefault(own) : null,
            Email = fields.GetValueOrDefault("email"), Phone = fields.GetValueOrDefault("phone"),
            Url = new Uri($"https://app.hubspot.com/contacts/redirect/0-1/{Uri.EscapeDataString(id)}"),
            Absorbed = [.. (fields.GetValueOrDefault("hs_merged_object_ids") ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries)],
        };
    }

    private static JsonObject Properties(IReadOnlyDictionary<string, string?> values) => new(values.Select(v => KeyValuePair.Create(v.Key, (JsonNode?)JsonValue.Create(v.Value ?? ""))));

    private static string? Next(JsonObject answer) => ((answer["paging"] as JsonObject)?["next"]).Text("after");

    private static string TypeOf(string? type) => type switch { "number" => "number", "date" or "datetime" => "date", "bool" => "flag", "enumeration" => "choice", "phone_number" => "phone", _ => "text" };

    private static async Task<JsonObject> CallAsync(ConnectorSession session, HttpMethod method, string path, JsonNode? body, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            var token = await TokenAsync(session, ct);
            var request = ConnectorSession.Request(method, new Uri(Base(session) + path), body);
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token.Value);
            var answer = await session.SendAsync(request, ct);
            if (answer.IsYes) { return answer.Body.Length == 0 ? [] : answer.Object; }
            if (answer.Status == HttpStatusCode.Unauthorized && attempt == 1 && session.As<HubSpotSettings>().RefreshToken is not null)
            {
                await session.Tokens.ForgetAsync(token, ct);
                continue;
            }

            throw Problem(answer);
        }
    }

    private static ConnectorException Problem(ConnectorAnswer answer)
    {
        var (json, id) = (answer.Json, answer.Json.Text("correlationId") ?? answer.Header("X-HubSpot-Correlation-Id"));
        var message = json.Text("message");
        switch ((int)answer.Status)
        {
            case 409 when message?.Split("Existing ID: ") is [_, var existing]:
                return new(ConnectorFate.Exists, message) { ExistingId = new string([.. existing.TakeWhile(char.IsAsciiDigit)]), RequestId = id };
            case 400 when Missing(json) is { } field:
                return new(ConnectorFate.Field, $"HubSpot has no property {field} any more.") { Field = field, RequestId = id };
            case 429:
                return answer.Wait("HubSpot asked for a pause: too many calls.", json.Text("policyName") switch { "DAILY" => UntilMidnight(answer.At), "SECONDLY" => TimeSpan.FromSeconds(1), _ => TimeSpan.FromSeconds(10) }, id);
            case 477:
                return answer.Wait("HubSpot is moving this account.", TimeSpan.FromMinutes(10), id);
            default:
                return answer.Refused("HubSpot", message, id);
        }
    }

    private static string? Missing(JsonNode? json)
    {
        foreach (var error in json.Objects("errors"))
        {
            if (error.Text("code") == "PROPERTY_DOESNT_EXIST" || error.Text("error") == "PROPERTY_DOESNT_EXIST") { return error.Text("name") ?? (error["context"]?["propertyName"] as JsonArray)?.FirstOrDefault().AsText(); }
        }

        return json.Text("message") is { } text && text.Contains("PROPERTY_DOESNT_EXIST", StringComparison.Ordinal) && text.Split("\\\"name\\\":\\\"") is [_, var rest, ..] ? rest.Split('\\')[0] : null;
    }

    /// <summary>The daily limit begins anew at midnight of the account's zone, which the answer does not tell: UTC, and asked again then.</summary>
    private static TimeSpan UntilMidnight(DateTimeOffset now) => TimeSpan.FromHours(24) - now.TimeOfDay;

    private static Uri Base(ConnectorSession session) => ConnectorText.Base(session.As<HubSpotSettings>().ApiBaseUrl, "https://api.hubapi.com");

    private static Task<ConnectorToken> TokenAsync(ConnectorSession session, CancellationToken ct)
    {
        var settings = session.As<HubSpotSettings>();
        return settings.RefreshToken is null ? Task.FromResult(new ConnectorToken(settings.AccessToken!, null)) : session.Tokens.GetAsync(async inner =>
        {
            var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Base(session) + "/oauth/v1/token"))
            {
                Content = new FormUrlEncodedContent(new Dictionary<string, string>
                {
                    ["grant_type"] = "refresh_token", ["client_id"] = settings.ClientId!, ["client_secret"] = settings.ClientSecret!, ["refresh_token"] = settings.RefreshToken,
                }),
            };
            var answer = await session.SendAsync(request, inner);
            if ((int)answer.Status is 400 or 401) { throw new ConnectorException(ConnectorFate.Account, "HubSpot refused to renew the token. Connect the app again."); }
            if (!answer.IsYes) { throw answer.Refused("HubSpot", answer.Json.Text("message")); }
            var seconds = int.TryParse(answer.Object.Text("expires_in"), CultureInfo.InvariantCulture, out var s) ? s : 1800;
            return new ConnectorToken(answer.Object.Text("access_token") ?? throw new ConnectorException(ConnectorFate.Retry, "Its answer can't be read."), session.Clock.GetUtcNow().AddSeconds(seconds));
        }, ct);
    }
}
