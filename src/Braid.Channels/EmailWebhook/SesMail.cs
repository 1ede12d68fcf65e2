using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Braid.Channels.Common;
using Braid.Channels.Email;
using Braid.Channels.Email.Mime;

namespace Braid.Channels.EmailWebhook;

/// <summary>Amazon SES: everything comes through an SNS topic, signed by Amazon's certificate; answers go out as MIME.</summary>
internal sealed class SesMail : MailGateway
{
    private const string KeyFix = "Check access key, secret and region, and that the IAM user may use ses:SendEmail and ses:GetAccount.";

    public override string Title => "Amazon SES";

    public override IEnumerable<(string Field, string Problem)> Check(EmailWebhookSettings settings) => Needs(
        (settings.Region, "region", "Enter the region, such as eu-west-1."),
        (settings.AccessKeyId, "accessKeyId", "Enter the access key id of an IAM user."),
        (settings.SecretAccessKey, "secretAccessKey", "Enter the secret access key of the IAM user."),
        (settings.TopicArn, "topicArn", "Enter the ARN of the SNS topic, so that only it can post here."));

    public override IReadOnlyList<Uri> KeysFor(WebhookRequest request, EmailWebhookSettings settings) =>
        SnsEnvelope.Read(request.Body) is { } envelope && envelope.Certificate(settings.ApiBaseUrl) is { } certificate ? [certificate] : [];

    public override Verdict Verify(WebhookRequest request, EmailWebhookSettings settings)
    {
        if (SnsEnvelope.Read(request.Body) is not { } envelope) { return new Verdict.Forged("this is not a post of Amazon SNS"); }
        if (!Secrets.Match(envelope.Topic, settings.TopicArn)) { return new Verdict.Forged("another topic posts here: compare the topic ARN"); }
        if (envelope.Certificate(settings.ApiBaseUrl) is not { } address) { return new Verdict.Forged("the certificate's address is not Amazon's"); }
        if (request.Keys.GetValueOrDefault(address.AbsoluteUri) is not { } certificate) { return new Verdict.Forged("Amazon's certificate could not be fetched", 503); }
        return envelope.IsSignedBy(certificate) ? new Verdict.Genuine() : new Verdict.Forged("the signature does not match Amazon's certificate");
    }

    public override PostedMail? Mail(RawDelivery delivery)
    {
        if (Content(delivery) is not { } json || json.Text("notificationType") != "Received") { return null; }
        var receipt = json.Get("receipt");
        var mail = new PostedMail(default)
        {
            Recipient = receipt.Items("recipients").Select(r => r.AsId()).FirstOrDefault(r => r is not null),
            At = Time(receipt.Text("timestamp") ?? json.Get("mail").Text("timestamp")),
            // Amazon checked the From address against its domain's policy.
            Vouch = receipt.Get("dmarcVerdict").Text("status") == "PASS" ? _ => "dmarc=pass, found by Amazon SES" : null,
        };
        if (json.Text("content") is not { } content) { return mail with { Raw = HeadersOnly(json.Get("mail")), Truncated = "Amazon SNS carries mail up to 150 KB" }; }
        var encoded = receipt.Get("action").Text("encoding")?.Equals("BASE64", StringComparison.OrdinalIgnoreCase) == true;
        return mail with { Raw = (encoded ? Signatures.Base64(content) : null) ?? Encoding.UTF8.GetBytes(content) };
    }

    private static byte[] HeadersOnly(JsonElement json)
    {
        var mail = new MailAssembly();
        foreach (var header in json.Items("headers")) { mail.Header(header.Text("name"), header.Text("value")); }
        mail.HeaderUnlessSeen("From", json.Get("commonHeaders").Items("from").Select(f => f.AsId()).FirstOrDefault() ?? json.Text("source"));
        mail.HeaderUnlessSeen("Subject", json.Get("commonHeaders").Text("subject"));
        mail.HeaderUnlessSeen("Message-ID", json.Get("commonHeaders").Text("messageId"));
        return mail.Build();
    }

