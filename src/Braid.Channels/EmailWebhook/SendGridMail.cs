using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Braid.Channels.Common;
using Braid.Channels.Email;
using Braid.Channels.Email.Mime;

namespace Braid.Channels.EmailWebhook;

/// <summary>SendGrid: Inbound Parse and Event Webhook in, signed by ECDSA where the admin switched that on; JSON out.</summary>
internal sealed class SendGridMail : MailGateway
{
    // It tries for a day; a mail that came while Braid was down must still be taken. Doubles are recognised by their ids.
    private static readonly TimeSpan Tolerance = TimeSpan.FromHours(26);
    private const string KeyFix = "Create an API key with Mail Send, Inbound Parse and Event Webhook in SendGrid, and enter it here.";

    public override string Title => "SendGrid";

    public override IEnumerable<(string Field, string Problem)> Check(EmailWebhookSettings settings)
    {
        foreach (var problem in Needs((settings.ApiKey, "apiKey", "Enter an API key of SendGrid."))) { yield return problem; }
        if (!string.IsNullOrWhiteSpace(settings.VerificationKey) && PublicKey(settings.VerificationKey) is null)
        {
            yield return ("verificationKey", "This is not SendGrid's verification key. Copy it again, without the lines BEGIN and END.");
        }
    }

    public override Verdict Verify(WebhookRequest request, EmailWebhookSettings settings)
    {
        if (string.IsNullOrWhiteSpace(settings.VerificationKey)) { return new Verdict.Genuine(); }
        var (time, signature) = (request.Header("X-Twilio-Email-Event-Webhook-Timestamp"), Signatures.Base64(request.Header("X-Twilio-Email-Event-Webhook-Signature")));
        if (time is null || signature is null) { return new Verdict.Forged("SendGrid's signature is missing: switch it on for Inbound Parse and for the Event Webhook"); }
        if (!Signatures.IsFresh(time, request.ReceivedAt, Tolerance)) { return new Verdict.Forged("the timestamp is not of today"); }
        using var key = PublicKey(settings.VerificationKey);
        return key is not null && key.VerifyData(Signatures.Join(time, request.Body.Span), signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)
            ? new Verdict.Genuine()
            : new Verdict.Forged("the signature does not match the verification key");
    }

    private static ECDsa? PublicKey(string text)
    {
        if (Signatures.Base64(string.Concat(text.Where(c => !char.IsWhiteSpace(c)))) is not { } bytes) { return null; }
        var key = ECDsa.Create();
        try
        {
            key.ImportSubjectPublicKeyInfo(bytes, out _);
            return key;
        }
        catch (CryptographicException)
        {
            key.Dispose();
            return null;
        }
    }

    public override PostedMail? Mail(RawDelivery delivery)
    {
        if (PostedForm.Read(delivery.Body, delivery.ContentType) is not { } form) { return null; }
        var raw = form.Bytes("email");
        if (raw is null && (form.Text("headers") ?? form.Text("from")) is null) { return null; }
        var recipient = form.Json("envelope").Items("to").Select(to => to.AsId()).FirstOrDefault(to => to is not null);
        return new PostedMail(raw ?? Assemble(form)) { Recipient = recipient, Vouch = Vouch(form.Text("dkim")) };
    }

    /// <summary>A good DKIM signature of exactly the sender's domain is what DMARC asks for. SendGrid writes `{@example.com : pass}`.</summary>
    private static Func<string, string?>? Vouch(string? dkim) => dkim is null ? null : domain =>
        dkim.Trim('{', '}', ' ').Split(',', StringSplitOptions.TrimEntries).Any(one => one.Split(':', StringSplitOptions.TrimEntries) is [var signer, "pass"] && signer.TrimStart('@').Equals(domain, StringComparison.OrdinalIgnoreCase))
            ? "dkim=pass of the sender's domain, found by SendGrid" : null;

    private static byte[] Assemble(PostedForm form)
    {
        var charsets = form.Json("charsets");
        string? Field(string name) => form.Text(name, charsets.Text(name));
        var mail = new MailAssembly { Text = Field("text"), Html = Field("html") };
        if (form.Bytes("headers") is { } block)
        {
            foreach (var header in Headers.Read(block.Span, out _).Fields) { mail.Header(header.Name, header.Value); }
        }

        foreach (var (name, field) in new[] { ("From", "from"), ("To", "to"), ("Cc", "cc"), ("Subject", "subject") }) { mail.HeaderUnlessSeen(name, Field(field)); }
        var ids = form.Json("content-ids");
        var inside = ids.IsObject() ? ids.EnumerateObject().Where(p => p.Value.ValueKind == JsonValueKind.String).GroupBy(p => p.Value.GetString()!).ToDictionary(g => g.Key, g => g.First().Name) : [];
        foreach (var file in form.Files) { mail.File(file.FileName!, file.ContentType, inside.GetValueOrDefault(file.Name), file.Content.ToArray()); }
        return mail.Build();
    }

