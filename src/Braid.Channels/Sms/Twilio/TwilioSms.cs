using System.Globalization;
using Braid.Channels.Common;

namespace Braid.Channels.Sms.Twilio;

/// <summary>Twilio's Programmable Messaging: SMS and MMS, and WhatsApp or RCS where the account has such senders.</summary>
internal sealed class TwilioSms : SmsGateway
{
    private const string ByHandWords = "At the number (or the Messaging Service) in the Twilio console, enter the webhook address for incoming messages, by HTTP POST.";

    // An answer in plain text would be sent to the customer as a message.
    private static readonly HttpReply Empty = HttpReply.Text("<Response></Response>", contentType: "text/xml");

    public override string Name => "Twilio";
    public override SmsLimits Limits { get; } = new(1600, 1600);
    public override IReadOnlyList<string> FileHosts => ["api.twilio.com", ".twilio.com"];

    public override IEnumerable<(string Field, string Problem)> Check(SmsSettings settings)
    {
        foreach (var problem in Needs(
            (settings.AccountSid, "accountSid", "Enter the Account SID from the start page of the Twilio console."),
            (settings.AuthToken, "authToken", "Enter the Auth Token from the start page of the Twilio console. It is needed beside an API key, too.")))
        {
            yield return problem;
        }

        if (string.IsNullOrWhiteSpace(settings.From) && string.IsNullOrWhiteSpace(settings.MessagingServiceSid))
        {
            yield return ("from", "Enter your number, or the Messaging Service SID to send from.");
        }

        if (string.IsNullOrWhiteSpace(settings.ApiKeySid) != string.IsNullOrWhiteSpace(settings.ApiKeySecret))
        {
            yield return ("apiKeySecret", "Enter both the API key SID and its secret, or neither.");
        }
    }

    public override Verdict Verify(WebhookRequest request, SmsSettings settings) =>
        TwilioSignature.IsGenuine(request, settings.AuthToken, settings.SecondaryAuthToken)
            ? new Verdict.Genuine(Empty)
            : new Verdict.Forged("X-Twilio-Signature does not match: compare the Auth Token, and the public address of this server", 403);

    public override Reading Read(RawDelivery delivery, SmsSettings settings) => TwilioSmsReading.Of(FormBody.Of(delivery), Reference(delivery), settings.AccountSid);

    public override string AddressOf(string recipient) => recipient.Contains(':') ? recipient : PhoneNumbers.E164(recipient) ?? recipient;

    public override Action<HttpRequestMessage> Authorize(SmsSettings settings, TimeProvider clock) =>
        string.IsNullOrWhiteSpace(settings.ApiKeySid)
            ? JsonApi.Basic(settings.AccountSid ?? "", settings.AuthToken ?? "")
            : JsonApi.Basic(settings.ApiKeySid, settings.ApiKeySecret ?? "");

    public override async Task<SendResult> SendAsync(SmsPart part, SmsSettings settings, ProviderContext context, CancellationToken ct)
    {
        // A WhatsApp or RCS thread is answered from the same kind of sender: `whatsapp:+44…`.
        var prefix = part.To.IndexOf(':') is > 0 and var colon ? part.To[..(colon + 1)] : "";
        List<KeyValuePair<string, string>> fields = [new("To", part.To)];
        if (string.IsNullOrWhiteSpace(settings.MessagingServiceSid)) { fields.Add(new("From", prefix + settings.From)); }
        else { fields.Add(new("MessagingServiceSid", settings.MessagingServiceSid)); }
        if (part.Text.Length > 0) { fields.Add(new("Body", part.Text)); }
        fields.AddRange(part.Files.Select(file => new KeyValuePair<string, string>("MediaUrl", file.PublicUrl!.AbsoluteUri)));
        if (Callback(part, settings, context) is { } callback) { fields.Add(new("StatusCallback", callback)); }

        var answer = await Api(settings, context).PostFormAsync(Path(settings, "Messages.json"), fields, ct);
        return answer is ProviderAnswer.Answered { Ok: true } yes && yes.Json.Id("sid") is { } sid ? new SendResult.Sent(sid) : TwilioErrors.Of(answer);
    }

    public override async Task<IReadOnlyList<CheckStep>> SetUpAsync(SmsSettings settings, ConnectContext context, bool connect, CancellationToken ct)
    {
        var api = Api(settings, context.Provider);
        var answer = await api.GetAsync($"2010-04-01/Accounts/{settings.AccountSid}.json", ct);
        var account = Outcomes.Step("Account", answer, Name, "Twilio accepts the credentials.", "Compare the Account SID and the Auth Token (or the API key) with the Twilio console.");
        if (account.Ok && answer is ProviderAnswer.Answered { Json: var json } && json.Text("status") is { } status && status != "active")
        {
            account = new("Account", false, $"The Twilio account is {status}.", "Look at the account in the Twilio console; Twilio's support can say why.");
        }

        if (!account.Ok) { return [account]; }
        if (!string.IsNullOrWhiteSpace(settings.MessagingServiceSid)) { return [account, ByHand("The Messaging Service tells Braid by itself: under Integration enter the webhook address as request URL and as delivery status callback.")]; }
        return [account, await NumberAsync(api, settings, context, connect, ct)];
    }

    private async Task<CheckStep> NumberAsync(JsonApi api, SmsSettings settings, ConnectContext context, bool connect, CancellationToken ct)
    {
        if (PhoneNumbers.E164(settings.From) is not { } phone) { return ByHand("A sender name or short code has no number to check. " + ByHandWords); }
        var answer = await api.GetAsync(Path(settings, $"IncomingPhoneNumbers.json?PhoneNumber={Uri.EscapeDataString(phone)}"), ct);
        var step = Outcomes.Step("Number", answer, Name, "The number belongs to the account.", ByHandWords);
        if (!step.Ok || answer is not ProviderAnswer.Answered { Json: var json }) { return step; }

        var number = json.Items("incoming_phone_numbers").FirstOrDefault();
        if (number.Id("sid") is not { } sid) { return new("Number", false, "This number does not belong to the account.", "Enter a number from Phone Numbers in the Twilio console, with + and country code."); }
        if (number.Text("sms_url") == context.WebhookUrl.AbsoluteUri) { return new("Webhook", true, "Twilio sends this number's messages to Braid."); }
        if (!connect) { return new("Webhook", false, "Twilio does not send this number's messages to Braid.", "Choose Connect, or do it by hand. " + ByHandWords); }

        return Outcomes.Step(
            "Webhook", await api.PostFormAsync(Path(settings, $"IncomingPhoneNumbers/{sid}.json"), [new("SmsUrl", context.WebhookUrl.AbsoluteUri), new("SmsMethod", "POST")], ct),
            Name, "Twilio sends this number's messages to Braid.", ByHandWords);
    }

    protected override string DefaultBase(SmsSettings settings) => "https://api.twilio.com";

    private static string Path(SmsSettings settings, string rest) => string.Create(CultureInfo.InvariantCulture, $"2010-04-01/Accounts/{settings.AccountSid}/{rest}");
}
