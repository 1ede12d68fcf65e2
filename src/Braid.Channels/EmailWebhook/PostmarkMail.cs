using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Braid.Channels.Common;
using Braid.Channels.Email;
using Braid.Channels.Email.Mime;

namespace Braid.Channels.EmailWebhook;

/// <summary>Postmark: JSON both ways, no signature; the secret address is the proof, and a sign-in where the admin wants one.</summary>
internal sealed class PostmarkMail : MailGateway
{
    private const string Server = "https://api.postmarkapp.com";
    private const string TokenFix = "Copy the server's API token from Postmark again.";

    // Postmark's words for reports after which it still tries, or which say nothing about the mail.
    private static readonly HashSet<string> NotFinal = new(["Transient", "DnsError", "AutoResponder", "AddressChange", "Subscribe", "Unsubscribe", "OpenRelayTest", "ChallengeVerification"], StringComparer.OrdinalIgnoreCase);

    public override string Title => "Postmark";

    public override IEnumerable<(string Field, string Problem)> Check(EmailWebhookSettings settings)
    {
        foreach (var problem in Needs((settings.ServerToken, "serverToken", "Enter the server's API token."))) { yield return problem; }
        if (string.IsNullOrWhiteSpace(settings.WebhookUserName) != string.IsNullOrWhiteSpace(settings.WebhookPassword))
        {
            yield return ("webhookPassword", "Enter both user name and password of the webhook, or neither.");
        }
    }

    public override Verdict Verify(WebhookRequest request, EmailWebhookSettings settings)
    {
        if (string.IsNullOrWhiteSpace(settings.WebhookUserName)) { return new Verdict.Genuine(); }
        var expected = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{settings.WebhookUserName}:{settings.WebhookPassword}"));
        return request.HeaderEquals("Authorization", expected) ? new Verdict.Genuine() : new Verdict.Forged("Postmark did not sign in with the webhook's user name and password");
    }

    public override PostedMail? Mail(RawDelivery delivery)
    {
        try
        {
            using var document = JsonDocument.Parse(delivery.Body);
            var json = document.RootElement;
            if (!json.IsObject() || json.Text("RecordType") is not null || (json.Text("RawEmail") ?? json.Text("From") ?? json.Get("FromFull").Text("Email")) is null) { return null; }
            var raw = json.Text("RawEmail");
            // U+FFFD: the mail's bytes did not survive as JSON text.
            return new PostedMail(raw is not null && !raw.Contains('\uFFFD') ? Encoding.UTF8.GetBytes(raw) : Assemble(json)) { Recipient = json.Text("OriginalRecipient") };
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static byte[] Assemble(JsonElement json)
    {
        var mail = new MailAssembly { Text = json.Text("TextBody"), Html = json.Text("HtmlBody") };
        foreach (var header in json.Items("Headers")) { mail.Header(header.Text("Name"), header.Text("Value")); }
        mail.HeaderUnlessSeen("From", json.Text("FromName") is { } name ? $"\"{name.Replace("\"", "'", StringComparison.Ordinal)}\" <{json.Text("From")}>" : json.Text("From"));
        mail.HeaderUnlessSeen("To", json.Text("To"));
        mail.HeaderUnlessSeen("Cc", json.Text("Cc"));
        mail.HeaderUnlessSeen("Reply-To", json.Text("ReplyTo"));
        mail.HeaderUnlessSeen("Subject", json.Text("Subject"));
        mail.HeaderUnlessSeen("Date", json.Text("Date"));
        mail.HeaderUnlessSeen("Message-ID", json.Id("MessageID") is { } id ? $"<{id}@inbound.postmarkapp.com>" : null);
        foreach (var file in json.Items("Attachments"))
        {
            if (Signatures.Base64(file.Text("Content")) is { } content) { mail.File(file.Text("Name") ?? "attachment", file.Text("ContentType"), file.Text("ContentID"), content); }
        }

        return mail.Build();
    }