    public override Reading Report(RawDelivery delivery, EmailWebhookSettings settings)
    {
        if (SnsEnvelope.Read(delivery.Body) is { Type: not "Notification" } envelope) { return envelope.Handshake(settings.ApiBaseUrl); }
        if (Content(delivery) is not { } json) { return new Reading.Unreadable("not a mail or report of Amazon SES"); }

        var what = json.Text("eventType") ?? json.Text("notificationType") ?? "something";
        var mail = json.Get("mail");
        var ours = mail.Items("headers").FirstOrDefault(h => h.Text("name")?.Equals("Message-ID", StringComparison.OrdinalIgnoreCase) == true).Text("value");
        if ((ours ?? mail.Id("messageId")) is not { } id) { return Reports([], [$"{what}: names no mail"], []); }
        var about = json.Get(what switch { "Reject" => "reject", "Rendering Failure" => "failure", _ => what.ToLowerInvariant() });
        var status = Status(
            "delivered", Bare(id), mail.Get("tags").Items(OurId).Select(t => t.AsId()).FirstOrDefault(), Time(about.Text("timestamp") ?? mail.Text("timestamp")), null, about.Id("feedbackId"));
        return what switch
        {
            "Delivery" => Reports([status], [], []),
            "Open" => Reports([status with { Status = "read" }], [], []),
            "Complaint" => Reports([status], [], [Complaint(about.Items("complainedRecipients").Select(r => r.Text("emailAddress")).FirstOrDefault())]),
            "Bounce" when about.Text("bounceType") == "Transient" => Reports([], [$"Transient: {about.Text("bounceSubType")}"], []),
            "Bounce" => Reports([.. about.Items("bouncedRecipients").DefaultIfEmpty().Select(r => Bounced(status, r))], [], []),
            "Reject" or "Rendering Failure" => Reports([Failure(status, null, null, about.Text("reason") ?? about.Text("errorMessage"))], [], []),
            _ => Reports([], [$"{what}: nothing for the conversation"], []),
        };
    }

    private static InboundEvent Bounced(InboundEvent status, JsonElement recipient)
    {
        var address = recipient.Text("emailAddress");
        var failed = Failure(status, address, recipient.Text("status"), recipient.Text("diagnosticCode"));
        return address is null ? failed : failed with { Extra = new Dictionary<string, string> { ["recipient"] = address } };
    }

