using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Braid.Simulator.Http;
using Braid.Simulator.Mail;
using Microsoft.AspNetCore.Http;

namespace Braid.Simulator.MailServices;

internal sealed class GraphMailFactory() : MailCarrierFactory("microsoft-graph-mail", world => new GraphMailServer(world));

/// <summary>graph.microsoft.com and login.microsoftonline.com of the pretend world: one mailbox. Every token call ends the refresh token before.</summary>
internal sealed class GraphMailServer(World world) : MailboxServer(world, SimulatedProvider.MicrosoftGraph)
{
    private readonly string clientSecret = Convert.ToHexStringLower(world.Bytes(20));
    private string refreshToken = "0.AX" + Convert.ToHexStringLower(world.Bytes(20));
    private string accessToken = "none";

    public override JsonObject Settings => new()
    {
        ["address"] = Support, ["fromName"] = "Northwind", ["clientId"] = "11112222-3333-4444-5555-666677778888", ["clientSecret"] = clientSecret, ["tenant"] = "northwind.example", ["refreshToken"] = refreshToken,
        ["pollSeconds"] = 5, ["apiBaseUrl"] = Url.AbsoluteUri.TrimEnd('/'), ["loginUrl"] = Url.AbsoluteUri.TrimEnd('/'),
    };

    /// <summary>Exchange Online writes its findings without its name.</summary>
    protected override string Stamp => "spf=pass (sender IP is 192.0.2.7) smtp.mailfrom=example.org";

    /// <summary>The access token ends before its time.</summary>
    public void RevokeAccess() => accessToken = "none";

    protected override string MethodOf(HttpRequest request, string[] path) => path.LastOrDefault() ?? "";

    protected override Answer? Refuse(Fault fault) => fault switch
    {
        Fault.TooManyRequests { RetryAfterSeconds: var wait } => Error(429, "ApplicationThrottled", "Application is over its MailboxConcurrency limit.") with { RetryAfter = wait },
        Fault.ServerError { Status: var status } => Error(status, "ErrorInternalServerTransientError", "An internal server error occurred. Try again later."),
        Fault.Refusal refusal => ProviderHost.Raw(refusal),
        _ => null,
    };

    protected override async Task<Answer> CallAsync(HttpRequest request, string[] path)
    {
        if (path is ["northwind.example", "oauth2", "v2.0", "token"]) { return Token(await Call.ReadAsync(request)); }
        if (request.Headers.Authorization != "Bearer " + accessToken) { return Error(401, "InvalidAuthenticationToken", "Access token has expired or is not yet valid."); }
        return (request.Method, path) switch
        {
            ("GET", ["v1.0", "me", "mailFolders", "inbox"]) => new(200, new JsonObject { ["id"] = "AAMk-inbox", ["displayName"] = "Inbox", ["totalItemCount"] = Stored.Count }),
            ("GET", ["v1.0", "me", "mailFolders", "inbox", "messages", "delta"]) => Delta(request),
            ("GET", ["v1.0", "me", "messages", var id, "$value"]) => Stored.FirstOrDefault(m => m.Id == id) is { } mail
                ? new(200, null) { Content = mail.Raw, ContentType = "text/plain" }
                : Error(404, "ErrorItemNotFound", "The specified object was not found in the store."),
            ("POST", ["v1.0", "me", "sendMail"]) => await SendAsync(request),
            _ => Error(404, "ResourceNotFound", "Resource not found."),
        };
    }

    private Answer Token(Call call)
    {
        if (call.Text("grant_type") != "refresh_token" || call.Text("client_secret") != clientSecret || call.Text("refresh_token") != refreshToken || call.Text("scope")?.Contains("offline_access") != true)
        {
            return new(400, new JsonObject { ["error"] = "invalid_grant", ["error_description"] = "AADSTS70000: The provided grant is invalid or malformed." });
        }

        (accessToken, refreshToken) = ("eyJ0" + Hex(40), "0.AX" + Hex(40));
        return new(200, new JsonObject { ["token_type"] = "Bearer", ["expires_in"] = 3599, ["access_token"] = accessToken, ["refresh_token"] = refreshToken });
    }

    /// <summary>Pages of two, so that links are followed; then a link to what comes later.</summary>
    private Answer Delta(HttpRequest request)
    {
        var query = request.Query;
        if (request.Headers["Prefer"].ToString().Contains("ImmutableId", StringComparison.Ordinal) is false) { return Error(400, "BadRequest", "This server wants immutable ids."); }
        DateTimeOffset since = default;
        long after = 0;
        if ((query["$skiptoken"].FirstOrDefault() ?? query["$deltatoken"].FirstOrDefault()) is { } state)
        {
            after = long.Parse(state, CultureInfo.InvariantCulture);
            if (after < Oldest && !query.ContainsKey("$skiptoken")) { return Error(410, "SyncStateNotFound", "The sync state generation is not found; full resync required."); }
        }
        else if (query["$filter"].FirstOrDefault() is { } filter && filter.StartsWith("receivedDateTime ge ", StringComparison.Ordinal))
        {
            since = DateTimeOffset.Parse(filter[20..], CultureInfo.InvariantCulture);
        }

        var told = Number;
        var news = Stored.Where(m => m.Number > after && m.Number <= told && m.At >= since).ToList();
        var page = news.Take(2).ToList();
        var body = new JsonObject
        {
            ["value"] = new JsonArray([.. page.Select(m => (JsonNode)new JsonObject { ["id"] = m.Id, ["receivedDateTime"] = m.At.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture), ["isDraft"] = false })]),
        };
        var link = $"{Url.AbsoluteUri}v1.0/me/mailFolders/inbox/messages/delta?";
        if (news.Count > page.Count) { body["@odata.nextLink"] = $"{link}$skiptoken={page[^1].Number}"; }
        else { body["@odata.deltaLink"] = $"{link}$deltatoken={told}"; }
        return new(200, body);
    }

    private async Task<Answer> SendAsync(HttpRequest request)
    {
        using var reader = new StreamReader(request.Body, Encoding.ASCII);
        var text = await reader.ReadToEndAsync(request.HttpContext.RequestAborted);
        if (request.ContentType?.StartsWith("text/plain", StringComparison.Ordinal) != true) { return Error(415, "UnsupportedMediaType", "text/plain is wanted."); }
        if (text.Length > 4 << 20) { return Error(413, "ErrorMessageSizeExceeded", "The message exceeds the maximum supported size."); }
        var raw = Convert.FromBase64String(text);
        var read = new MailReceived("", [], raw, default);
        if (read.Header("From")?.Contains(Support, StringComparison.Ordinal) != true) { return Error(403, "ErrorSendAsDenied", "The user account which was used to submit this request does not have the right to send mail on behalf of the specified sending account."); }
        if (read.Header("To")?.Contains('@') != true) { return Error(400, "ErrorInvalidRecipients", "At least one recipient isn't valid."); }
        Submit(raw);
        return new(202, null);
    }

    private static Answer Error(int status, string code, string words) => new(status, new JsonObject { ["error"] = new JsonObject { ["code"] = code, ["message"] = words } });
}
