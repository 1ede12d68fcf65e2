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

    public override Reading Read(RawDelivery delivery, SmsSettings settings) =>
        TwilioSmsReading.Of(FormFields.Of(delivery), Reference(delivery), settings.AccountSid);

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
        fields.AddRange(part.Files.Select(file => new KeyValuePair<string, string>("MediaUrl", file.Link!.AbsoluteUri)));
        if (Callback(part, settings, context) is { } callback) { fields.Add(new("StatusCallback", callback)); }

        var answer = await Api(settings, context).PostFormAsync(Path(settings, "Messages.json"), fields, ct);
        return answer is ProviderAnswer.Answered { Ok: true } yes && yes.Json.Id("sid") is { } sid ? new SendResult.Sent(sid) : TwilioErrors.Of(answer);
    }

    public override async Task<IReadOnlyList<CheckStep>> SetUpAsync(SmsSettings settings, ConnectContext context, bool connect, CancellationToken ct)
    {
        var api = Api(settings, context.Provider);
        var account = await TwilioAccount.CheckAsync(api, settings.AccountSid, ct);
        if (!account.Ok) { return [account]; }
        if (!string.IsNullOrWhiteSpace(settings.MessagingServiceSid))
        {
            return [account, ByHand("The Messaging Service tells Braid by itself: under Integration enter the webhook address as request URL and as delivery status callback.")];
        }

        if (PhoneNumbers.E164(settings.From) is not { } phone) { return [account, ByHand("A sender name or short code has no number to check. " + ByHandWords)]; }
        KeyValuePair<string, string>[] wanted = [new("SmsUrl", context.WebhookUrl.AbsoluteUri), new("SmsMethod", "POST")];
        return [account, await TwilioAccount.NumberAsync(api, settings.AccountSid, phone, "messages", wanted, connect, ByHandWords, ct)];
    }

    protected override string DefaultBase(SmsSettings settings) => "https://api.twilio.com";

    private static string Path(SmsSettings settings, string rest) =>
        string.Create(CultureInfo.InvariantCulture, $"2010-04-01/Accounts/{settings.AccountSid}/{rest}");
}
