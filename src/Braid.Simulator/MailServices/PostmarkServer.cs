using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Braid.Simulator.Http;
using Microsoft.AspNetCore.Http;

namespace Braid.Simulator.MailServices;

internal sealed class PostmarkFactory() : MailCarrierFactory("email-postmark", world => new PostmarkServer(world));

/// <summary>api.postmarkapp.com of the pretend world.</summary>
internal sealed class PostmarkServer(World world) : MailCarrier(world)
{
    private readonly string token = Guid.NewGuid().ToString("D");
    private readonly JsonArray webhooks = [];
    private readonly JsonObject server = new() { ["ID"] = 23, ["Name"] = "Support", ["InboundHookUrl"] = "", ["RawEmailEnabled"] = false };

    public override JsonObject Settings => new()
    {
        ["provider"] = "postmark", ["address"] = Support, ["fromName"] = "Northwind", ["serverToken"] = token, ["authServer"] = "inbound.postmarkapp.com", ["apiBaseUrl"] = Url.AbsoluteUri.TrimEnd('/'),
    };

    protected override string Stamp => "inbound.postmarkapp.com";

    protected override Answer? Refuse(Fault fault) => fault switch
    {
        Fault.TooManyRequests { RetryAfterSeconds: var wait } => Error(429, 429, "Rate limit exceeded") with { RetryAfter = wait },
        Fault.ServerError { Status: var status } => Error(status, 0, "Internal Server Error"),
        Fault.Refusal refusal => ProviderHost.Raw(refusal),
        _ => null,
    };

    protected override async Task<Answer> CallAsync(HttpRequest request, string[] path)
    {
        if (request.Headers["X-Postmark-Server-Token"] != token) { return Error(401, 10, "Request does not contain a valid Server token."); }
        var call = await Call.ReadAsync(request);
        switch (request.Method, path)
        {
            case ("GET", ["server"]): return new(200, server.DeepClone());
            case ("PUT", ["server"]):
                foreach (var (name, value) in call.Parameters) { server[name] = value?.DeepClone(); }
                return new(200, server.DeepClone());
            case ("GET", ["webhooks"]): return new(200, new JsonObject { ["Webhooks"] = webhooks.DeepClone() });
            case ("POST", ["webhooks"]):
                webhooks.Add(call.Parameters.DeepClone());
                return new(200, call.Parameters.DeepClone());
            case ("POST", ["email"]): return Send(call);
            default: return new(404, null);
        }
    }

    private Answer Send(Call call)
    {
        string[] Addresses(string field) => [.. (call.Text(field) ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Mail.MailPart.Address)];
        var to = Addresses("To");
        if (to.Length == 0 || to.Any(a => !a.Contains('@'))) { return Error(422, 300, "Invalid 'To' address: '" + call.Text("To") + "'."); }
        if (!Addresses("From").SequenceEqual([Support])) { return Error(422, 400, "The 'From' address you supplied is not a Sender Signature on your account."); }
        var headers = call.Parameters.Objects("Headers").ToDictionary(h => h.Text("Name")!, h => h.Text("Value")!, StringComparer.OrdinalIgnoreCase);
        var id = Guid.NewGuid().ToString("D");
        Accept(new OutgoingMail(
            headers.GetValueOrDefault("X-PM-KeepID") == "true" ? headers["Message-ID"].Trim('<', '>') : id + "@mtasv.net", call.Text("Subject") ?? "", call.Text("TextBody") ?? "", [.. to, .. Addresses("Cc")],
            [.. call.Parameters.Objects("Attachments").Select(a => new SimulatedFile(a.Text("Name")!, a.Text("ContentType")!, Convert.FromBase64String(a.Text("Content")!)))])
        {
            ReplyAddress = Addresses("ReplyTo").FirstOrDefault() ?? Support, References = Mail.MailPart.Ids(headers.GetValueOrDefault("References")), Tag = call.Object("Metadata")?.Text("messageId"), ServiceId = id,
            Raw = call.Parameters.DeepClone(),
        });
        return new(200, new JsonObject { ["To"] = call.Text("To"), ["SubmittedAt"] = Now, ["MessageID"] = id, ["ErrorCode"] = 0, ["Message"] = "OK" });
    }

    protected override HttpRequestMessage MailPost(Uri address, byte[] raw, string from, string to) => Json(address, Encoding.UTF8.GetBytes(new JsonObject
    {
        ["MessageStream"] = "inbound", ["From"] = from, ["FromFull"] = new JsonObject { ["Email"] = from, ["Name"] = "", ["MailboxHash"] = "" }, ["To"] = to, ["OriginalRecipient"] = to,
        ["MessageID"] = Guid.NewGuid().ToString("D"), ["Subject"] = "as in the raw mail", ["RawEmail"] = Encoding.UTF8.GetString(raw),
    }.ToJsonString()));

    protected override HttpRequestMessage ReportPost(Uri address, JsonObject report)
    {
        var body = new JsonObject { ["MessageID"] = report.Text("service"), ["MessageStream"] = "outbound", ["Metadata"] = new JsonObject { ["messageId"] = report.Text("tag") } };
        switch (report.Text("kind"))
        {
            case "delivered": body["RecordType"] = "Delivery"; body["Recipient"] = report.Text("recipient"); body["DeliveredAt"] = Now; break;
            case "read": body["RecordType"] = "Open"; body["FirstOpen"] = true; body["Recipient"] = report.Text("recipient"); body["ReceivedAt"] = Now; break;
            default:
                body["RecordType"] = "Bounce"; body["Type"] = "HardBounce"; body["ID"] = World.Number(1, 1L << 60); body["Email"] = report.Text("recipient"); body["BouncedAt"] = Now;
                body["Details"] = "smtp;550 5.1.1 user unknown";
                break;
        }

        return Json(address, Encoding.UTF8.GetBytes(body.ToJsonString()));
    }

    private string Now => World.Time.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ss.fffffffzzz", CultureInfo.InvariantCulture);

    private static Answer Error(int status, int code, string words) => new(status, new JsonObject { ["ErrorCode"] = code, ["Message"] = words });
}
