using System.Globalization;
using System.Text;
using System.Text.Json;
using Braid.Channels.Common;
using Braid.Channels.Email;
using Braid.Channels.Email.Mime;

namespace Braid.Channels.EmailWebhook;

/// <summary>Mailgun: mail in as a form, signed over time and token; answers out as MIME.</summary>
internal sealed class MailgunMail : MailGateway
{
    // Mailgun tries for eight hours, and a mail that came while Braid was down must still be taken. A body that is posted twice is recognised
    // by its Message-ID, so that an old one does no harm.
    private static readonly TimeSpan Tolerance = TimeSpan.FromHours(12);

    public override string Title => "Mailgun";

    public override IEnumerable<(string Field, string Problem)> Check(EmailWebhookSettings settings) => Needs(
        (settings.ApiKey, "apiKey", "Enter an API key of Mailgun."),
        (settings.Domain, "domain", "Enter the sending domain as it is named at Mailgun."),
        (settings.SigningKey, "signingKey", "Enter the HTTP webhook signing key, so that only Mailgun can post here."));

    public override Verdict Verify(WebhookRequest request, EmailWebhookSettings settings)
    {
        var (time, token, signature) = Proof(request);
        if (time is null || token is null || signature is null) { return new Verdict.Forged("timestamp, token or signature is missing"); }
        if (!Signatures.IsFresh(time, request.ReceivedAt, Tolerance)) { return new Verdict.Forged("the timestamp is not of today"); }
        return Secrets.Match(signature, Signatures.HmacSha256Hex(settings.SigningKey ?? "", Encoding.UTF8.GetBytes(time + token)))
            ? new Verdict.Genuine()
            : new Verdict.Forged("the signature does not match the webhook signing key");
    }

    private static (string? Time, string? Token, string? Signature) Proof(WebhookRequest request)
    {
        if (PostedForm.Read(request.Body, request.Header("Content-Type")) is { } form) { return (form.Text("timestamp"), form.Text("token"), form.Text("signature")); }
        try
        {
            using var document = JsonDocument.Parse(request.Body);
            var proof = document.RootElement.Get("signature");
            return (proof.Id("timestamp"), proof.Text("token"), proof.Text("signature"));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return default;
        }
    }