    public override Reading Report(RawDelivery delivery, EmailWebhookSettings settings) => ChannelJson.Read(delivery, "a report of Postmark", json =>
    {
        if (json.Id("MessageID") is not { } id) { return new Reading.Unreadable("not a mail or report of Postmark"); }
        var (type, recipient) = (json.Text("RecordType"), json.Text("Recipient") ?? json.Text("Email"));
        var status = Status("delivered", id, json.Get("Metadata").Id(OurId), Time(json.Text("DeliveredAt") ?? json.Text("ReceivedAt") ?? json.Text("BouncedAt")), recipient, json.Id("ID"));
        return type switch
        {
            "Delivery" => Reports([status], [], []),
            "Open" => json.Get("FirstOpen").ValueKind == JsonValueKind.False ? Reports([], ["opened again"], []) : Reports([status with { Status = "read" }], [], []),
            "SpamComplaint" => Reports([status], [], [Complaint(recipient)]),
            "Bounce" when NotFinal.Contains(json.Text("Type") ?? "") => Reports([], [$"{json.Text("Type")}: {json.Text("Description")}"], []),
            "Bounce" => Reports([Failure(status, recipient, null, json.Text("Details") ?? json.Text("Description"))], [], []),
            _ => Reports([], [$"{type ?? "something"}: nothing for the conversation"], []),
        };
    });

    public override async Task<SendResult> SendAsync(OutboundMessage message, MailDraft draft, EmailWebhookSettings settings, ProviderContext context, CancellationToken ct)
    {
        var body = new JsonObject
        {
            ["From"] = MailParts.Mailbox(draft.From),
            ["To"] = MailParts.Mailboxes(draft.To),
            ["Subject"] = draft.Subject,
            ["TextBody"] = draft.Text,
            ["HtmlBody"] = draft.Html,
            ["MessageStream"] = settings.MessageStream,
            ["TrackOpens"] = true,
            ["Metadata"] = new JsonObject { [OurId] = message.Id.ToString("D") },
            // Without the last one Postmark writes a Message-ID of its own.
            ["Headers"] = new JsonArray([.. MailParts.Headers(draft).Append(("X-PM-KeepID", "true")).Select(h => (JsonNode)new JsonObject { ["Name"] = h.Item1, ["Value"] = h.Item2 })]),
        };
        if (draft.Cc.Count > 0) { body["Cc"] = MailParts.Mailboxes(draft.Cc); }
        if (draft.ReplyTo is { } replyTo) { body["ReplyTo"] = MailParts.Mailbox(replyTo); }
        if (draft.Files.Count > 0)
        {
            body["Attachments"] = await MailParts.FilesAsync(draft, (file, content) => new JsonObject { ["Name"] = file.Name, ["Content"] = content, ["ContentType"] = MailParts.TypeOf(file) }, ct);
        }

        return await Api(settings, context).PostAsync("email", body, ct) switch
        {
            ProviderAnswer.Answered { Ok: true } yes when (yes.Json.Number("ErrorCode") ?? 0) == 0 && yes.Json.Id("MessageID") is { } id => Sent(message, draft, id),
            ProviderAnswer.Answered { Status: 429 or 503 } busy => Outcomes.Of(busy, Title),
            ProviderAnswer.Answered { Status: >= 500 } down when down.Json.IsObject() => new SendResult.Retry("Postmark is in trouble", down.RetryAfter) { ProviderDown = true },
            ProviderAnswer.Answered no when no.Json.Number("ErrorCode") is > 0 and var code => Refused(code, no),
            var other => Outcomes.Of(other, Title),
        };
    }

    private static SendResult Refused(long code, ProviderAnswer.Answered answer)
    {
        var words = Words(answer.Json.Text("Message"));
        var number = code.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return code switch
        {
            10 => new SendResult.Failed(FailureKind.Credentials, "Postmark does not accept the server token. " + TokenFix, number),
            100 => new SendResult.Retry("Postmark is under maintenance") { ProviderDown = true },
            406 => new SendResult.Failed(FailureKind.Unreachable, "Postmark no longer sends to this address: a mail came back before, or its owner complained.", number),
            300 when words.Contains("'To'", StringComparison.Ordinal) => new SendResult.Failed(FailureKind.Unreachable, $"Postmark can't send to this address{words}.", number),
            400 or 401 or 402 or 405 or 412 or 413 or 1235 => new SendResult.Failed(FailureKind.Configuration, $"Postmark does not let this inbox send. Look at sender signature, stream and credits there{words}.", number),
            _ => new SendResult.Failed(FailureKind.Content, $"Postmark refused the mail{words}.", number),
        };
    }

