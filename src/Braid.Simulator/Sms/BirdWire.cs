using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Braid.Simulator.Http;
using Microsoft.AspNetCore.Http;

namespace Braid.Simulator.Sms;

/// <summary>MessageBird's newer API, now called Bird.</summary>
internal sealed class BirdWire : SmsWire
{
    private readonly string access;
    private readonly string signing;
    private readonly string workspace;
    private readonly string channel;

    public BirdWire(World world)
        : base(world) => (access, signing, workspace, channel) = (Token(32), Token(24), Uuid(), Uuid());

    public override string Provider => "messagebird";
    public override bool ReportsToWebhook => true;

    public override JsonObject Settings(Uri server) => new()
    {
        ["provider"] = Provider, ["accessKey"] = access, ["signingKey"] = signing, ["workspaceId"] = workspace, ["channelId"] = channel, ["from"] = Ours, ["apiBaseUrl"] = server.ToString().TrimEnd('/'),
    };

    public override bool IsAuthorized(HttpRequest request) => request.Headers.Authorization.ToString() == "AccessKey " + access;

    public override Answer Unauthorized => Error(401, "Unauthorized", "The access key is not valid.");

    public override SmsOrder? Order(string method, string[] path, Call call)
    {
        if (method != "POST" || path is not ["workspaces", var ws, "channels", var ch, "messages"]) { return null; }
        if (ws != workspace || ch != channel) { throw new RefusalException(Error(404, "NotFound", "The channel was not found.")); }
        if (call.Object("receiver").Objects("contacts").FirstOrDefault()?.Text("identifierValue") is not { } address || Phone(address) is not { } to)
        {
            throw Invalid(".receiver.contacts");
        }

        var body = call.Object("body") ?? throw Invalid(".body");
        var content = body[body.Text("type") ?? ""] as JsonObject ?? throw Invalid(".body.type");
        string[] files = body.Text("type") switch
        {
            "image" => [.. content.Objects("images").Select(i => i.Text("mediaUrl")!)],
            "file" => [.. content.Objects("files").Select(i => i.Text("mediaUrl")!)],
            _ => [],
        };
        if (content.Text("text") is not { Length: > 0 } && files.Length == 0) { throw Invalid(".body.text.text"); }
        return new(Uuid(), to, content.Text("text") ?? "", files) { Reference = call.Text("reference") };
    }

    public override Answer Accepted(SmsOrder order) => new(202, Message(order, "accepted", World.Time.GetUtcNow()));

    public override Answer OptedOut(SmsOrder order) => Error(422, "OptedOut", "The recipient has opted out.");

    public override Answer Other(string method, string[] path, Call call) => path switch
    {
        ["workspaces", _, "channels", _] => new(200, new JsonObject { ["id"] = channel, ["status"] = "active" }),
        ["workspaces", _, "webhook-subscriptions"] when method == "GET" => new(200, new JsonObject { ["results"] = new JsonArray() }),
        ["workspaces", _, "webhook-subscriptions"] => new(201, new JsonObject { ["id"] = Uuid(), ["event"] = call.Text("event"), ["url"] = call.Text("url") }),
        _ => Error(404, "NotFound", "not found"),
    };

    public override Answer? Of(Fault fault) => fault switch
    {
        Fault.TooManyRequests { RetryAfterSeconds: var seconds } => Error(429, "RateLimitExceeded", "Too many requests.") with { RetryAfter = seconds },
        Fault.ServerError { Status: var status } => Error(status, "InternalError", "Something went wrong."),
        Fault.Refusal refusal => ProviderHost.Raw(refusal),
        _ => null,
    };

    public override HttpRequestMessage Inbound(Uri webhook, SmsFromPhone message)
    {
        var at = Stamp(message.At);
        var body = message.Files.Count == 0
            ? new JsonObject { ["type"] = "text", ["text"] = new JsonObject { ["text"] = message.Text } }
            : new JsonObject
            {
                ["type"] = "file",
                ["file"] = new JsonObject
                {
                    ["files"] = new JsonArray([.. message.Files.Select(f => new JsonObject { ["mediaUrl"] = f.Url.ToString(), ["contentType"] = f.ContentType, ["filename"] = f.Name })]), ["text"] = message.Text,
                },
            };
        return Signed(webhook, "sms.inbound", new JsonObject
        {
            ["id"] = Guid.Parse(message.Id).ToString("D"), ["channelId"] = channel,
            ["sender"] = new JsonObject { ["contact"] = new JsonObject { ["id"] = Uuid(), ["identifierKey"] = "phonenumber", ["identifierValue"] = message.From } },
            ["receiver"] = new JsonObject { ["connector"] = new JsonObject { ["id"] = Uuid() } }, ["status"] = "delivered", ["direction"] = "incoming", ["createdAt"] = at, ["lastStatusAt"] = at, ["body"] = body,
        });
    }

    public override HttpRequestMessage Report(Uri webhook, SmsReport report)
    {
        var status = report.Outcome switch { SmsOutcome.Sent => "sent", SmsOutcome.Delivered => "delivered", _ => "delivery_failed" };
        var message = Message(report.Order, status, report.At);
        if (status == "delivery_failed") { message["failure"] = new JsonObject { ["code"] = 1, ["description"] = "unknown subscriber" }; }
        return Signed(webhook, "sms.outbound", message);
    }

    private JsonObject Message(SmsOrder order, string status, DateTimeOffset at) => new()
    {
        ["id"] = order.Id, ["channelId"] = channel, ["status"] = status, ["direction"] = "outgoing", ["createdAt"] = Stamp(at), ["lastStatusAt"] = Stamp(at), ["reference"] = order.Reference,
        ["receiver"] = new JsonObject { ["contacts"] = new JsonArray(new JsonObject { ["identifierKey"] = "phonenumber", ["identifierValue"] = order.To }) },
    };

    private HttpRequestMessage Signed(Uri url, string happened, JsonObject payload)
    {
        var request = Json(url, new JsonObject { ["service"] = "channels", ["event"] = happened, ["payload"] = payload }, out var bytes);
        var time = World.Time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        request.Headers.Add("messagebird-request-timestamp", time);
        request.Headers.Add("messagebird-signature", Hmac(signing, [.. Encoding.UTF8.GetBytes($"{time}\n{url.AbsoluteUri}\n"), .. SHA256.HashData(bytes)]));
        return request;
    }

    private static string Stamp(DateTimeOffset at) => at.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);

    private static RefusalException Invalid(string field) => new(Error(422, "InvalidPayload", $"One or more fields are not valid: {field}."));

    private static Answer Error(int status, string code, string message) =>
        new(status, new JsonObject { ["code"] = code, ["message"] = message, ["details"] = new JsonObject() });
}
