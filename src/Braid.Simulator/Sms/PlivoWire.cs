using System.Text;
using System.Text.Json.Nodes;
using Braid.Simulator.Http;
using Microsoft.AspNetCore.Http;

namespace Braid.Simulator.Sms;

internal sealed class PlivoWire : SmsWire
{
    private readonly string account;
    private readonly string token;

    public PlivoWire(World world)
        : base(world) => (account, token) = ("MA" + world.Letters(18, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"), Token(40));

    public override string Provider => "plivo";

    public override JsonObject Settings(Uri server) => new()
    {
        ["provider"] = Provider, ["authId"] = account, ["authToken"] = token, ["from"] = Ours, ["apiBaseUrl"] = server.ToString().TrimEnd('/'),
    };

    public override string Write(string phone) => phone.TrimStart('+');

    public override bool IsAuthorized(HttpRequest request) => request.Headers.Authorization.ToString() == Basic(account, token);

    public override Answer Unauthorized => Error(401, "authentication failed, invalid auth_id or auth_token");

    public override string FilePath(string id) => $"v1/Account/{account}/Message/1/Media/{id}";

    public override SmsOrder? Order(string method, string[] path, Call call)
    {
        if (method != "POST" || path is not ["v1", "Account", _, "Message"]) { return null; }
        if (Phone(call.Text("dst")) is not { } to) { throw new RefusalException(Error(400, "dst parameter is not a valid number")); }
        if (call.Text("src") != OursBare) { throw new RefusalException(Error(400, "src parameter is not a number of this account")); }
        string[] files = call.Parameters["media_urls"] is JsonArray urls ? [.. urls.Select(u => u!.GetValue<string>())] : [];
        if (call.Text("text") is not { Length: > 0 } && files.Length == 0) { throw new RefusalException(Error(400, "text parameter is missing")); }
        return new(Uuid(), to, call.Text("text") ?? "", files) { Callback = call.Text("url") };
    }

    public override Answer Accepted(SmsOrder order) =>
        new(202, new JsonObject { ["message"] = "message(s) queued", ["message_uuid"] = new JsonArray(order.Id), ["api_id"] = Uuid() });

    public override Answer OptedOut(SmsOrder order) => Error(400, "dst has opted out of messages from this number");

    public override Answer Other(string method, string[] path, Call call) => (method, path) switch
    {
        ("GET", ["v1", "Account", _]) => new(200, new JsonObject { ["auth_id"] = account }),
        ("GET", [.., "Number", _]) => new(200, new JsonObject { ["number"] = OursBare, ["application"] = null }),
        ("POST", [.., "Application"]) => new(201, new JsonObject { ["app_id"] = "101", ["message"] = "created" }),
        ("POST", [.., "Number", _]) => new(202, new JsonObject { ["message"] = "changed" }),
        _ => Error(404, "not found"),
    };

    public override Answer? Of(Fault fault) => fault switch
    {
        Fault.TooManyRequests { RetryAfterSeconds: var seconds } => Error(429, "too many requests") with { RetryAfter = seconds },
        Fault.ServerError { Status: var status } => Error(status, "internal server error"),
        Fault.Refusal refusal => ProviderHost.Raw(refusal),
        _ => null,
    };

    public override HttpRequestMessage Inbound(Uri webhook, SmsFromPhone message)
    {
        List<KeyValuePair<string, string>> fields =
        [
            new("From", Write(message.From)), new("To", OursBare), new("Text", message.Text), new("Type", message.Files.Count > 0 ? "mms" : "sms"), new("MessageUUID", Guid.Parse(message.Id).ToString("D")),
            new("Units", "1"), new("TotalRate", "0"), new("TotalAmount", "0"),
        ];
        if (message.Text == "STOP") { fields.Add(new("MessageIntent", "optout")); }
        if (message.Files.Count > 0) { fields.Add(new("MediaCount", $"{message.Files.Count}")); }
        for (var i = 0; i < message.Files.Count; i++) { fields.Add(new($"Media{i}", message.Files[i].Url.ToString())); }
        return Signed(webhook, fields);
    }

    public override HttpRequestMessage Report(Uri webhook, SmsReport report) => Signed(webhook,
    [
        new("From", OursBare), new("To", Write(report.Order.To)), new("MessageUUID", report.Order.Id), new("ParentMessageUUID", report.Order.Id), new("PartInfo", "1 of 1"), new("Units", "1"),
        new("Status", report.Outcome switch { SmsOutcome.Sent => "sent", SmsOutcome.Delivered => "delivered", _ => "undelivered" }), new("ErrorCode", report.Outcome == SmsOutcome.Failed ? "50" : ""),
    ]);

    private HttpRequestMessage Signed(Uri url, List<KeyValuePair<string, string>> fields)
    {
        var query = url.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal).ToList();
        var nonce = Hex(16);
        var text = url.GetLeftPart(UriPartial.Path) + "?" + string.Join('&', query) + (query.Count > 0 ? "." : "")
            + string.Concat(fields.OrderBy(f => f.Key, StringComparer.Ordinal).Select(f => f.Key + f.Value)) + "." + nonce;
        var request = Form(url, fields);
        request.Headers.Add("X-Plivo-Signature-V3", Hmac(token, Encoding.UTF8.GetBytes(text)));
        request.Headers.Add("X-Plivo-Signature-V3-Nonce", nonce);
        return request;
    }

    private static Answer Error(int status, string words) => new(status, new JsonObject { ["api_id"] = Guid.Empty.ToString(), ["error"] = words });
}