    /// <summary>What SES wrote: inside SNS's envelope, or by itself (raw delivery, a recorded body).</summary>
    private static JsonElement? Content(RawDelivery delivery)
    {
        try
        {
            using var outer = JsonDocument.Parse(delivery.Body);
            var json = outer.RootElement;
            if (json.IsObject() && json.Text("notificationType") is null && json.Text("eventType") is null)
            {
                if (json.Text("Message") is not { } message) { return null; }
                using var inner = JsonDocument.Parse(message);
                return inner.RootElement.IsObject() ? inner.RootElement.Clone() : null;
            }

            return json.IsObject() ? json.Clone() : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    public override async Task<SendResult> SendAsync(OutboundMessage message, MailDraft draft, EmailWebhookSettings settings, ProviderContext context, CancellationToken ct)
    {
        var raw = await MailDrafts.BytesAsync(draft, ct);
        var destination = new JsonObject { ["ToAddresses"] = Addresses(draft.To) };
        if (draft.Cc.Count > 0) { destination["CcAddresses"] = Addresses(draft.Cc); }
        var body = new JsonObject
        {
            ["FromEmailAddress"] = draft.From.Address,
            ["Destination"] = destination,
            ["Content"] = new JsonObject { ["Raw"] = new JsonObject { ["Data"] = Convert.ToBase64String(raw) } },
            ["EmailTags"] = new JsonArray(new JsonObject { ["Name"] = OurId, ["Value"] = message.Id.ToString("D") }),
        };
        if (!string.IsNullOrWhiteSpace(settings.ConfigurationSet)) { body["ConfigurationSetName"] = settings.ConfigurationSet; }
        return await CallAsync(settings, context, HttpMethod.Post, "v2/email/outbound-emails", JsonSerializer.SerializeToUtf8Bytes(body), ct) switch
        {
            // SES gives the mail a Message-ID of its own, which is what answers name.
            ProviderAnswer.Answered { Ok: true } yes when yes.Json.Text("MessageId") is { } id => Sent(message, draft, $"{id}@{(settings.Region == "us-east-1" ? "email" : settings.Region)}.amazonses.com", id),
            ProviderAnswer.Answered { Status: 400 or 403 or 404 } no => Refused(no),
            ProviderAnswer.Answered { Status: >= 500 } down when down.Json.IsObject() => new SendResult.Retry("Amazon SES is in trouble", down.RetryAfter) { ProviderDown = true },
            var other => Outcomes.Of(other, Title),
        };
    }

    private static SendResult.Failed Refused(ProviderAnswer.Answered no)
    {
        var text = no.Json.Text("message") ?? no.Json.Text("Message") ?? "";
        var code = no.Json.Text("__type")?.Split('#')[^1] ?? $"{no.Status}";
        bool Says(params string[] words) => words.Any(w => text.Contains(w, StringComparison.OrdinalIgnoreCase) || code.Contains(w, StringComparison.OrdinalIgnoreCase));
        if (no.Status == 403 || Says("signature", "security token", "not authorized", "UnrecognizedClient")) { return new(FailureKind.Credentials, "Amazon SES does not accept the access key. " + KeyFix, code); }
        if (no.Status == 404 || Says("not verified", "paused", "suspended", "configuration set", "sandbox")) { return new(FailureKind.Configuration, $"Amazon SES does not let this inbox send. Look at domain, account and configuration set there{Words(text)}.", code); }
        return Says("address", "domain contains illegal") ? new(FailureKind.Unreachable, $"Amazon SES can't send to this address{Words(text)}.", code) : new(FailureKind.Content, $"Amazon SES refused the mail{Words(text)}.", code);
    }

    public override async Task<IReadOnlyList<CheckStep>> SetUpAsync(EmailWebhookSettings settings, ConnectContext context, bool connect, CancellationToken ct)
    {
        var account = await CallAsync(settings, context.Provider, HttpMethod.Get, "v2/email/account", [], ct);
        var step = Outcomes.Step("Account", account, Title, "The account may send.", KeyFix);
        if (account is ProviderAnswer.Answered { Ok: true } found && found.Json.Get("SendingEnabled").ValueKind == JsonValueKind.False) { step = new("Account", false, "Amazon paused sending for this account.", "Look into the SES console."); }
        else if (account is ProviderAnswer.Answered { Ok: true } sandbox && sandbox.Json.Get("ProductionAccessEnabled").ValueKind == JsonValueKind.False)
        {
            step = new("Account", false, "The account is in the sandbox: it can write to verified addresses only.", "Ask for production access in the SES console.");
        }

        if (account is not ProviderAnswer.Answered { Ok: true } || !connect) { return [step]; }
        var form = string.Join('&', new (string, string)[]
        {
            ("Action", "Subscribe"), ("Version", "2010-03-31"), ("TopicArn", settings.TopicArn!), ("Protocol", "https"), ("Endpoint", context.WebhookUrl.AbsoluteUri),
        }.Select(p => $"{p.Item1}={Uri.EscapeDataString(p.Item2)}"));
        var answer = await CallAsync(settings, context.Provider, HttpMethod.Post, "", Encoding.UTF8.GetBytes(form), ct, "sns", "application/x-www-form-urlencoded");
        return [step, Outcomes.Step("Topic", answer, "Amazon SNS", "Amazon was asked to post here. Open the confirmation link that appears in the inbox's log.", "Allow the IAM user sns:Subscribe, or subscribe the webhook address to the topic by hand.")];
    }

    private static JsonArray Addresses(IEnumerable<MailAddress> people) => new([.. people.Select(p => (JsonNode)p.Address!)]);

    private static Task<ProviderAnswer> CallAsync(
        EmailWebhookSettings settings, ProviderContext context, HttpMethod method, string path, byte[] body, CancellationToken ct, string service = "ses", string type = "application/json")
    {
        var host = service == "ses" ? $"https://email.{settings.Region}.amazonaws.com" : $"https://sns.{settings.Region}.amazonaws.com/";
        var content = body.Length == 0 ? null : new ByteArrayContent(body) { Headers = { ContentType = new(type) } };
        return new JsonApi(JsonApi.Base(settings.ApiBaseUrl, host), context, EmailWebhookChannel.Limits.CallTimeout).CallAsync(
            method, path, content, ct, request => AwsSignature.Sign(request, body, settings.Region ?? "", service, settings.AccessKeyId ?? "", settings.SecretAccessKey ?? "", context.Clock.GetUtcNow()));
    }
}
