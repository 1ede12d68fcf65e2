using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Braid.Channels;
using Microsoft.AspNetCore.WebUtilities;

namespace Braid.Integrations.Salesforce;

internal enum SalesforceSignIn { ClientCredentials, Jwt, RefreshToken }

internal sealed record SalesforceSettings : ConnectorSettings
{
    [Setting("My Domain address", Placeholder = "https://acme.my.salesforce.com"), Required, Url]
    public string DomainUrl { get; init; } = "";

    [Setting("Sign in by", Help = "Client credentials: a run-as user is set in the app. JWT: the app holds a certificate.")]
    public SalesforceSignIn SignIn { get; init; }

    [Setting("Consumer key"), Required]
    public string ConsumerKey { get; init; } = "";

    [Setting("Consumer secret", Secret = true)]
    public string? ConsumerSecret { get; init; }

    [Setting("User name", Advanced = true, Help = "With JWT: in whose name Braid works.")]
    public string? Username { get; init; }

    [Setting("Private key", Secret = true, Advanced = true, Help = "With JWT: PEM, of the app's certificate.")]
    public string? PrivateKey { get; init; }

    [Setting("JWT audience", Advanced = true, Placeholder = "https://login.salesforce.com", Help = "https://test.salesforce.com for a sandbox.")]
    public string? Audience { get; init; }

    [Setting("Refresh token", Secret = true, Advanced = true)]
    public string? RefreshToken { get; init; }

    [Setting("External ID field", Advanced = true, Placeholder = "Braid_Id__c", Help = "A unique text field of Contact, marked “External ID”. Contacts are then found by it first, and made without doubles.")]
    [RegularExpression("^[A-Za-z][A-Za-z0-9_]*__c$", ErrorMessage = "The API name of a custom field, such as Braid_Id__c.")]
    public string? ExternalIdField { get; init; }

    public override IEnumerable<(string Field, string Problem)> Check()
    {
        if (SignIn == SalesforceSignIn.ClientCredentials && ConsumerSecret is null) { yield return ("consumerSecret", "Needed to sign in by client credentials."); }
        if (SignIn == SalesforceSignIn.Jwt && (Username is null || PrivateKey is null)) { yield return ("privateKey", "JWT needs the user name and the private key."); }
        if (SignIn == SalesforceSignIn.RefreshToken && RefreshToken is null) { yield return ("refreshToken", "Enter the refresh token."); }
    }
}

/// <summary>Contacts of Salesforce (REST), asked for by SystemModstamp: it signs no webhooks. Facts and doubts: docs/connectors.md.</summary>
internal sealed class SalesforceConnector : IConnector
{
    private const string Version = "/services/data/v62.0";
    private const int Page = 200;

    public ConnectorDescriptor Descriptor { get; } = new("salesforce", "Salesforce", typeof(SalesforceSettings), "contact")
    {
        Writes = true, Notes = true, Panels = true, PerSecond = 5, Required = ["LastName"],
        Defaults = [new("name", "FirstName LastName"), new("email", "Email"), new("phone", "Phone"), new("company", "Account.Name", SyncDirection.Pull, ConflictRule.Theirs)],
    };

    public ConnectorSettings ParseSettings(JsonElement settings) => SettingsReader.Read<SalesforceSettings>(settings);

    public async Task<string> CheckAsync(ConnectorSession session, CancellationToken ct)
    {
        var found = await QueryAsync(session, "SELECT Name FROM Organization LIMIT 1", ct);
        return found.Objects("records").FirstOrDefault().Text("Name") ?? "Salesforce";
    }

    public async Task<IReadOnlyList<RemoteField>> FieldsAsync(ConnectorSession session, CancellationToken ct)
    {
        var described = await CallAsync(session, HttpMethod.Get, Version + "/sobjects/Contact/describe", null, ct);
        return [.. described.Objects("fields").Where(f => f.Text("name") is not (null or "Id" or "SystemModstamp" or "IsDeleted") && f.Text("type") is not ("address" or "reference" or "location"))
            .Select(f => new RemoteField(f.Text("name")!, f.Text("label") ?? f.Text("name")!, TypeOf(f.Text("type")), f.Text("updateable") == "true",
                f.Text("type") is "picklist" or "multipicklist" ? [.. f.Objects("picklistValues").Where(v => v.Text("active") != "false").Select(v => v.Text("value")).OfType<string>()] : null)),
            new RemoteField("Account.Name", "Account", "text", false)];
    }

