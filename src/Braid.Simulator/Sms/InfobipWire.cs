using System.Globalization;
using System.Text.Json.Nodes;
using Braid.Simulator.Http;
using Microsoft.AspNetCore.Http;

namespace Braid.Simulator.Sms;

internal sealed class InfobipWire : SmsWire
{
    private readonly string key;
    private readonly string password;

    public InfobipWire(World world)
        : base(world) => (key, password) = (Token(40), Token(20));

    public override string Provider => "infobip";

    public override JsonObject Settings(Uri server) => new()
    {
        ["provider"] = Provider, ["apiKey"] = key, ["from"] = Ours, ["webhookUserName"] = "infobip", ["webhookPassword"] = password, ["apiBaseUrl"] = server.ToString().TrimEnd('/'),
    };

    public override string Write(string phone) => phone.TrimStart('+');

    public override bool IsAuthorized(HttpRequest request) => request.Headers.Authorization.ToString() == "App " + key;

    public override Answer Unauthorized =>
        new(401, new JsonObject { ["requestError"] = new JsonObject { ["serviceException"] = new JsonObject { ["messageId"] = "UNAUTHORIZED", ["text"] = "Invalid login details" } } });

    public override SmsOrder? Order(string method, string[] path, Call call)
    {
        if (method != "POST" || path is not (["sms", "3", "messages"] or ["mms", "2", "messages"])) { return null; }
        var message = (call.Parameters as JsonNode).Objects("messages").FirstOrDefault() ?? throw Invalid("messages", "must not be empty");
        var destination = message.Objects("destinations").FirstOrDefault() ?? throw Invalid("messages[0].destinations", "must not be empty");
        if (Phone(destination.Text("to")) is not { } to) { throw Invalid("messages[0].destinations[0].to", "must be a phone number"); }
        var content = message["content"] as JsonObject ?? throw Invalid("messages[0].content", "must not be null");
        var segments = content.Objects("messageSegments").ToList();
        var text = path[0] == "sms" ? content.Text("text") : segments.Find(s => s.Text("type") == "TEXT")?.Text("text");
        string[] files = [.. segments.Where(s => s.Text("type") == "LINK").Select(s => s.Text("contentUrl")!)];
        if (text is not { Length: > 0 } && files.Length == 0) { throw Invalid("messages[0].content.text", "must not be blank"); }
        return new(destination.Text("messageId") ?? Hex(10), to, text ?? "", files) { Callback = (message["webhooks"]?["delivery"] as JsonObject)?.Text("url") };
    }

    public override Answer Accepted(SmsOrder order) => Answered(order, 1, "PENDING", "PENDING_ACCEPTED");

    public override Answer OptedOut(SmsOrder order) => Answered(order, 5, "REJECTED", "REJECTED_DND");

    public override Answer Other(string method, string[] path, Call call) =>
        path is ["account", "1", "balance"] ? new(200, new JsonObject { ["balance"] = 10, ["currency"] = "EUR" }) : new(404, new JsonObject { ["errorCode"] = "E404", ["description"] = "Not found" });

    public override Answer? Of(Fault fault) => fault switch
    {
        Fault.TooManyRequests { RetryAfterSeconds: var seconds } => new(429, new JsonObject { ["errorCode"] = "E429", ["description"] = "Too many requests." }) { RetryAfter = seconds },
        Fault.ServerError { Status: var status } => new(status, new JsonObject { ["errorCode"] = "E500", ["description"] = "Internal error." }),
        Fault.Refusal refusal => ProviderHost.Raw(refusal),
        _ => null,
    };

    public override HttpRequestMessage Inbound(Uri webhook, SmsFromPhone message)
    {
        var item = new JsonObject { ["messageId"] = message.Id, ["from"] = Write(message.From), ["to"] = OursBare, ["receivedAt"] = Stamp(message.At) };
        if (message.Files.Count == 0) { (item["text"], item["cleanText"], item["smsCount"]) = (message.Text, message.Text, 1); }
        else
        {
            item["message"] = new JsonArray([
                new JsonObject { ["contentType"] = "text/plain", ["value"] = message.Text },
                .. message.Files.Select(f => new JsonObject { ["contentType"] = f.ContentType, ["url"] = f.Url.ToString() })]);
        }

        return Signed(webhook, item);
    }

    public override HttpRequestMessage Report(Uri webhook, SmsReport report)
    {
        var (group, name) = report.Outcome switch { SmsOutcome.Sent => (1, "PENDING_WAITING_DELIVERY"), SmsOutcome.Delivered => (3, "DELIVERED_TO_HANDSET"), _ => (2, "UNDELIVERABLE_NOT_DELIVERED") };
        return Signed(webhook, new JsonObject
        {
            ["bulkId"] = "BULK-1", ["messageId"] = report.Order.Id, ["to"] = Write(report.Order.To), ["sentAt"] = Stamp(report.At), ["doneAt"] = Stamp(report.At), ["messageCount"] = 1,
            ["status"] = new JsonObject { ["groupId"] = group, ["name"] = name }, ["error"] = new JsonObject { ["name"] = group == 2 ? "EC_UNKNOWN_SUBSCRIBER" : "NO_ERROR", ["permanent"] = group == 2 },
        });
    }

    private HttpRequestMessage Signed(Uri url, JsonObject item)
    {
        var request = Json(url, new JsonObject { ["results"] = new JsonArray(item), ["messageCount"] = 1, ["pendingMessageCount"] = 0 }, out _);
        request.Headers.TryAddWithoutValidation("Authorization", Basic("infobip", password));
        return request;
    }

    private static Answer Answered(SmsOrder order, int group, string groupName, string name) => new(200, new JsonObject
    {
        ["bulkId"] = "BULK-1",
        ["messages"] = new JsonArray(new JsonObject { ["messageId"] = order.Id, ["status"] = new JsonObject { ["groupId"] = group, ["groupName"] = groupName, ["name"] = name }, ["destination"] = order.To.TrimStart('+') }),
    });

    private static string Stamp(DateTimeOffset at) => at.ToString("yyyy-MM-ddTHH:mm:ss.fff", CultureInfo.InvariantCulture) + "+0000";

    private static RefusalException Invalid(string property, string violation) => new(new(400, new JsonObject
    {
        ["errorCode"] = "E400", ["description"] = "Request cannot be processed.", ["violations"] = new JsonArray(new JsonObject { ["property"] = property, ["violation"] = violation }),
    }));
}