    public override async Task<IReadOnlyList<CheckStep>> SetUpAsync(EmailWebhookSettings settings, ConnectContext context, bool connect, CancellationToken ct)
    {
        var api = Api(settings, context.Provider);
        var server = await api.GetAsync("server", ct);
        var steps = new List<CheckStep> { Outcomes.Step("Server", server, Title, "The token is good.", TokenFix) };
        if (server is not ProviderAnswer.Answered { Ok: true } found) { return steps; }

        var webhook = Webhook(settings, context.WebhookUrl);
        var right = found.Json.Text("InboundHookUrl") == webhook && found.Json.Flag("RawEmailEnabled");
        if (!right && connect)
        {
            var set = await api.PutAsync("server", new JsonObject { ["InboundHookUrl"] = webhook, ["RawEmailEnabled"] = true }, ct);
            steps.Add(Outcomes.Step("Inbound", set, Title, "Postmark posts incoming mail to this inbox.", "Enter the webhook address in the settings of the server's inbound stream by hand."));
        }
        else
        {
            steps.Add(right ? new("Inbound", true, "Postmark posts incoming mail to this inbox.") : new("Inbound", false, "Postmark posts incoming mail elsewhere, or without the raw mail.", "Choose Connect, so that Braid enters its address."));
        }

        var hooks = await api.GetAsync("webhooks?MessageStream=" + Uri.EscapeDataString(settings.MessageStream), ct);
        var known = hooks is ProviderAnswer.Answered { Ok: true } list && list.Json.Items("Webhooks").Any(h => h.Text("Url") == webhook);
        if (!known && connect)
        {
            JsonObject On(bool more) => more ? new() { ["Enabled"] = true, ["PostFirstOpenOnly"] = true } : new() { ["Enabled"] = true, ["IncludeContent"] = false };
            var added = await api.PostAsync("webhooks", new JsonObject
            {
                ["Url"] = webhook, ["MessageStream"] = settings.MessageStream,
                ["Triggers"] = new JsonObject { ["Delivery"] = new JsonObject { ["Enabled"] = true }, ["Bounce"] = On(false), ["SpamComplaint"] = On(false), ["Open"] = On(true) },
            }, ct);
            steps.Add(Outcomes.Step("Reports", added, Title, "Postmark reports deliveries to this inbox.", "Add a webhook for deliveries, bounces, complaints and opens by hand."));
        }
        else
        {
            steps.Add(known ? new("Reports", true, "Postmark reports deliveries to this inbox.") : new("Reports", false, "Postmark does not report deliveries to this inbox.", "Choose Connect, so that Braid adds a webhook."));
        }

        return steps;
    }

    /// <summary>Postmark signs in with what stands in the address.</summary>
    private static string Webhook(EmailWebhookSettings settings, Uri address) => string.IsNullOrWhiteSpace(settings.WebhookUserName)
        ? address.AbsoluteUri
        : new UriBuilder(address) { UserName = Uri.EscapeDataString(settings.WebhookUserName), Password = Uri.EscapeDataString(settings.WebhookPassword ?? "") }.Uri.AbsoluteUri;

    private static JsonApi Api(EmailWebhookSettings settings, ProviderContext context) => new(JsonApi.Base(settings.ApiBaseUrl, Server), context, EmailWebhookChannel.Limits.CallTimeout, request =>
    {
        request.Headers.TryAddWithoutValidation("X-Postmark-Server-Token", settings.ServerToken);
        request.Headers.TryAddWithoutValidation("Accept", "application/json");
    });
}
