using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.Sms.Telnyx;

/// <summary>Telnyx' messaging API v2, MMS groups included.</summary>
internal sealed class TelnyxSms : SmsGateway
{
    private const string ByHandWords = "In the Telnyx portal, at the messaging profile under Inbound, enter the webhook address and choose API v2.";
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(300);

    public override string Name => "Telnyx";

    // Ten parts; files above a megabyte in all are refused by some networks.
    public override SmsLimits Limits { get; } = new(1530, 670) { FileBytes = 1024 * 1024 };

    public override IEnumerable<(string Field, string Problem)> Check(SmsSettings settings)
    {
        foreach (var problem in Needs(
            (settings.ApiKey, "apiKey", "Enter an API key (v2) from Keys & Credentials in the Telnyx portal."),
            (settings.PublicKey, "publicKey", "Enter the public key from Keys & Credentials in the Telnyx portal.")))
        {
            yield return problem;
        }

        if (!string.IsNullOrWhiteSpace(settings.PublicKey) && Signatures.Base64(settings.PublicKey) is not { Length: 32 })
        {
            yield return ("publicKey", "This is no public key. Copy it whole from Keys & Credentials; it has 44 characters.");
        }

        if (string.IsNullOrWhiteSpace(settings.From) && string.IsNullOrWhiteSpace(settings.MessagingProfileId))
        {
            yield return ("from", "Enter your number, or the messaging profile whose number pool sends.");
        }
    }

    public override Verdict Verify(WebhookRequest request, SmsSettings settings)
    {
        var time = request.Header("telnyx-timestamp");
        if (!Signatures.IsFresh(time, request.ReceivedAt, Tolerance))
        {
            return new Verdict.Forged("the signature is missing or too old, or this server's clock is wrong");
        }

        var given = request.Header("telnyx-signature-ed25519");
        var signature = Signatures.Base64(given);

        // Base64 has several spellings of one signature; only the proper one is taken.
        return signature is not null && Convert.ToBase64String(signature) == given
            && Signatures.IsEd25519(Signatures.Base64(settings.PublicKey), signature, Signatures.Join($"{time}|", request.Body.Span))
            ? new Verdict.Genuine()
            : new Verdict.Forged("telnyx-signature-ed25519 does not match: compare the public key with the Telnyx portal");
    }

    public override Reading Read(RawDelivery delivery, SmsSettings settings) =>
        ChannelJson.Read(delivery, "a Telnyx event", json => TelnyxReading.Of(json, Reference(delivery)));

    public override string AddressOf(string recipient) => PhoneNumbers.E164(recipient) ?? recipient;

    public override Action<HttpRequestMessage> Authorize(SmsSettings settings, TimeProvider clock) => JsonApi.Bearer(settings.ApiKey ?? "");

    public override async Task<SendResult> SendAsync(SmsPart part, SmsSettings settings, ProviderContext context, CancellationToken ct)
    {
        var group = part.To.Contains(',');
        var body = new JsonObject { ["to"] = group ? new JsonArray([.. part.To.Split(',').Select(to => (JsonNode)to)]) : part.To };
        if (!string.IsNullOrWhiteSpace(settings.From)) { body["from"] = settings.From; }
        if (!string.IsNullOrWhiteSpace(settings.MessagingProfileId) && !group) { body["messaging_profile_id"] = settings.MessagingProfileId; }
        if (part.Text.Length > 0) { body["text"] = part.Text; }
        if (part.Files.Count > 0) { body["media_urls"] = new JsonArray([.. part.Files.Select(file => (JsonNode)file.Link!.AbsoluteUri)]); }
        if (Callback(part, settings, context) is { } callback) { (body["webhook_url"], body["use_profile_webhooks"]) = (callback, false); }

        var answer = await Api(settings, context).PostAsync(group ? "messages/group_mms" : "messages", body, ct);
        return answer is ProviderAnswer.Answered { Ok: true } yes && yes.Json.Get("data").Id("id") is { } id ? new SendResult.Sent(id) : TelnyxErrors.Of(answer);
    }

    public override async Task<IReadOnlyList<CheckStep>> SetUpAsync(SmsSettings settings, ConnectContext context, bool connect, CancellationToken ct)
    {
        var api = Api(settings, context.Provider);
        const string Fix = "Compare the API key (and the profile id) with the Telnyx portal.";
        if (string.IsNullOrWhiteSpace(settings.MessagingProfileId))
        {
            var account = Outcomes.Step("Account", await api.GetAsync("balance", ct), Name, "Telnyx accepts the API key.", Fix);
            return account.Ok ? [account, ByHand("Without the messaging profile's id the webhook can't be checked. " + ByHandWords)] : [account];
        }

        var path = $"messaging_profiles/{Uri.EscapeDataString(settings.MessagingProfileId)}";
        var answer = await api.GetAsync(path, ct);
        var step = Outcomes.Step("Messaging profile", answer, Name, "Telnyx accepts the API key, and the profile is there.", Fix);
        if (!step.Ok || answer is not ProviderAnswer.Answered { Json: var json }) { return [step]; }

        var profile = json.Get("data");
        if (profile.Text("webhook_url") == context.WebhookUrl.AbsoluteUri && profile.Id("webhook_api_version") is null or "2")
        {
            return [step, new("Webhook", true, "Telnyx sends the profile's messages to Braid.")];
        }

        if (!connect)
        {
            return [step, new("Webhook", false, "Telnyx does not send the profile's messages to Braid.", "Choose Connect, or do it by hand. " + ByHandWords)];
        }

        var change = new JsonObject { ["webhook_url"] = context.WebhookUrl.AbsoluteUri, ["webhook_api_version"] = "2" };
        return [step, Outcomes.Step("Webhook", await api.PatchAsync(path, change, ct), Name, "Telnyx sends the profile's messages to Braid.", ByHandWords)];
    }

    protected override string DefaultBase(SmsSettings settings) => "https://api.telnyx.com/v2";
}
