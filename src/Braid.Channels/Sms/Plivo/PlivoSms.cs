using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.Sms.Plivo;

internal sealed class PlivoSms : SmsGateway
{
    private const string ByHandWords = "In the Plivo console make an application with the webhook address as message URL (POST), and give it the number.";

    public override string Name => "Plivo";
    public override SmsLimits Limits { get; } = new(1600, 737);
    public override IReadOnlyList<string> FileHosts => ["media.plivo.com", "api.plivo.com"];

    public override IEnumerable<(string Field, string Problem)> Check(SmsSettings settings)
    {
        foreach (var problem in Needs(
            (settings.AuthId, "authId", "Enter the Auth ID from the overview of the Plivo console."),
            (settings.AuthToken, "authToken", "Enter the Auth Token from the overview of the Plivo console.")))
        {
            yield return problem;
        }

        if (string.IsNullOrWhiteSpace(settings.From) && string.IsNullOrWhiteSpace(settings.PowerpackUuid)) { yield return ("from", NoNumber); }
    }

    public override Verdict Verify(WebhookRequest request, SmsSettings settings) => PlivoProof.Verify(request, settings.AuthToken, settings.AllowSignatureV2);

    public override Reading Read(RawDelivery delivery, SmsSettings settings) => PlivoReading.Of(FormFields.Of(delivery), Reference(delivery));

    public override string AddressOf(string recipient) => PhoneNumbers.Bare(recipient);

    public override Action<HttpRequestMessage> Authorize(SmsSettings settings, TimeProvider clock) => JsonApi.Basic(settings.AuthId ?? "", settings.AuthToken ?? "");

    public override async Task<SendResult> SendAsync(SmsPart part, SmsSettings settings, ProviderContext context, CancellationToken ct)
    {
        var body = new JsonObject { ["dst"] = part.To };
        if (string.IsNullOrWhiteSpace(settings.PowerpackUuid)) { body["src"] = PhoneNumbers.Bare(settings.From ?? ""); }
        else { body["powerpack_uuid"] = settings.PowerpackUuid; }
        if (part.Text.Length > 0) { body["text"] = part.Text; }
        body["type"] = part.Files.Count > 0 ? "mms" : "sms";
        if (part.Files.Count > 0) { body["media_urls"] = new JsonArray([.. part.Files.Select(file => (JsonNode)file.Link!.AbsoluteUri)]); }
        if (Callback(part, settings, context) is { } callback) { (body["url"], body["method"]) = (callback, "POST"); }

        var answer = await Api(settings, context).PostAsync(Path(settings, "Message/"), body, ct);
        return answer is ProviderAnswer.Answered { Ok: true } yes && yes.Json.Items("message_uuid").FirstOrDefault().AsId() is { } id ? new SendResult.Sent(id) : PlivoErrors.Of(answer);
    }

    public override async Task<IReadOnlyList<CheckStep>> SetUpAsync(SmsSettings settings, ConnectContext context, bool connect, CancellationToken ct)
    {
        var api = Api(settings, context.Provider);
        var account = Outcomes.Step(
            "Account", await api.GetAsync(Path(settings, ""), ct), Name, "Plivo accepts the credentials.", "Compare Auth ID and Auth Token with the Plivo console.");
        if (!account.Ok) { return [account]; }
        if (PhoneNumbers.E164(settings.From) is not { } phone)
        {
            return [account, ByHand("Without a number of its own the webhook can't be checked. " + ByHandWords)];
        }

        var number = Path(settings, $"Number/{PhoneNumbers.Bare(phone)}/");
        var answer = await api.GetAsync(number, ct);
        var step = Outcomes.Step(
            "Number", answer, Name, "The number belongs to the account.", "Enter a number from Phone Numbers in the Plivo console, with + and country code.");
        if (!step.Ok || answer is not ProviderAnswer.Answered { Json: var json }) { return [account, step]; }

        var application = json.Text("application")?.TrimEnd('/').Split('/')[^1];
        if (application is not null && await api.GetAsync(Path(settings, $"Application/{application}/"), ct) is ProviderAnswer.Answered { Ok: true, Json: var found }
            && found.Text("message_url") == context.WebhookUrl.AbsoluteUri)
        {
            return [account, new("Webhook", true, "Plivo sends this number's messages to Braid.")];
        }

        if (!connect)
        {
            return [account, new("Webhook", false, "Plivo does not send this number's messages to Braid.", "Choose Connect, or do it by hand. " + ByHandWords)];
        }

        return [account, await ConnectAsync(api, settings, number, application, context.WebhookUrl, ct)];
    }

    private async Task<CheckStep> ConnectAsync(JsonApi api, SmsSettings settings, string number, string? application, Uri webhook, CancellationToken ct)
    {
        var hook = new JsonObject { ["message_url"] = webhook.AbsoluteUri, ["message_method"] = "POST" };
        const string Done = "Plivo sends this number's messages to Braid.";
        if (application is not null)
        {
            return Outcomes.Step("Webhook", await api.PostAsync(Path(settings, $"Application/{application}/"), hook, ct), Name, Done, ByHandWords);
        }

        hook["app_name"] = "Braid " + PhoneNumbers.Bare(settings.From!);
        var made = await api.PostAsync(Path(settings, "Application/"), hook, ct);
        return made is ProviderAnswer.Answered { Ok: true, Json: var json } && json.Id("app_id") is { } id
            ? Outcomes.Step("Webhook", await api.PostAsync(number, new JsonObject { ["app_id"] = id }, ct), Name, Done, ByHandWords)
            : Outcomes.Step("Webhook", made, Name, Done, ByHandWords) with { Ok = false, Fix = ByHandWords };
    }

    protected override string DefaultBase(SmsSettings settings) => "https://api.plivo.com";

    private static string Path(SmsSettings settings, string rest) => $"v1/Account/{settings.AuthId}/{rest}";
}
