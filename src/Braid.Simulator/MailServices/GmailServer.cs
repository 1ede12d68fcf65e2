using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Braid.Simulator.Google;
using Braid.Simulator.Http;
using Braid.Simulator.Mail;
using Microsoft.AspNetCore.Http;

namespace Braid.Simulator.MailServices;

internal sealed class GmailFactory() : MailCarrierFactory("gmail", world => new GmailServer(world));

/// <summary>gmail.googleapis.com of the pretend world: one mailbox.</summary>
internal sealed class GmailServer(World world) : MailboxServer(world, SimulatedProvider.Gmail)
{
    public GoogleDesk Desk { get; } = new(world);

    public override JsonObject Settings => new()
    {
        ["address"] = Support, ["fromName"] = "Northwind", ["clientId"] = Desk.ClientId, ["clientSecret"] = Desk.ClientSecret, ["refreshToken"] = Desk.RefreshToken, ["pollSeconds"] = 5,
        ["apiBaseUrl"] = Url.AbsoluteUri.TrimEnd('/'), ["tokenUrl"] = new Uri(Url, "/token").AbsoluteUri,
    };

    protected override string Stamp => "mx.google.com";

    protected override Answer? Refuse(Fault fault) =>
        fault is Fault.TooManyRequests { RetryAfterSeconds: var wait } ? GoogleDesk.Error(403, "User Rate Limit Exceeded", "PERMISSION_DENIED", "userRateLimitExceeded") with { RetryAfter = wait } : GoogleDesk.Of(fault);

    protected override async Task<Answer> CallAsync(HttpRequest request, string[] path)
    {
        if (path is ["upload", .. var rest]) { return Desk.Accepts(request) ? await UploadAsync(request, rest) : Unauthorized; }
        var call = await Call.ReadAsync(request);
        if (Desk.Call(request, call) is { } token) { return token; }
        if (!Desk.Accepts(request)) { return Unauthorized; }
        return (request.Method, path) switch
        {
            ("GET", ["gmail", "v1", "users", "me", "profile"]) => new(200, new JsonObject { ["emailAddress"] = Support, ["historyId"] = Text(Number) }),
            ("GET", ["gmail", "v1", "users", "me", "history"]) => History(call),
            ("GET", ["gmail", "v1", "users", "me", "messages"]) => List(call),
            ("GET", ["gmail", "v1", "users", "me", "messages", var id]) => Get(id, call.Text("format")),
            ("POST", ["gmail", "v1", "users", "me", "messages", "send"]) => Send(Base64Url.DecodeFromChars(call.Text("raw") ?? ""), call.Text("threadId")),
            _ => NotFound,
        };
    }

    private Answer History(Call call)
    {
        if (call.Number("startHistoryId") is not { } since || since < Oldest) { return NotFound; }
        var records = Stored.Where(m => m.Number > since).Select(m => (JsonNode)new JsonObject
        {
            ["id"] = Text(m.Number),
            ["messagesAdded"] = new JsonArray(new JsonObject { ["message"] = new JsonObject { ["id"] = m.Id, ["threadId"] = m.Thread, ["labelIds"] = new JsonArray("UNREAD", "INBOX") } }),
        }).ToArray();
        var body = new JsonObject { ["historyId"] = Text(Number) };
        if (records.Length > 0) { body["history"] = new JsonArray(records); }
        return new(200, body);
    }

    private Answer List(Call call)
    {
        var after = call.Text("q") is { } q && q.StartsWith("after:", StringComparison.Ordinal) ? long.Parse(q[6..], CultureInfo.InvariantCulture) : 0;
        var found = Stored.Where(m => m.At.ToUnixTimeSeconds() >= after).Reverse().Select(m => (JsonNode)new JsonObject { ["id"] = m.Id, ["threadId"] = m.Thread }).ToArray();
        return new(200, new JsonObject { ["messages"] = new JsonArray(found), ["resultSizeEstimate"] = found.Length });
    }

    private Answer Get(string id, string? format)
    {
        if (id.StartsWith("sent-", StringComparison.Ordinal))
        {
            return new(200, new JsonObject { ["id"] = id, ["payload"] = new JsonObject { ["headers"] = new JsonArray(new JsonObject { ["name"] = "Message-Id", ["value"] = $"<{id[5..]}>" }) } });
        }

        if (Stored.FirstOrDefault(m => m.Id == id) is not { } mail) { return NotFound; }
        var body = new JsonObject { ["id"] = id, ["threadId"] = mail.Thread, ["labelIds"] = new JsonArray("INBOX"), ["internalDate"] = Text(mail.At.ToUnixTimeMilliseconds()), ["sizeEstimate"] = mail.Raw.Length };
        if (format == "raw") { body["raw"] = Base64Url.EncodeToString(mail.Raw); }
        else
        {
            var read = new MailReceived("", [], mail.Raw, mail.At);
            body["payload"] = new JsonObject
            {
                ["headers"] = new JsonArray([.. new[] { "From", "To", "Subject", "Message-ID", "Authentication-Results" }.Where(n => read.Header(n) is not null).Select(n => (JsonNode)new JsonObject { ["name"] = n, ["value"] = read.Header(n) })]),
            };
        }

        return new(200, body);
    }

    private Answer Send(byte[] raw, string? thread)
    {
        if (raw.Length == 0 || raw.Length > 35 << 20) { return GoogleDesk.Error(400, "'raw' RFC822 payload message string or uploading message via /upload/* URL required", "INVALID_ARGUMENT", "invalidArgument"); }
        if (thread is not null && !KnowsThread(thread)) { return NotFound; }
        var read = new MailReceived("", [], raw, default);
        if (read.Header("To")?.Contains('@') != true) { return GoogleDesk.Error(400, "Invalid To header", "INVALID_ARGUMENT", "invalidArgument"); }
        Submit(raw);
        return new(200, new JsonObject { ["id"] = "sent-" + read.MessageId, ["threadId"] = thread ?? ThreadOf(read), ["labelIds"] = new JsonArray("SENT") });
    }

    /// <summary>multipart/related: what is said about the mail, then the mail.</summary>
    private async Task<Answer> UploadAsync(HttpRequest request, string[] path)
    {
        if (path is not ["gmail", "v1", "users", "me", "messages", "send"] || request.Query["uploadType"] != "multipart") { return NotFound; }
        using var copy = new MemoryStream();
        await request.Body.CopyToAsync(copy, request.HttpContext.RequestAborted);
        var boundary = request.ContentType!.Split("boundary=")[1].Trim('"');
        var parts = Encoding.Latin1.GetString(copy.ToArray()).Split("--" + boundary);
        string Body(string part) => part[(part.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..^2];
        return Send(Encoding.Latin1.GetBytes(Body(parts[2])), JsonNode.Parse(Body(parts[1]))!.AsObject().Text("threadId"));
    }

    private static Answer Unauthorized => GoogleDesk.Error(401, "Request had invalid authentication credentials.", "UNAUTHENTICATED", "authError");

    private static Answer NotFound => GoogleDesk.Error(404, "Requested entity was not found.", "NOT_FOUND", "notFound");

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
