using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.Sms.Vonage;

/// <summary>Vonage's Messages API (v1), and the messages of numbers still on the older SMS API.</summary>
internal sealed class VonageSms : SmsGateway
{
    private const string ByHandWords = "In the Vonage dashboard, at the application under Messages, enter the webhook address as inbound URL and as status URL.";

    public override string Name => "Vonage";
    public override SmsLimits Limits { get; } = new(1000, 1000) { FilesPerMessage = 1, FileBytes = 600 * 1024 };
    public override IReadOnlyList<string> FileHosts => ["api.nexmo.com", "api-us.nexmo.com", "api-eu.nexmo.com", "api-ap.nexmo.com"];

    public override IEnumerable<(string Field, string Problem)> Check(SmsSettings settings)
    {
        foreach (var problem in Needs(
            (settings.ApiKey, "apiKey", "Enter the API key from the Vonage dashboard."),
            (settings.ApiSecret, "apiSecret", "Enter the API secret from the Vonage dashboard."),
            (settings.SignatureSecret, "signatureSecret", "Enter the signature secret from the settings page of the Vonage dashboard."),
            (settings.From, "from", NoNumber)))
        {
            yield return problem;
        }

        if (string.IsNullOrWhiteSpace(settings.ApplicationId) != string.IsNullOrWhiteSpace(settings.PrivateKey))
        {
            yield return ("privateKey", "Enter both the application id and its private key, or neither.");
        }
        else if (!string.IsNullOrWhiteSpace(settings.PrivateKey) && !IsKey(settings.PrivateKey))
        {
            yield return ("privateKey", "This is no private key. Paste the whole file, from -----BEGIN PRIVATE KEY----- to the end.");
        }
    }

    public override Verdict Verify(WebhookRequest request, SmsSettings settings) => VonageProof.Verify(request, settings);

    public override Reading Read(RawDelivery delivery, SmsSettings settings) => VonageReading.Of(delivery);

    public override string AddressOf(string recipient) => recipient.Contains(':') ? recipient : PhoneNumbers.Bare(recipient);

    public override Action<HttpRequestMessage> Authorize(SmsSettings settings, TimeProvider clock) =>
        string.IsNullOrWhiteSpace(settings.PrivateKey)
            ? JsonApi.Basic(settings.ApiKey ?? "", settings.ApiSecret ?? "")
            : request => JsonApi.Bearer(VonageProof.Token(settings.ApplicationId!, settings.PrivateKey, clock.GetUtcNow()))(request);

    public override async Task<SendResult> SendAsync(SmsPart part, SmsSettings settings, ProviderContext context, CancellationToken ct)
    {
        // A WhatsApp thread reads `whatsapp:4477…`; a bare number is a phone.
        var (channel, to) = part.To.IndexOf(':') is > 0 and var colon ? (part.To[..colon], part.To[(colon + 1)..]) : (null, part.To);
        var body = new JsonObject { ["channel"] = channel ?? (part.Files.Count > 0 ? "mms" : "sms"), ["to"] = to, ["from"] = PhoneNumbers.Bare(settings.From ?? "") };
        if (part.Files is [var file, ..])
        {
            var type = SmsEvents.Kind(file.ContentType) switch
            {
                AttachmentKind.Image => "image", AttachmentKind.Video => "video", AttachmentKind.Audio => "audio", AttachmentKind.Contact => "vcard", _ => "file",
            };
            var content = new JsonObject { ["url"] = file.Link!.AbsoluteUri };
            if (part.Text.Length > 0) { content["caption"] = part.Text; }
            (body["message_type"], body[type]) = (type, content);
        }
        else
        {
            (body["message_type"], body["text"]) = ("text", part.Text);
            if (channel is null) { body["sms"] = new JsonObject { ["encoding_type"] = "auto" }; }
        }

        body["client_ref"] = part.Reference;
        if (Callback(part, settings, context) is { } callback) { body["webhook_url"] = callback; }

        var answer = await Api(settings, context).PostAsync("v1/messages", body, ct);
        return answer is ProviderAnswer.Answered { Ok: true } yes && yes.Json.Id("message_uuid") is { } id ? new SendResult.Sent(id) : VonageErrors.Of(answer);
    }

    public override async Task<IReadOnlyList<CheckStep>> SetUpAsync(SmsSettings settings, ConnectContext context, bool connect, CancellationToken ct)
    {
        if (string.IsNullOrWhiteSpace(settings.ApplicationId)) { return [ByHand("Without an application nothing can be checked. " + ByHandWords)]; }

        // The application is read and changed with key and secret, whatever messages are sent with.
        var api = new JsonApi(Base(settings), context.Provider, SmsChannel.Limits.CallTimeout, JsonApi.Basic(settings.ApiKey ?? "", settings.ApiSecret ?? ""));
        var path = $"v2/applications/{Uri.EscapeDataString(settings.ApplicationId)}";
        var answer = await api.GetAsync(path, ct);
        var step = Outcomes.Step(
            "Application", answer, Name, "Vonage accepts the credentials.", "Compare API key, API secret and application id with the Vonage dashboard.");
        if (!step.Ok || answer is not ProviderAnswer.Answered { Json: var application }) { return [step]; }

        var hooks = application.Get("capabilities").Get("messages").Get("webhooks");
        var wanted = context.WebhookUrl.AbsoluteUri;
        if (hooks.Get("inbound_url").Text("address") == wanted && hooks.Get("status_url").Text("address") == wanted)
        {
            return [step, new("Webhook", true, "Vonage sends messages and reports to Braid.")];
        }

        if (!connect)
        {
            return [step, new("Webhook", false, "Vonage does not send this application's messages to Braid.", "Choose Connect, or do it by hand. " + ByHandWords)];
        }

        var changed = JsonNode.Parse(application.GetRawText())!.AsObject();
        changed.Remove("_links");
        changed.Remove("id");
        var capabilities = changed["capabilities"] as JsonObject ?? [];
        changed["capabilities"] = capabilities.DeepClone();
        changed["capabilities"]!["messages"] = new JsonObject
        {
            ["webhooks"] = new JsonObject { ["inbound_url"] = Hook(wanted), ["status_url"] = Hook(wanted) }, ["version"] = "v1",
        };
        return [step, Outcomes.Step("Webhook", await api.PutAsync(path, changed, ct), Name, "Vonage sends messages and reports to Braid.", ByHandWords)];
    }

    private static JsonObject Hook(string address) => new() { ["address"] = address, ["http_method"] = "POST" };

    protected override string DefaultBase(SmsSettings settings) => "https://api.nexmo.com";

    private static bool IsKey(string pem)
    {
        try
        {
            using var key = RSA.Create();
            key.ImportFromPem(pem);
            return true;
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            return false;
        }
    }
}