    public override PostedMail? Mail(RawDelivery delivery)
    {
        if (PostedForm.Read(delivery.Body, delivery.ContentType) is not { } form) { return null; }
        var at = long.TryParse(form.Text("timestamp"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds < 100_000_000_000 ? DateTimeOffset.FromUnixTimeSeconds(seconds) : (DateTimeOffset?)null;
        return form.Bytes("body-mime") is { } raw ? new PostedMail(raw) { Recipient = form.Text("recipient"), At = at }
            : form.Text("from") is null ? null
            : new PostedMail(Assemble(form)) { Recipient = form.Text("recipient"), At = at };
    }

    private static byte[] Assemble(PostedForm form)
    {
        var mail = new MailAssembly { Text = form.Text("body-plain"), Html = form.Text("body-html") };
        var headers = form.Json("message-headers");
        if (headers.ValueKind == JsonValueKind.Array)
        {
            foreach (var header in headers.EnumerateArray().Where(h => h.ValueKind == JsonValueKind.Array && h.GetArrayLength() == 2)) { mail.Header(header[0].AsId(), header[1].AsId()); }
        }

        mail.HeaderUnlessSeen("From", form.Text("from"));
        mail.HeaderUnlessSeen("To", form.Text("To") ?? form.Text("recipient"));
        mail.HeaderUnlessSeen("Subject", form.Text("subject"));
        var inside = form.Json("content-id-map");
        var ids = inside.IsObject() ? inside.EnumerateObject().Where(p => p.Value.ValueKind == JsonValueKind.String).GroupBy(p => p.Value.GetString()!).ToDictionary(g => g.Key, g => g.First().Name) : [];
        foreach (var file in form.Files) { mail.File(file.FileName!, file.ContentType, ids.GetValueOrDefault(file.Name), file.Content.ToArray()); }
        return mail.Build();
    }

    public override Reading Report(RawDelivery delivery, EmailWebhookSettings settings) => ChannelJson.Read(delivery, "a report of Mailgun", json =>
    {
        var data = json.Get("event-data");
        if (data.Text("event") is not { } what) { return new Reading.Unreadable("not a mail or report of Mailgun"); }
        if (data.Get("message").Get("headers").Text("message-id") is not { } id) { return Reports([], [$"{what}: names no mail"], []); }
        var recipient = data.Text("recipient");
        var status = Status("delivered", Bare(id), data.Get("user-variables").Id(OurId), At(data.Get("timestamp")), recipient, data.Id("id"));
        var how = data.Get("delivery-status");
        return what switch
        {
            "delivered" => Reports([status], [], []),
            "opened" => Reports([status with { Status = "read" }], [], []),
            "complained" => Reports([status], [], [Complaint(recipient)]),
            "failed" when data.Text("severity") == "permanent" => Reports([Failure(status, recipient, how.Text("enhanced-code"), how.Text("description") ?? how.Text("message") ?? data.Text("reason"))], [], []),
            "rejected" => Reports([Failure(status, recipient, null, data.Get("reject").Text("reason"))], [], []),
            "failed" => Reports([], ["Mailgun could not deliver yet and tries again"], []),
            _ => Reports([], [$"{what}: nothing for the conversation"], []),
        };
    });

    /// <summary>Seconds with a fraction.</summary>
    private static DateTimeOffset? At(JsonElement json) =>
        json.ValueKind == JsonValueKind.Number && json.TryGetDouble(out var seconds) && seconds is > 0 and < 100_000_000_000 ? DateTimeOffset.FromUnixTimeMilliseconds((long)(seconds * 1000)) : null;

    public override async Task<SendResult> SendAsync(OutboundMessage message, MailDraft draft, EmailWebhookSettings settings, ProviderContext context, CancellationToken ct)
    {
        var raw = await MailDrafts.BytesAsync(draft, ct);
        // The bare address: a name in quotes is already in the mail itself.
        var form = FileParts.Form([.. draft.To.Concat(draft.Cc).Select(person => new KeyValuePair<string, string>("to", person.Address!)), new("v:" + OurId, message.Id.ToString("D"))]);
        form.Add(new ByteArrayContent(raw) { Headers = { ContentType = new("message/rfc822") } }, "\"message\"", "\"message.mime\"");
        return await Api(settings, context).CallAsync(HttpMethod.Post, $"v3/{settings.Domain}/messages.mime", form, ct) switch
        {
            ProviderAnswer.Answered { Ok: true } yes when yes.Json.Text("id") is { } id => Sent(message, draft, Bare(id)),
            ProviderAnswer.Answered { Status: 400 } no => Refused(no),
            ProviderAnswer.Answered { Status: 402 or 403 or 404 } no => new SendResult.Failed(
                FailureKind.Configuration, $"Mailgun does not let this inbox send. Look at domain, region (API address) and account there{Words(no.Json.Text("message"))}.", $"{no.Status}"),
            ProviderAnswer.Answered { Status: >= 500 } down when down.Json.IsObject() => new SendResult.Retry("Mailgun is in trouble", down.RetryAfter) { ProviderDown = true },
            var other => Outcomes.Of(other, Title),
        };
    }

    private static SendResult.Failed Refused(ProviderAnswer.Answered no)
    {
        var words = no.Json.Text("message");
        return words?.Contains("'to'", StringComparison.Ordinal) == true || words?.Contains("to parameter", StringComparison.OrdinalIgnoreCase) == true
            ? new(FailureKind.Unreachable, $"Mailgun can't send to this address{Words(words)}.", "400")
            : new(FailureKind.Content, $"Mailgun refused the mail{Words(words)}.", "400");
    }

    public override async Task<IReadOnlyList<CheckStep>> SetUpAsync(EmailWebhookSettings settings, ConnectContext context, bool connect, CancellationToken ct)
    {
        var api = Api(settings, context.Provider);
        var domain = Outcomes.Step("Domain", await api.GetAsync($"v3/domains/{settings.Domain}", ct), Title, $"{settings.Domain} can be used.", "Check API key, domain and API address (https://api.eu.mailgun.net for the EU).");
        if (!domain.Ok) { return [domain]; }
        return [domain, await RouteAsync(api, settings, context, connect, ct), await ReportsAsync(api, settings, context, connect, ct)];
    }

    /// <summary>An address that ends with `mime` gets the mail as it was.</summary>
    private static string Inbound(ConnectContext context) => context.WebhookUrl.AbsoluteUri + "?as=mime";

    private async Task<CheckStep> RouteAsync(JsonApi api, EmailWebhookSettings settings, ConnectContext context, bool connect, CancellationToken ct)
    {
        var (action, local) = ($"forward(\"{Inbound(context)}\")", settings.Address!.Split('@'));
        var routes = await api.GetAsync("v3/routes?limit=100", ct);
        if (routes is ProviderAnswer.Answered { Ok: true } list && list.Json.Items("items").Any(r => r.Items("actions").Any(a => a.AsId() == action))) { return new("Inbound", true, "Mailgun forwards mail to this inbox."); }
        if (!connect) { return new("Inbound", false, "No route of Mailgun forwards mail to this inbox.", "Choose Connect, so that Braid adds one."); }

        // With the tokens of reply addresses: support+token@example.com.
        var expression = $"match_recipient(\"{System.Text.RegularExpressions.Regex.Escape(local[0])}(\\+[^@]+)?@{System.Text.RegularExpressions.Regex.Escape(local[1])}\")";
        var added = await api.PostFormAsync("v3/routes", [new("priority", "0"), new("description", "Braid"), new("expression", expression), new("action", action)], ct);
        return Outcomes.Step("Inbound", added, Title, "Mailgun forwards mail to this inbox.", "Add a route that forwards your address to the webhook address followed by ?as=mime by hand.");
    }

    private async Task<CheckStep> ReportsAsync(JsonApi api, EmailWebhookSettings settings, ConnectContext context, bool connect, CancellationToken ct)
    {
        string[] wanted = ["delivered", "permanent_fail", "complained", "opened"];
        var url = context.WebhookUrl.AbsoluteUri;
        var hooks = await api.GetAsync($"v3/domains/{settings.Domain}/webhooks", ct);
        var known = hooks is ProviderAnswer.Answered { Ok: true } list ? list.Json.Get("webhooks") : default;
        bool Has(string name) => known.Get(name).Text("url") == url || known.Get(name).Items("urls").Any(u => u.AsId() == url);
        foreach (var name in wanted.Where(name => !Has(name)))
        {
            if (!connect) { return new("Reports", false, "Mailgun does not report deliveries to this inbox.", "Choose Connect, so that Braid adds webhooks."); }
            var urls = known.Get(name).Items("urls").Select(u => u.AsId()).OfType<string>().Append(url).Select(u => new KeyValuePair<string, string>("url", u));
            var step = Outcomes.Step("Reports", known.Get(name).Exists()
                ? await api.CallAsync(HttpMethod.Put, $"v3/domains/{settings.Domain}/webhooks/{name}", new FormUrlEncodedContent(urls), ct)
                : await api.PostFormAsync($"v3/domains/{settings.Domain}/webhooks", [new("id", name), new("url", url)], ct), Title, "", "Add webhooks for delivered, permanent failure, spam complaints and opened by hand.");
            if (!step.Ok) { return step; }
        }

        return new("Reports", true, "Mailgun reports deliveries to this inbox.");
    }

    private static JsonApi Api(EmailWebhookSettings settings, ProviderContext context) =>
        new(JsonApi.Base(settings.ApiBaseUrl, "https://api.mailgun.net"), context, EmailWebhookChannel.Limits.CallTimeout, JsonApi.Basic("api", settings.ApiKey ?? ""));
}