    public override Reading Report(RawDelivery delivery, EmailWebhookSettings settings) => ChannelJson.Read(delivery, "a report of SendGrid", json =>
    {
        if (json.ValueKind != JsonValueKind.Array) { return new Reading.Unreadable("not a mail or report of SendGrid"); }
        var (events, skipped, news) = (new List<InboundEvent>(), new List<string>(), new List<AccountNews>());
        foreach (var item in json.EnumerateArray())
        {
            var what = item.Text("event") ?? "something";
            if ((item.Text("smtp-id") ?? item.Id("sg_message_id")?.Split('.')[0]) is not { Length: > 0 } id) { skipped.Add($"{what}: names no mail"); continue; }
            var recipient = item.Text("email");
            var status = Status("delivered", Bare(id), item.Id(OurId), item.Epoch("timestamp"), recipient, item.Id("sg_event_id"));
            switch (what)
            {
                case "delivered": events.Add(status); break;
                case "open": events.Add(status with { Status = "read" }); break;
                case "bounce" or "dropped": events.Add(Failure(status, recipient, EnhancedStatus.Find(item.Text("status")), item.Text("reason"))); break;
                case "spamreport":
                    events.Add(status);
                    news.Add(Complaint(recipient));
                    break;
                default: skipped.Add($"{what}: nothing for the conversation"); break;
            }
        }

        return Reports(events, skipped, news);
    });

    public override async Task<SendResult> SendAsync(OutboundMessage message, MailDraft draft, EmailWebhookSettings settings, ProviderContext context, CancellationToken ct)
    {
        var person = new JsonObject { ["to"] = People(draft.To), ["custom_args"] = new JsonObject { [OurId] = message.Id.ToString("D") } };
        // The same address twice is refused.
        var copies = draft.Cc.Where(c => !draft.To.Any(t => Same(t, c))).DistinctBy(c => c.Address!.ToLowerInvariant()).ToList();
        if (copies.Count > 0) { person["cc"] = People(copies); }
        var headers = new JsonObject();
        foreach (var (name, value) in MailParts.Headers(draft)) { headers[name] = value; }
        var body = new JsonObject
        {
            ["personalizations"] = new JsonArray(person),
            ["from"] = One(draft.From),
            ["subject"] = draft.Subject.Length > 0 ? draft.Subject : " ",
            ["headers"] = headers,
            ["content"] = new JsonArray(
                new JsonObject { ["type"] = "text/plain", ["value"] = draft.Text.Length > 0 ? draft.Text : " " }, new JsonObject { ["type"] = "text/html", ["value"] = draft.Html }),
            ["tracking_settings"] = new JsonObject { ["click_tracking"] = new JsonObject { ["enable"] = false }, ["open_tracking"] = new JsonObject { ["enable"] = true } },
        };
        if (draft.ReplyTo is { } replyTo) { body["reply_to"] = One(replyTo); }
        if (draft.Files.Count > 0)
        {
            body["attachments"] = await MailParts.FilesAsync(
                draft, (file, content) => new JsonObject { ["content"] = content, ["type"] = MailParts.TypeOf(file), ["filename"] = file.Name, ["disposition"] = "attachment" }, ct);
        }

        return await Api(settings, context).PostAsync("v3/mail/send", body, ct) switch
        {
            ProviderAnswer.Answered { Ok: true } => Sent(message, draft),
            ProviderAnswer.Answered { Status: 400 or 403 or 404 } no => Refused(no),
            ProviderAnswer.Answered { Status: >= 500 } down when down.Json.IsObject() => new SendResult.Retry("SendGrid is in trouble", down.RetryAfter) { ProviderDown = true },
            var other => Outcomes.Of(other, Title),
        };
    }

