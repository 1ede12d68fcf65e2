using System.Globalization;
using System.Text.Json.Nodes;
using Braid.Simulator.Http;
using Microsoft.AspNetCore.Http;

namespace Braid.Simulator.Sms;

internal sealed class TwilioWire : SmsWire
{
    private readonly string account;
    private readonly string token;

    public TwilioWire(World world)
        : base(world) => (account, token) = ("AC" + Hex(16), Hex(16));

    public override string Provider => "twilio";

    public override JsonObject Settings(Uri server) => new()
    {
        ["provider"] = Provider, ["accountSid"] = account, ["authToken"] = token, ["from"] = Ours, ["apiBaseUrl"] = server.ToString().TrimEnd('/'),
    };

    public override bool IsAuthorized(HttpRequest request) => request.Headers.Authorization.ToString() == Basic(account, token);

    public override Answer Unauthorized => Error(401, 20003, "Authenticate");

    public override string FilePath(string id) => $"2010-04-01/Accounts/{account}/Messages/MM1/Media/{id}";

    public override SmsOrder? Order(string method, string[] path, Call call)
    {
        if (method != "POST" || path is not ["2010-04-01", "Accounts", var sid, "Messages.json"]) { return null; }
        if (sid != account) { throw new RefusalException(Error(404, 20404, "The requested resource was not found")); }
        if (Phone(call.Text("To")) is not { } to) { throw new RefusalException(Error(400, 21211, $"Invalid 'To' Phone Number: {call.Text("To")}")); }
        if (call.Text("From") != Ours)
        {
            throw new RefusalException(Error(400, 21606, "The 'From' phone number provided is not a valid message-capable Twilio phone number"));
        }

        var (body, media) = (call.Text("Body") ?? "", call.Text("MediaUrl"));
        if (body.Length == 0 && media is null) { throw new RefusalException(Error(400, 21602, "Message body is required")); }
        if (body.Length > 1600) { throw new RefusalException(Error(400, 21617, "The concatenated message body exceeds the 1600 character limit")); }
        return new((media is null ? "SM" : "MM") + Hex(16), to, body, media?.Split(',') ?? []) { Callback = call.Text("StatusCallback") };
    }

    public override Answer Accepted(SmsOrder order) => new(201, new JsonObject
    {
        ["sid"] = order.Id, ["account_sid"] = account, ["status"] = "queued", ["to"] = order.To, ["from"] = Ours, ["body"] = order.Text, ["num_media"] = $"{order.Files.Count}",
        ["error_code"] = null, ["error_message"] = null, ["date_created"] = World.Time.GetUtcNow().ToString("r"),
    });

    public override Answer OptedOut(SmsOrder order) => Error(400, 21610, "Attempt to send to unsubscribed recipient");

    public override Answer Other(string method, string[] path, Call call) => (method, path) switch
    {
        ("GET", ["2010-04-01", "Accounts", var name]) when name == account + ".json" => new(200, new JsonObject { ["sid"] = account, ["status"] = "active" }),
        ("GET", [.., "IncomingPhoneNumbers.json"]) => new(200, new JsonObject { ["incoming_phone_numbers"] = new JsonArray(new JsonObject { ["sid"] = "PN1", ["phone_number"] = Ours, ["sms_url"] = "" }) }),
        ("POST", [.., "IncomingPhoneNumbers", "PN1.json"]) => new(200, new JsonObject { ["sid"] = "PN1", ["sms_url"] = call.Text("SmsUrl") }),
        _ => Error(404, 20404, "The requested resource was not found"),
    };

    public override Answer? Of(Fault fault) => fault switch
    {
        Fault.TooManyRequests { RetryAfterSeconds: var seconds } => Error(429, 20429, "Too Many Requests") with { RetryAfter = seconds },
        Fault.ServerError { Status: var status } => Error(status, 20500, "Internal Server Error"),
        Fault.Refusal refusal => ProviderHost.Raw(refusal),
        _ => null,
    };

    public override HttpRequestMessage Inbound(Uri webhook, SmsFromPhone message)
    {
        List<KeyValuePair<string, string>> fields =
        [
            new("ToCountry", "US"), new("MessageSid", "SM" + message.Id), new("SmsSid", "SM" + message.Id), new("SmsMessageSid", "SM" + message.Id), new("AccountSid", account), new("From", message.From),
            new("To", Ours), new("Body", message.Text), new("SmsStatus", "received"), new("NumSegments", "1"), new("NumMedia", message.Files.Count.ToString(CultureInfo.InvariantCulture)), new("ApiVersion", "2010-04-01"),
        ];
        for (var i = 0; i < message.Files.Count; i++) { fields.AddRange([new($"MediaUrl{i}", message.Files[i].Url.ToString()), new($"MediaContentType{i}", message.Files[i].ContentType)]); }
        return Signed(webhook, fields);
    }

    public override HttpRequestMessage Report(Uri webhook, SmsReport report)
    {
        var status = report.Outcome switch { SmsOutcome.Sent => "sent", SmsOutcome.Delivered => "delivered", _ => "undelivered" };
        List<KeyValuePair<string, string>> fields =
        [
            new("MessageSid", report.Order.Id), new("SmsSid", report.Order.Id), new("MessageStatus", status), new("SmsStatus", status), new("To", report.Order.To), new("From", Ours),
            new("AccountSid", account), new("ApiVersion", "2010-04-01"),
        ];
        if (status == "undelivered") { fields.Add(new("ErrorCode", report.Order.Files.Count > 0 ? "12300" : "30005")); }
        return Signed(webhook, fields);
    }

    private HttpRequestMessage Signed(Uri url, List<KeyValuePair<string, string>> fields) => TwilioPost.Signed(url, fields, token);

    private static Answer Error(int status, int code, string message) => new(status, new JsonObject
    {
        ["code"] = code, ["message"] = message, ["more_info"] = $"https://www.twilio.com/docs/errors/{code}", ["status"] = status,
    });
}
