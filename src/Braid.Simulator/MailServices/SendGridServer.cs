using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Braid.Simulator.Http;
using Microsoft.AspNetCore.Http;

namespace Braid.Simulator.MailServices;

internal sealed class SendGridFactory() : MailCarrierFactory("email-sendgrid", world => new SendGridServer(world));

/// <summary>api.sendgrid.com of the pretend world, with signatures switched on.</summary>
internal sealed class SendGridServer(World world) : MailCarrier(world)
{
    private readonly string apiKey = "SG." + Convert.ToHexStringLower(world.Bytes(24));
    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly JsonArray parse = [];
    private readonly JsonArray hooks = [];

    public override JsonObject Settings => new()
    {
        ["provider"] = "sendgrid", ["address"] = Support, ["fromName"] = "Northwind", ["apiKey"] = apiKey, ["verificationKey"] = Convert.ToBase64String(key.ExportSubjectPublicKeyInfo()), ["apiBaseUrl"] = Url.AbsoluteUri.TrimEnd('/'),
    };

    protected override Answer? Refuse(Fault fault) => fault switch
    {
        Fault.TooManyRequests { RetryAfterSeconds: var wait } => Error(429, "too many requests") with { RetryAfter = wait },
        Fault.ServerError { Status: var status } => Error(status, "internal server error"),
        Fault.Refusal refusal => ProviderHost.Raw(refusal),
        _ => null,
    };

    protected override async Task<Answer> CallAsync(HttpRequest request, string[] path)
    {
        if (request.Headers.Authorization != "Bearer " + apiKey) { return Error(401, "The provided authorization grant is invalid, expired, or revoked"); }
        var call = await Call.ReadAsync(request);
        switch (request.Method, string.Join('/', path))
        {
            case ("GET", "v3/scopes"): return new(200, new JsonObject { ["scopes"] = new JsonArray("mail.send", "user.webhooks.parse.settings.create") });
            case ("GET", "v3/user/webhooks/parse/settings"): return new(200, new JsonObject { ["result"] = parse.DeepClone() });
            case ("POST", "v3/user/webhooks/parse/settings"):
                parse.Add(call.Parameters.DeepClone());
                return new(201, call.Parameters.DeepClone());
            case ("GET", "v3/user/webhooks/event/settings/all"): return new(200, new JsonObject { ["webhooks"] = hooks.DeepClone() });
            case ("POST", "v3/user/webhooks/event/settings"):
                hooks.Add(call.Parameters.DeepClone());
                return new(201, call.Parameters.DeepClone());
            case ("POST", "v3/mail/send"): return Send(call);
            default: return Error(404, "not found");
        }
    }

    private Answer Send(Call call)
    {
        var person = call.Parameters.Objects("personalizations").Single();
        string[] People(string name) => [.. person.Objects(name).Select(p => p.Text("email") ?? "")];
        var to = People("to");
        if (to.Length == 0 || to.Any(a => !a.Contains('@'))) { return Error(400, "Does not contain a valid address.", "personalizations.0.to.0.email"); }
        if (call.Object("from")?.Text("email") != Support) { return Error(403, "The from address does not match a verified Sender Identity.", "from"); }
        if (call.Parameters.Objects("content").Any(c => string.IsNullOrEmpty(c.Text("value")))) { return Error(400, "The content value must be a string at least one character in length.", "content.0.value"); }
        var headers = call.Object("headers")!;
        Accept(new OutgoingMail(
            headers.Text("Message-ID")!.Trim('<', '>'), call.Text("subject") ?? "", call.Parameters.Objects("content").First(c => c.Text("type") == "text/plain").Text("value")!, [.. to, .. People("cc")],
            [.. call.Parameters.Objects("attachments").Select(a => new SimulatedFile(a.Text("filename")!, a.Text("type")!, Convert.FromBase64String(a.Text("content")!)))])
        {
            ReplyAddress = call.Object("reply_to")?.Text("email") ?? Support, References = Mail.MailPart.Ids(headers.Text("References")), Tag = (person["custom_args"] as JsonObject)?.Text("messageId"),
            Raw = call.Parameters.DeepClone(),
        });
        return new(202, null);
    }

    protected override HttpRequestMessage MailPost(Uri address, byte[] raw, string from, string to)
    {
        var form = new MultipartFormDataContent("xYz" + Hex(12));
        form.Add(new ByteArrayContent(raw), "\"email\"");
        foreach (var (name, value) in new[]
        {
            ("to", to), ("from", from), ("dkim", $"{{@{from.Split('@')[1]} : pass}}"), ("SPF", "pass"), ("envelope", new JsonObject { ["to"] = new JsonArray(to), ["from"] = from }.ToJsonString()),
            ("charsets", """{"to":"UTF-8","from":"UTF-8"}"""),
        })
        {
            form.Add(new StringContent(value), $"\"{name}\"");
        }

        var bytes = form.ReadAsByteArrayAsync().GetAwaiter().GetResult(); // In memory already.
        return Signed(address, bytes, form.Headers.ContentType!.ToString());
    }

    protected override HttpRequestMessage ReportPost(Uri address, JsonObject report)
    {
        var kind = report.Text("kind");
        var item = new JsonObject
        {
            ["email"] = report.Text("recipient"), ["timestamp"] = World.Time.GetUtcNow().ToUnixTimeSeconds(), ["event"] = kind switch { "read" => "open", "failed" => "bounce", _ => kind },
            ["smtp-id"] = $"<{report.Text("id")}>", ["sg_event_id"] = Hex(22), ["sg_message_id"] = Hex(16) + ".filter0001", ["messageId"] = report.Text("tag"),
        };
        if (kind == "failed") { (item["type"], item["status"], item["reason"]) = ("bounce", "5.1.1", "550 5.1.1 user unknown"); }
        return Signed(address, Encoding.UTF8.GetBytes(new JsonArray(item).ToJsonString()), "application/json");
    }

    private HttpRequestMessage Signed(Uri address, byte[] body, string type)
    {
        var time = World.Time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var post = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(body) };
        post.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        post.Headers.Add("X-Twilio-Email-Event-Webhook-Timestamp", time);
        post.Headers.Add("X-Twilio-Email-Event-Webhook-Signature", Convert.ToBase64String(key.SignData((byte[])[.. Encoding.UTF8.GetBytes(time), .. body], HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)));
        return post;
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        key.Dispose();
    }

    private static Answer Error(int status, string words, string? field = null) =>
        new(status, new JsonObject { ["errors"] = new JsonArray(new JsonObject { ["message"] = words, ["field"] = field }) });
}
