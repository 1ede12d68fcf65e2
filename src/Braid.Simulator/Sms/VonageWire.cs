using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Braid.Simulator.Http;
using Microsoft.AspNetCore.Http;

namespace Braid.Simulator.Sms;

internal sealed class VonageWire : SmsWire
{
    private readonly string key;
    private readonly string secret;
    private readonly string signature;

    public VonageWire(World world)
        : base(world) => (key, secret, signature) = (Hex(4), Token(16), Token(40));

    public override string Provider => "vonage";
    public override bool ReportsToWebhook => true;

    public override JsonObject Settings(Uri server) => new()
    {
        ["provider"] = Provider, ["apiKey"] = key, ["apiSecret"] = secret, ["signatureSecret"] = signature, ["from"] = Ours, ["apiBaseUrl"] = server.ToString().TrimEnd('/'),
    };

    public override string Write(string phone) => phone.TrimStart('+');

    public override bool IsAuthorized(HttpRequest request) => request.Headers.Authorization.ToString() == Basic(key, secret);

    public override Answer Unauthorized => Problem(401, "https://developer.vonage.com/api-errors#unauthorized", "Unauthorized", "You did not provide correct credentials.");

    public override SmsOrder? Order(string method, string[] path, Call call)
    {
        if (method != "POST" || path is not ["v1", "messages"]) { return null; }
        if (Phone(call.Text("to")) is not { } to || call.Text("to")![0] == '+') { throw Invalid("to", "to is not a valid number"); }
        if (call.Text("from") != OursBare) { throw new RefusalException(Problem(422, Number(1420), "Invalid sender", "The sender is not valid.")); }
        var type = call.Text("message_type") ?? "";
        if ((call.Text("channel"), type) is not (("sms", "text") or ("mms", "image" or "video" or "audio" or "vcard" or "file")))
        {
            throw Invalid("message_type", "not for this channel");
        }

        if (type == "text") { return Found(call.Text("text") is { Length: > 0 and <= 1000 } text ? text : throw Invalid("text", "length must be 1 to 1000"), []); }
        return Found(call.Object(type)?.Text("caption") ?? "", [call.Object(type)?.Text("url") ?? throw Invalid(type + ".url", "is required")]);

        SmsOrder Found(string text, string[] files) => new(Uuid(), to, text, files) { Callback = call.Text("webhook_url"), Reference = call.Text("client_ref") };
    }

    public override Answer Accepted(SmsOrder order) => new(202, new JsonObject { ["message_uuid"] = order.Id });

    // Vonage takes such a message, and the network refuses it.
    public override Answer OptedOut(SmsOrder order) => Problem(422, Number(1380), "Rejected", "The recipient does not accept messages.");

    public override Answer? Of(Fault fault) => fault switch
    {
        Fault.TooManyRequests { RetryAfterSeconds: var seconds } =>
            Problem(429, "https://developer.vonage.com/api-errors#throttled", "Rate Limit Hit", "Please wait, then retry your request") with { RetryAfter = seconds },
        Fault.ServerError { Status: var status } => Problem(status, Number(1030), "Internal error", "There was an error processing your request."),
        Fault.Refusal refusal => ProviderHost.Raw(refusal),
        _ => null,
    };

    public override HttpRequestMessage Inbound(Uri webhook, SmsFromPhone message)
    {
        var body = new JsonObject
        {
            ["to"] = OursBare, ["from"] = Write(message.From), ["channel"] = message.Files.Count > 0 ? "mms" : "sms", ["message_uuid"] = Guid.Parse(message.Id).ToString("D"),
            ["timestamp"] = message.At.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
        };
        if (message.Files is [var file, ..])
        {
            var type = file.ContentType.Split('/')[0] switch { "image" => "image", "audio" => "audio", "video" => "video", _ => "file" };
            (body["message_type"], body[type]) = (type, new JsonObject { ["url"] = file.Url.ToString(), ["name"] = file.Name, ["caption"] = message.Text });
        }
        else
        {
            (body["message_type"], body["text"]) = ("text", message.Text);
            body["sms"] = new JsonObject { ["num_messages"] = "1", ["keyword"] = message.Text.Split(' ')[0].ToUpperInvariant() };
        }

        return Signed(webhook, body);
    }

    public override HttpRequestMessage Report(Uri webhook, SmsReport report)
    {
        var body = new JsonObject
        {
            ["message_uuid"] = report.Order.Id, ["to"] = Write(report.Order.To), ["from"] = OursBare, ["timestamp"] = report.At.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
            ["status"] = report.Outcome switch { SmsOutcome.Sent => "submitted", SmsOutcome.Delivered => "delivered", _ => "undeliverable" }, ["channel"] = "sms", ["client_ref"] = report.Order.Reference,
        };
        if (report.Outcome == SmsOutcome.Failed)
        {
            body["error"] = new JsonObject { ["type"] = Number(1300), ["title"] = 1300, ["detail"] = "Not part of the provider network", ["instance"] = Hex(16) };
        }

        return Signed(webhook, body);
    }

    private HttpRequestMessage Signed(Uri url, JsonObject body)
    {
        var request = Json(url, body, out var bytes);
        var claims = new JsonObject
        {
            ["iat"] = World.Time.GetUtcNow().ToUnixTimeSeconds(), ["jti"] = Uuid(), ["iss"] = "Vonage", ["payload_hash"] = Convert.ToHexStringLower(SHA256.HashData(bytes)), ["api_key"] = key, ["application_id"] = Uuid(),
        };
        var text = $"{Url("""{"typ":"JWT","alg":"HS256"}""")}.{Url(claims.ToJsonString())}";
        var mac = HMACSHA256.HashData(Encoding.UTF8.GetBytes(signature), Encoding.UTF8.GetBytes(text));
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {text}.{System.Buffers.Text.Base64Url.EncodeToString(mac)}");
        return request;
    }

    private static string Url(string json) => System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));

    private static string Number(int code) => $"https://developer.vonage.com/api-errors/messages#{code}";

    private static Answer Problem(int status, string type, string title, string detail) =>
        new(status, new JsonObject { ["type"] = type, ["title"] = title, ["detail"] = detail, ["instance"] = "bf0ca0bf927b3b52e3cb03217e1a1ddf" });

    private static RefusalException Invalid(string name, string reason)
    {
        var answer = Problem(422, Number(1020), "Invalid params", "The value of one or more parameters is invalid.");
        answer.Json!["invalid_parameters"] = new JsonArray(new JsonObject { ["name"] = name, ["reason"] = reason });
        return new(answer);
    }
}