    public async Task<int?> CountAsync(ConnectorSession session, CancellationToken ct)
    {
        var counted = await QueryAsync(session, "SELECT COUNT() FROM Contact", ct);
        return int.TryParse(counted.Text("totalSize"), CultureInfo.InvariantCulture, out var total) ? total : null;
    }

    public async Task<RemotePage> PageAsync(ConnectorSession session, PageRequest request, CancellationToken ct)
    {
        // By key, not by offset (which ends at 2,000): all after this stamp, and of the same stamp those with a later id.
        var (at, id) = request.Cursor?.Split('|') is [var a, var i] ? (a, i) : (request.Since is { } since ? Stamp(since) : "1970-01-01T00:00:00.000Z", "");
        var where = id.Length == 0 ? $"SystemModstamp >= {at}" : $"(SystemModstamp > {at} OR (SystemModstamp = {at} AND Id > '{Quoted(id)}'))";
        // With deletions only what changed: queryAll gives the recycle bin too.
        var path = request.Since is null ? "query" : "queryAll";
        var found = await CallAsync(session, HttpMethod.Get, $"{Version}/{path}?q={Uri.EscapeDataString($"SELECT {Fields(session, request.Fields)}, IsDeleted, MasterRecordId FROM Contact WHERE {where} ORDER BY SystemModstamp, Id LIMIT {Page}")}", null, ct);
        var rows = found.Objects("records").ToList();
        var hints = rows.Where(r => r.Text("IsDeleted") == "true").Select(r => r.Text("MasterRecordId") is { } master ? new RemoteHint(HintKind.Merged, r.Text("Id")!, master) : new RemoteHint(HintKind.Deleted, r.Text("Id")!)).ToList();
        var next = rows.Count == Page ? $"{Stamp(ConnectorText.Time(rows[^1].Text("SystemModstamp")) ?? DateTimeOffset.UnixEpoch)}|{rows[^1].Text("Id")}" : null;
        return new([.. rows.Where(r => r.Text("IsDeleted") != "true").Select(r => Read(session, r))], next) { Hints = hints };
    }

    public async Task<RemoteRecord?> ReadAsync(ConnectorSession session, string id, IReadOnlyCollection<string> fields, CancellationToken ct) =>
        (await SelectAsync(session, $"Id = '{Quoted(id)}'", fields, ct)).FirstOrDefault();

    public async Task<IReadOnlyList<RemoteRecord>> FindAsync(ConnectorSession session, RemoteKeys keys, IReadOnlyCollection<string> fields, CancellationToken ct)
    {
        if (session.As<SalesforceSettings>().ExternalIdField is { } own && await SelectAsync(session, $"{own} = '{Quoted(keys.OurId)}'", fields, ct) is { Count: > 0 } known) { return known; }
        if (keys.Emails.Count > 0 && await SelectAsync(session, $"Email IN ({In(keys.Emails)})", fields, ct) is { Count: > 0 } byMail) { return byMail; }
        return keys.Phones.Count == 0 ? [] : await SelectAsync(session, $"Phone IN ({In(keys.Phones)}) OR MobilePhone IN ({In(keys.Phones)})", fields, ct);
    }