    private static SendResult.Failed Refused(ProviderAnswer.Answered no)
    {
        var error = no.Json.Items("errors").FirstOrDefault();
        var (field, words, code) = (error.Text("field") ?? "", Words(error.Text("message")), $"{no.Status}");
        return no.Status is 403 or 404 || field.StartsWith("from", StringComparison.Ordinal)
            ? new(FailureKind.Configuration, $"SendGrid does not let this inbox send. Look at sender authentication and the key's rights there{words}.", code)
            : field.StartsWith("personalizations", StringComparison.Ordinal) && field.EndsWith("email", StringComparison.Ordinal)
                ? new(FailureKind.Unreachable, $"SendGrid can't send to this address{words}.", code)
                : new(FailureKind.Content, $"SendGrid refused the mail{words}.", code);
    }

    public override async Task<IReadOnlyList<CheckStep>> SetUpAsync(EmailWebhookSettings settings, ConnectContext context, bool connect, CancellationToken ct)
    {
        var api = Api(settings, context.Provider);
        var scopes = await api.GetAsync("v3/scopes", ct);
        var key = Outcomes.Step("API key", scopes, Title, "The key is good.", KeyFix);
        if (!key.Ok) { return [key]; }
        if (scopes is ProviderAnswer.Answered yes && !yes.Json.Items("scopes").Any(s => s.AsId() == "mail.send")) { return [new("API key", false, "The key may not send mail.", KeyFix)]; }

        var url = context.WebhookUrl.AbsoluteUri;
        var domain = settings.Address!.Split('@')[^1].ToLowerInvariant();
        var signed = string.IsNullOrWhiteSpace(settings.VerificationKey)
            ? new CheckStep("Signature", true, "Posts are proven by the secret address alone. Enter SendGrid's verification key to check signatures, too.")
            : new CheckStep("Signature", true, "Only posts with SendGrid's signature are taken. Switch it on for Inbound Parse (a security policy) and for the Event Webhook.");
        return
        [
            key, signed,
            await EnsureAsync(api, "Inbound", "v3/user/webhooks/parse/settings", "result", item => item.Text("url") == url && item.Flag("send_raw"), connect,
                "v3/user/webhooks/parse/settings", new JsonObject { ["hostname"] = domain, ["url"] = url, ["send_raw"] = true, ["spam_check"] = false },
                $"SendGrid posts mail for {domain} to this inbox.", "Add an Inbound Parse setting with the webhook address and the raw, full MIME message by hand. If there is one for this domain already, change it.", ct),
            await EnsureAsync(api, "Reports", "v3/user/webhooks/event/settings/all", "webhooks", item => item.Text("url") == url && item.Flag("enabled"), connect,
                "v3/user/webhooks/event/settings",
                new JsonObject { ["enabled"] = true, ["url"] = url, ["friendly_name"] = "Braid", ["delivered"] = true, ["bounce"] = true, ["dropped"] = true, ["open"] = true, ["spam_report"] = true },
                "SendGrid reports deliveries to this inbox.", "Add an event webhook for delivered, bounced, dropped, opened and spam reports by hand.", ct),
        ];
    }

    private async Task<CheckStep> EnsureAsync(
        JsonApi api, string step, string list, string items, Func<JsonElement, bool> isOurs, bool connect, string add, JsonObject body, string good, string byHand, CancellationToken ct)
    {
        if (await api.GetAsync(list, ct) is ProviderAnswer.Answered { Ok: true } found && found.Json.Items(items).Any(isOurs)) { return new(step, true, good); }
        return connect ? Outcomes.Step(step, await api.PostAsync(add, body, ct), Title, good, byHand) : new(step, false, "SendGrid does not post to this inbox yet.", "Choose Connect, so that Braid enters its address.");
    }

    private static bool Same(MailAddress one, MailAddress other) => one.Address!.Equals(other.Address, StringComparison.OrdinalIgnoreCase);

    private static JsonArray People(IEnumerable<MailAddress> people) => new([.. people.Select(p => (JsonNode)One(p))]);

    private static JsonObject One(MailAddress person) => string.IsNullOrWhiteSpace(person.Name)
        ? new JsonObject { ["email"] = person.Address }
        : new JsonObject { ["email"] = person.Address, ["name"] = MailParts.OneLine(person.Name) };

    private static JsonApi Api(EmailWebhookSettings settings, ProviderContext context) =>
        new(JsonApi.Base(settings.ApiBaseUrl, "https://api.sendgrid.com"), context, EmailWebhookChannel.Limits.CallTimeout, JsonApi.Bearer(settings.ApiKey ?? ""));
}
