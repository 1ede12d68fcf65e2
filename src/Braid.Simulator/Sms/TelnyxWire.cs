using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Braid.Simulator.Http;
using Microsoft.AspNetCore.Http;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;

namespace Braid.Simulator.Sms;

internal sealed class TelnyxWire : SmsWire
{
    private readonly string key;
    private readonly Ed25519PrivateKeyParameters signing;

    public TelnyxWire(World world)
        : base(world) => (key, signing) = ("KEY" + Hex(16).ToUpperInvariant(), new Ed25519PrivateKeyParameters(world.Bytes(32)));

    public override string Provider => "telnyx";
    public override bool ReportsToWebhook => true;

    public override JsonObject Settings(Uri server) => new()
    {
        ["provider"] = Provider, ["apiKey"] = key, ["publicKey"] = Convert.ToBase64String(signing.GeneratePublicKey().GetEncoded()), ["from"] = Ours, ["apiBaseUrl"] = new Uri(server, "v2").ToString(),
    };

    /// <summary>Files lie open under addresses nobody guesses.</summary>
    public override bool IsAuthorized(HttpRequest request) =>
        request.Path.StartsWithSegments("/media", StringComparison.Ordinal) || request.Headers.Authorization.ToString() == "Bearer " + key;

    public override Answer Unauthorized => Error(401, "10009", "Authentication failed", "The required authentication headers were either invalid or not included in the request.");

    public override SmsOrder? Order(string method, string[] path, Call call)
    {
        if (method != "POST" || path is not ["v2", "messages"]) { return null; }
        if (call.Text("to") is not ['+', ..] || Phone(call.Text("to")) is not { } to)
        {
            throw new RefusalException(Error(422, "10015", "Invalid value", "The 'to' address should be in E.164 format.", "/to"));
        }

        if (call.Text("from") != Ours) { throw new RefusalException(Error(400, "40305", "Invalid 'from' address", "The 'from' address is not yours.", "/from")); }
        string[] files = call.Parameters["media_urls"] is JsonArray urls ? [.. urls.Select(u => u!.GetValue<string>())] : [];
        if (call.Text("text") is not { Length: > 0 } && files.Length == 0)
        {
            throw new RefusalException(Error(422, "10015", "Invalid value", "The 'text' must not be empty.", "/text"));
        }

        return new(Uuid(), to, call.Text("text") ?? "", files) { Callback = call.Text("webhook_url") };
    }

    public override Answer Accepted(SmsOrder order) => new(200, new JsonObject { ["data"] = Message(order, "queued", World.Time.GetUtcNow()) });

    public override Answer OptedOut(SmsOrder order) =>
        Error(400, "40300", "Blocked due to STOP message", "Messages cannot be sent from your number to this recipient.", "/to");

    public override Answer Other(string method, string[] path, Call call) =>
        path is ["v2", "balance"] ? new(200, new JsonObject { ["data"] = new JsonObject { ["balance"] = "10.00" } }) : Error(404, "10005", "Resource not found", "not found");

    public override Answer? Of(Fault fault) => fault switch
    {
        Fault.TooManyRequests { RetryAfterSeconds: var seconds } => Error(429, "10011", "Too many requests", "You have exceeded the maximum number of allowed requests.") with { RetryAfter = seconds },
        Fault.ServerError { Status: var status } => Error(status, "10007", "Unexpected error", "An unexpected error occured."),
        Fault.Refusal refusal => ProviderHost.Raw(refusal),
        _ => null,
    };

    public override HttpRequestMessage Inbound(Uri webhook, SmsFromPhone message) => Signed(webhook, "message.received", new JsonObject
    {
        ["id"] = Guid.Parse(message.Id).ToString("D"), ["record_type"] = "message", ["direction"] = "inbound", ["type"] = message.Files.Count > 0 ? "MMS" : "SMS",
        ["from"] = new JsonObject { ["phone_number"] = message.From, ["carrier"] = "Simulated", ["line_type"] = "Wireless" },
        ["to"] = new JsonArray(new JsonObject { ["phone_number"] = Ours, ["status"] = "webhook_delivered" }), ["cc"] = new JsonArray(), ["text"] = message.Text,
        ["media"] = new JsonArray([.. message.Files.Select(f => new JsonObject { ["url"] = f.Url.ToString(), ["content_type"] = f.ContentType })]), ["received_at"] = Stamp(message.At), ["errors"] = new JsonArray(),
    });

    public override HttpRequestMessage Report(Uri webhook, SmsReport report)
    {
        var status = report.Outcome switch { SmsOutcome.Sent => "sent", SmsOutcome.Delivered => "delivered", _ => "delivery_failed" };
        var message = Message(report.Order, status, report.At);
        if (status == "delivery_failed")
        {
            message["errors"] = new JsonArray(new JsonObject { ["code"] = "40008", ["title"] = "Undeliverable", ["detail"] = "The recipient carrier did not accept the message." });
        }

        if (status != "sent") { message["completed_at"] = Stamp(report.At); }
        message["webhook_url"] = webhook.AbsoluteUri;
        return Signed(webhook, status == "sent" ? "message.sent" : "message.finalized", message);
    }

    private static JsonObject Message(SmsOrder order, string status, DateTimeOffset at) => new()
    {
        ["id"] = order.Id, ["record_type"] = "message", ["direction"] = "outbound", ["from"] = new JsonObject { ["phone_number"] = Ours }, ["text"] = order.Text,
        ["to"] = new JsonArray(new JsonObject { ["phone_number"] = order.To, ["status"] = status }), ["sent_at"] = Stamp(at), ["errors"] = new JsonArray(),
    };

    private HttpRequestMessage Signed(Uri url, string happened, JsonObject payload)
    {
        var now = World.Time.GetUtcNow();
        var request = Json(url, new JsonObject
        {
            ["data"] = new JsonObject { ["event_type"] = happened, ["id"] = Uuid(), ["occurred_at"] = Stamp(now), ["record_type"] = "event", ["payload"] = payload },
            ["meta"] = new JsonObject { ["attempt"] = 1, ["delivered_to"] = url.AbsoluteUri },
        }, out var bytes);
        var time = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var signer = new Ed25519Signer();
        signer.Init(true, signing);
        byte[] message = [.. Encoding.ASCII.GetBytes(time + "|"), .. bytes];
        signer.BlockUpdate(message, 0, message.Length);
        request.Headers.Add("telnyx-timestamp", time);
        request.Headers.Add("telnyx-signature-ed25519", Convert.ToBase64String(signer.GenerateSignature()));
        return request;
    }

    private static string Stamp(DateTimeOffset at) => at.ToString("yyyy-MM-ddTHH:mm:ss.fffzzz", CultureInfo.InvariantCulture);

    private static Answer Error(int status, string code, string title, string detail, string? pointer = null)
    {
        var error = new JsonObject { ["code"] = code, ["title"] = title, ["detail"] = detail };
        if (pointer is not null) { error["source"] = new JsonObject { ["pointer"] = pointer }; }
        return new(status, new JsonObject { ["errors"] = new JsonArray(error) });
    }
}