    public async Task<RemoteRecord> CreateAsync(ConnectorSession session, string ourId, IReadOnlyDictionary<string, string?> values, IReadOnlyCollection<string> fields, CancellationToken ct)
    {
        var body = Body(values);
        var made = session.As<SalesforceSettings>().ExternalIdField is { } own
            ? await CallAsync(session, HttpMethod.Patch, $"{Version}/sobjects/Contact/{own}/{Uri.EscapeDataString(ourId)}", body, ct)
            : await CallAsync(session, HttpMethod.Post, Version + "/sobjects/Contact", body, ct);
        if (made.Text("id") is { } id) { return await ReadAsync(session, id, fields, ct) ?? throw new ConnectorException(ConnectorFate.Gone, "The record is not there any more."); }
        // Older versions answer an upsert with 204 and nothing.
        return await FindAsync(session, new(ourId, [], []), fields, ct) is [var found, ..] ? found : throw new ConnectorException(ConnectorFate.Retry, "Its answer can't be read.");
    }

    public async Task<RemoteRecord> UpdateAsync(ConnectorSession session, string id, IReadOnlyDictionary<string, string?> values, IReadOnlyCollection<string> fields, CancellationToken ct)
    {
        await CallAsync(session, HttpMethod.Patch, $"{Version}/sobjects/Contact/{Uri.EscapeDataString(id)}", Body(values), ct);
        return await ReadAsync(session, id, fields, ct) ?? throw new ConnectorException(ConnectorFate.Gone, "The record is not there any more.");
    }

    public async Task<string> SaveNoteAsync(ConnectorSession session, string id, string? noteId, RemoteNote note, CancellationToken ct)
    {
        var body = new JsonObject
        {
            ["Subject"] = note.Title.Length > 255 ? note.Title[..255] : note.Title, ["Description"] = Cut($"{note.Text}\n\n{note.Link.AbsoluteUri}", 32_000),
            ["Status"] = "Completed", ["ActivityDate"] = note.At.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        };
        if (noteId is not null)
        {
            try
            {
                await CallAsync(session, HttpMethod.Patch, $"{Version}/sobjects/Task/{Uri.EscapeDataString(noteId)}", body, ct);
                return noteId;
            }
            catch (ConnectorException e) when (e.Fate == ConnectorFate.Gone)
            {
                // Somebody removed it there: written anew.
            }
        }

        body["WhoId"] = id;
        var made = await CallAsync(session, HttpMethod.Post, Version + "/sobjects/Task", body.DeepClone(), ct);
        return made.Text("id") ?? throw new ConnectorException(ConnectorFate.Retry, "Its answer can't be read.");
    }

    public async Task<IReadOnlyList<PanelItem>> PanelAsync(ConnectorSession session, RemoteRecord record, CancellationToken ct)
    {
        var cases = await QueryAsync(session, $"SELECT Id, CaseNumber, Subject, Status, CreatedDate FROM Case WHERE ContactId = '{Quoted(record.Id)}' ORDER BY CreatedDate DESC LIMIT 5", ct);
        var deals = await QueryAsync(session, $"SELECT Id, Name, StageName, Amount, CloseDate FROM Opportunity WHERE Id IN (SELECT OpportunityId FROM OpportunityContactRole WHERE ContactId = '{Quoted(record.Id)}') ORDER BY CloseDate DESC LIMIT 5", ct);
        return [.. cases.Objects("records").Select(c => new PanelItem("ticket", $"{c.Text("CaseNumber")} {c.Text("Subject")}".Trim(), c.Text("Status"), null, ConnectorText.Time(c.Text("CreatedDate")), Shown(session, c.Text("Id")))),
            .. deals.Objects("records").Select(d => new PanelItem("deal", d.Text("Name") ?? "", d.Text("StageName"), d.Text("Amount"), ConnectorText.Time(d.Text("CloseDate")), Shown(session, d.Text("Id"))))];
    }

    private static string Shown(ConnectorSession session, string? id) => $"{ConnectorText.Base(session.As<SalesforceSettings>().DomainUrl, "")}".TrimEnd('/') + "/" + id;

    private async Task<List<RemoteRecord>> SelectAsync(ConnectorSession session, string where, IReadOnlyCollection<string> fields, CancellationToken ct) =>
        [.. (await QueryAsync(session, $"SELECT {Fields(session, fields)} FROM Contact WHERE {where} LIMIT 5", ct)).Objects("records").Select(r => Read(session, r))];

