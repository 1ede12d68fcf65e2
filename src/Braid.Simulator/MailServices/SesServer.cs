using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Braid.Simulator.Http;
using Microsoft.AspNetCore.Http;

namespace Braid.Simulator.MailServices;

internal sealed class SesFactory() : MailCarrierFactory("email-ses", world => new SesServer(world));

/// <summary>Amazon SES and the SNS topic behind it, in one place. The certificate lies at this server instead of Amazon's.</summary>
internal sealed partial class SesServer : MailCarrier
{
    private const string Topic = "arn:aws:sns:eu-west-1:111122223333:braid";
    private readonly RSA key = RSA.Create(2048);
    private readonly string certificate;
    private readonly string secret;

    public SesServer(World world)
        : base(world)
    {
        var now = world.Time.GetUtcNow();
        using var self = new CertificateRequest("CN=sns.amazonaws.com", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSelfSigned(now.AddDays(-1), now.AddDays(30));
        certificate = self.ExportCertificatePem();
        secret = Convert.ToBase64String(world.Bytes(30));
    }

    public override JsonObject Settings => new()
    {
        ["provider"] = "ses", ["address"] = Support, ["fromName"] = "Northwind", ["region"] = "eu-west-1", ["accessKeyId"] = "AKIAPRETEND", ["secretAccessKey"] = secret, ["topicArn"] = Topic,
        ["configurationSet"] = "braid", ["apiBaseUrl"] = Url.AbsoluteUri.TrimEnd('/'),
    };

    protected override Answer? Refuse(Fault fault) => fault switch
    {
        Fault.TooManyRequests { RetryAfterSeconds: var wait } => Error(429, "TooManyRequestsException", "Maximum sending rate exceeded.") with { RetryAfter = wait },
        Fault.ServerError { Status: var status } => Error(status, "InternalFailure", "Internal failure"),
        Fault.Refusal refusal => ProviderHost.Raw(refusal),
        _ => null,
    };

    protected override async Task<Answer> CallAsync(HttpRequest request, string[] path)
    {
        if (path is ["cert.pem"]) { return new(200, null) { Content = Encoding.ASCII.GetBytes(certificate), ContentType = "text/plain" }; }
        using var copy = new MemoryStream();
        await request.Body.CopyToAsync(copy, request.HttpContext.RequestAborted);
        var body = copy.ToArray();
        if (!IsSigned(request, body)) { return Error(403, "SignatureDoesNotMatch", "The request signature we calculated does not match the signature you provided."); }
        return (request.Method, string.Join('/', path)) switch
        {
            ("GET", "v2/email/account") => new(200, new JsonObject { ["SendingEnabled"] = true, ["ProductionAccessEnabled"] = true }),
            ("POST", "v2/email/outbound-emails") => Send(JsonNode.Parse(body)!.AsObject()),
            ("POST", "") => Subscribe(Encoding.UTF8.GetString(body)),
            _ => Error(404, "UnknownOperationException", "not found"),
        };
    }

    private Answer Send(JsonObject call)
    {
        var destination = call["Destination"]!.AsObject();
        string[] People(string name) => [.. (destination[name] as JsonArray)?.Select(a => a!.GetValue<string>()) ?? []];
        if (call.Text("FromEmailAddress") != Support) { return Error(400, "MessageRejected", "Email address is not verified. The following identities failed the check in region EU-WEST-1: " + call.Text("FromEmailAddress")); }
        var to = People("ToAddresses");
        if (to.Length == 0 || to.Any(a => !a.Contains('@'))) { return Error(400, "BadRequestException", "Illegal address"); }
        var id = "0102" + Hex(24);
        Accept(OutgoingMail.Of(Convert.FromBase64String(call["Content"]!["Raw"]!["Data"]!.GetValue<string>()), [.. to, .. People("CcAddresses")], call.Objects("EmailTags").First().Text("Value"), id));
        return new(200, new JsonObject { ["MessageId"] = id });
    }

    private Answer Subscribe(string form)
    {
        var fields = form.Split('&').Select(f => f.Split('=')).ToDictionary(f => f[0], f => Uri.UnescapeDataString(f[1]));
        if (fields["Action"] != "Subscribe" || fields["TopicArn"] != Topic || fields["Protocol"] != "https") { return Error(400, "InvalidParameter", "Invalid parameter"); }
        _ = TellAsync(new JsonObject { ["kind"] = "handshake" });
        return new(200, null) { Content = Encoding.UTF8.GetBytes("<SubscribeResponse/>"), ContentType = "text/xml" };
    }

    protected override HttpRequestMessage MailPost(Uri address, byte[] raw, string from, string to) => Envelope(address, "Notification", new JsonObject
    {
        ["notificationType"] = "Received",
        ["mail"] = new JsonObject { ["timestamp"] = Now, ["source"] = from, ["messageId"] = Hex(32), ["destination"] = new JsonArray(to) },
        ["receipt"] = new JsonObject
        {
            ["timestamp"] = Now, ["recipients"] = new JsonArray(to), ["dmarcVerdict"] = new JsonObject { ["status"] = "PASS" }, ["action"] = new JsonObject { ["type"] = "SNS", ["encoding"] = "BASE64" },
        },
        ["content"] = Convert.ToBase64String(raw),
    }.ToJsonString());

    protected override HttpRequestMessage ReportPost(Uri address, JsonObject report)
    {
        if (report.Text("kind") == "handshake") { return Envelope(address, "SubscriptionConfirmation", "You have chosen to subscribe to the topic."); }
        var what = report.Text("kind") switch { "read" => "Open", "failed" => "Bounce", _ => "Delivery" };
        var about = new JsonObject { ["timestamp"] = Now };
        if (what == "Bounce")
        {
            about["bounceType"] = "Permanent";
            about["feedbackId"] = Hex(16);
            about["bouncedRecipients"] = new JsonArray(new JsonObject { ["emailAddress"] = report.Text("recipient"), ["action"] = "failed", ["status"] = "5.1.1", ["diagnosticCode"] = "smtp; 550 5.1.1 user unknown" });
        }

        return Envelope(address, "Notification", new JsonObject
        {
            ["eventType"] = what, [what.ToLowerInvariant()] = about,
            ["mail"] = new JsonObject
            {
                ["timestamp"] = Now, ["messageId"] = report.Text("service"), ["headers"] = new JsonArray(new JsonObject { ["name"] = "Message-ID", ["value"] = $"<{report.Text("id")}>" }),
                ["tags"] = new JsonObject { ["messageId"] = new JsonArray(report.Text("tag")) },
            },
        }.ToJsonString());
    }

    private HttpRequestMessage Envelope(Uri address, string type, string message)
    {
        var envelope = new JsonObject { ["Type"] = type, ["MessageId"] = Guid.NewGuid().ToString("D"), ["TopicArn"] = Topic, ["Message"] = message, ["Timestamp"] = Now };
        if (type != "Notification")
        {
            envelope["Token"] = Hex(20);
            envelope["SubscribeURL"] = new Uri(Url, "/?Action=ConfirmSubscription").AbsoluteUri;
        }

        var signed = string.Concat(envelope.OrderBy(f => f.Key, StringComparer.Ordinal).Select(f => $"{f.Key}\n{f.Value!.GetValue<string>()}\n"));
        envelope["SignatureVersion"] = "2";
        envelope["Signature"] = Convert.ToBase64String(key.SignData(Encoding.UTF8.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        envelope["SigningCertURL"] = new Uri(Url, "/cert.pem").AbsoluteUri;
        var post = Json(address, Encoding.UTF8.GetBytes(envelope.ToJsonString()));
        post.Content!.Headers.ContentType = new("text/plain");
        return post;
    }

    /// <summary>Signature Version 4, from Amazon's document.</summary>
    private bool IsSigned(HttpRequest request, byte[] body)
    {
        var match = Authorization().Match(request.Headers.Authorization.ToString());
        if (!match.Success) { return false; }
        var names = match.Groups["headers"].Value.Split(';');
        var canonical = new StringBuilder().Append(request.Method).Append('\n').Append(request.Path.Value).Append('\n').Append(request.QueryString.Value?.TrimStart('?')).Append('\n');
        foreach (var name in names) { canonical.Append(name).Append(':').Append(name == "host" ? request.Host.Value : request.Headers[name].ToString()).Append('\n'); }
        canonical.Append('\n').Append(match.Groups["headers"].Value).Append('\n').Append(Convert.ToHexStringLower(SHA256.HashData(body)));
        var scope = match.Groups["scope"].Value;
        var text = $"AWS4-HMAC-SHA256\n{request.Headers["x-amz-date"]}\n{scope}\n{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical.ToString())))}";
        var signing = scope.Split('/').Aggregate(Encoding.UTF8.GetBytes("AWS4" + secret), (k, part) => HMACSHA256.HashData(k, Encoding.UTF8.GetBytes(part)));
        return match.Groups["key"].Value == "AKIAPRETEND" && match.Groups["signature"].Value == Convert.ToHexStringLower(HMACSHA256.HashData(signing, Encoding.UTF8.GetBytes(text)));
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        key.Dispose();
    }

    private string Now => World.Time.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);

    private static Answer Error(int status, string type, string words) => new(status, new JsonObject { ["__type"] = type, ["message"] = words });

    [GeneratedRegex("^AWS4-HMAC-SHA256 Credential=(?<key>[^/]+)/(?<scope>[^,]+), SignedHeaders=(?<headers>[^,]+), Signature=(?<signature>[0-9a-f]{64})$")]
    private static partial Regex Authorization();
}