    private static Task<JsonObject> QueryAsync(ConnectorSession session, string soql, CancellationToken ct) => CallAsync(session, HttpMethod.Get, $"{Version}/query?q={Uri.EscapeDataString(soql)}", null, ct);

    private static string Fields(ConnectorSession session, IReadOnlyCollection<string> fields) =>
        string.Join(", ", fields.Concat(["Id", "Email", "Phone", "SystemModstamp"]).Concat(session.As<SalesforceSettings>().ExternalIdField is { } own ? [own] : []).Where(IsName).Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.Ordinal));

    /// <summary>What stands in a query is a name, or it is not asked for.</summary>
    private static bool IsName(string field) => field.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.') && field.Length is > 0 and <= 80;

    private static RemoteRecord Read(ConnectorSession session, JsonObject json)
    {
        var fields = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var (name, value) in json.Where(p => p.Key != "attributes"))
        {
            if (value is JsonObject related) { foreach (var (inner, v) in related.Where(p => p.Key != "attributes")) { fields[$"{name}.{inner}"] = v.AsText(); } }
            else { fields[name] = value.AsText(); }
        }

        var id = fields.GetValueOrDefault("Id") ?? throw new ConnectorException(ConnectorFate.Retry, "Its answer can't be read.");
        return new(id, fields, ConnectorText.Time(fields.GetValueOrDefault("SystemModstamp")))
        {
            OurId = session.As<SalesforceSettings>().ExternalIdField is { } own ? fields.GetValueOrDefault(own) : null,
            Email = fields.GetValueOrDefault("Email"), Phone = fields.GetValueOrDefault("Phone"), Url = new Uri(Shown(session, id)),
        };
    }

    private static JsonObject Body(IReadOnlyDictionary<string, string?> values) => new(values.Where(v => !v.Key.Contains('.', StringComparison.Ordinal)).Select(v => KeyValuePair.Create(v.Key, (JsonNode?)(v.Value is null ? null : JsonValue.Create(v.Value)))));

    private static string Stamp(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);

    private static string Quoted(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal);

    private static string In(IReadOnlyList<string> values) => string.Join(", ", values.Take(20).Select(v => $"'{Quoted(v)}'"));

    private static string Cut(string text, int most) => text.Length <= most ? text : text[..most];

    private static string TypeOf(string? type) => type switch { "double" or "int" or "currency" or "percent" => "number", "date" or "datetime" => "date", "boolean" => "flag", "picklist" or "multipicklist" => "choice", "email" => "email", "phone" => "phone", _ => "text" };

    private static async Task<JsonObject> CallAsync(ConnectorSession session, HttpMethod method, string path, JsonNode? body, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            var token = await session.Tokens.GetAsync(inner => SignInAsync(session, inner), ct);
            var request = ConnectorSession.Request(method, new Uri((token.BaseUrl ?? session.As<SalesforceSettings>().DomainUrl).TrimEnd('/') + path), body);
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token.Value);
            request.Headers.Add("Sforce-Call-Options", "client=Braid");
            var answer = await session.SendAsync(request, ct);
            if (answer.IsYes) { return answer.Body.Length == 0 ? [] : answer.Object; }
            if (answer.Status == HttpStatusCode.Unauthorized && attempt == 1)
            {
                await session.Tokens.ForgetAsync(token, ct);
                continue;
            }

            throw Problem(answer);
        }
    }

    private static ConnectorException Problem(ConnectorAnswer answer)
    {
        var error = (answer.Json as JsonArray)?.OfType<JsonObject>().FirstOrDefault();
        var (code, message, id) = (error.Text("errorCode"), error.Text("message"), answer.Header("X-Request-Id"));
        return code switch
        {
            "REQUEST_LIMIT_EXCEEDED" => answer.Wait("Salesforce's daily number of calls is used up.", TimeSpan.FromHours(1), id),
            "UNABLE_TO_LOCK_ROW" or "SERVER_UNAVAILABLE" or "QUERY_TIMEOUT" => new(ConnectorFate.Retry, message ?? code) { RequestId = id },
            "ENTITY_IS_DELETED" or "NOT_FOUND" or "INVALID_CROSS_REFERENCE_KEY" => new(ConnectorFate.Gone, "The record is not there any more.") { RequestId = id },
            "INVALID_FIELD" when Named(message) is { } field => new(ConnectorFate.Field, $"Salesforce has no field {field} any more, or hides it from this user.") { Field = field, RequestId = id },
            "DUPLICATES_DETECTED" => new(ConnectorFate.Record, "Salesforce thinks that this contact exists already (its duplicate rule). Link it by hand.") { RequestId = id },
            _ when (int)answer.Status == 300 => new(ConnectorFate.Record, "Several contacts in Salesforce have this external id.") { RequestId = id },
            _ when (int)answer.Status is 400 or 403 && code is not null && code.StartsWith("INSUFFICIENT_ACCESS", StringComparison.Ordinal) => new(ConnectorFate.Account, $"Salesforce says that Braid's user lacks a right: {message}") { RequestId = id },
            _ when (int)answer.Status == 400 => new(ConnectorFate.Record, message ?? "Salesforce refused it.") { RequestId = id },
            _ => answer.Refused("Salesforce", message, id),
        };
    }

    /// <summary>"No such column 'Score__c' on entity …".</summary>
    private static string? Named(string? message) => message?.Split("No such column '") is [_, var rest, ..] ? rest.Split('\'')[0] : null;

    private static async Task<ConnectorToken> SignInAsync(ConnectorSession session, CancellationToken ct)
    {
        var settings = session.As<SalesforceSettings>();
        var form = settings.SignIn switch
        {
            SalesforceSignIn.Jwt => new Dictionary<string, string> { ["grant_type"] = "urn:ietf:params:oauth:grant-type:jwt-bearer", ["assertion"] = Assertion(settings, session.Clock.GetUtcNow()) },
            SalesforceSignIn.RefreshToken => new Dictionary<string, string> { ["grant_type"] = "refresh_token", ["client_id"] = settings.ConsumerKey, ["refresh_token"] = settings.RefreshToken! },
            _ => new Dictionary<string, string> { ["grant_type"] = "client_credentials", ["client_id"] = settings.ConsumerKey },
        };
        if (settings is { SignIn: not SalesforceSignIn.Jwt, ConsumerSecret: { } secret }) { form["client_secret"] = secret; }
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(settings.DomainUrl.TrimEnd('/') + "/services/oauth2/token")) { Content = new FormUrlEncodedContent(form) };
        var answer = await session.SendAsync(request, ct);
        if ((int)answer.Status is 400 or 401) { throw new ConnectorException(ConnectorFate.Account, $"Salesforce refused the sign-in: {answer.Json.Text("error_description") ?? answer.Json.Text("error") ?? "no reason given"}. Check the app and its user."); }
        if (!answer.IsYes) { throw answer.Refused("Salesforce", answer.Json.Text("error_description")); }
        // It does not say how long it is good: until it is refused.
        var json = answer.Object;
        return new(json.Text("access_token") ?? throw new ConnectorException(ConnectorFate.Retry, "Its answer can't be read."), null, json.Text("instance_url"));
    }

    private static string Assertion(SalesforceSettings settings, DateTimeOffset now)
    {
        using var key = RSA.Create();
        try
        {
            key.ImportFromPem(settings.PrivateKey);
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            throw new ConnectorException(ConnectorFate.Account, "The private key can't be read. Paste it as PEM.", e);
        }

        var claims = new JsonObject { ["iss"] = settings.ConsumerKey, ["sub"] = settings.Username, ["aud"] = settings.Audience ?? "https://login.salesforce.com", ["exp"] = now.AddMinutes(3).ToUnixTimeSeconds() };
        var signed = $"{Part("""{"alg":"RS256"}""")}.{Part(claims.ToJsonString())}";
        return $"{signed}.{WebEncoders.Base64UrlEncode(key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";
    }

    private static string Part(string json) => WebEncoders.Base64UrlEncode(Encoding.UTF8.GetBytes(json));
}
