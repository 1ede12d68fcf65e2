using System.Text;
using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.Sms.Infobip;

/// <summary>Infobip: our own message ids, reports in batches, no signature.</summary>
internal sealed class InfobipSms : SmsGateway
{
    public override string Name => "Infobip";

    // Five parts; contracts that allow ten lose nothing but get two messages for one.
    public override SmsLimits Limits { get; } = new(765, 335) { FileBytes = 300 * 1024 };

    public override IReadOnlyList<string> FileHosts => [".api.infobip.com"];

    public override IEnumerable<(string Field, string Problem)> Check(SmsSettings settings)
    {
        foreach (var problem in Needs(
            (settings.ApiBaseUrl, "apiBaseUrl", "Enter your personal base URL from the start page of the Infobip portal."),
            (settings.ApiKey, "apiKey", "Enter an API key from the Infobip portal."),
            (settings.From, "from", NoNumber)))
        {
            yield return problem;
        }

        if (string.IsNullOrWhiteSpace(settings.WebhookUserName) != string.IsNullOrWhiteSpace(settings.WebhookPassword))
        {
            yield return ("webhookPassword", "Enter both the webhook's user name and its password, or neither.");
        }
    }

    /// <summary>Nothing is signed. The secret in the webhook's address was compared before; user name and password are a second one.</summary>
    public override Verdict Verify(WebhookRequest request, SmsSettings settings)
    {
        if (string.IsNullOrEmpty(settings.WebhookUserName)) { return new Verdict.Genuine(); }
        var expected = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{settings.WebhookUserName}:{settings.WebhookPassword}"));
        return request.HeaderEquals("Authorization", expected)
            ? new Verdict.Genuine()
            : new Verdict.Forged("the webhook's user name or password does not match: compare them with the Infobip portal");
    }

    public override Reading Read(RawDelivery delivery, SmsSettings settings) => ChannelJson.Read(delivery, "an Infobip delivery", InfobipReading.Of);

    public override string AddressOf(string recipient) => PhoneNumbers.Bare(recipient);

    public override Action<HttpRequestMessage> Authorize(SmsSettings settings, TimeProvider clock) =>
        request => request.Headers.TryAddWithoutValidation("Authorization", "App " + settings.ApiKey);

    public override async Task<SendResult> SendAsync(SmsPart part, SmsSettings settings, ProviderContext context, CancellationToken ct)
    {
        var id = part.Index == 0 ? part.Reference : $"{part.Reference}-{part.Index}";
        var message = new JsonObject
        {
            ["sender"] = PhoneNumbers.Bare(settings.From ?? ""),
            ["destinations"] = new JsonArray(new JsonObject { ["to"] = PhoneNumbers.Bare(part.To), ["messageId"] = id }),
            ["content"] = Content(part),
        };
        if (Callback(part, settings, context) is { } callback)
        {
            message["webhooks"] = new JsonObject { ["delivery"] = new JsonObject { ["url"] = callback, ["intermediateReport"] = true, ["contentType"] = "application/json" } };
        }

        var answer = await Api(settings, context).PostAsync(part.Files.Count > 0 ? "mms/2/messages" : "sms/3/messages", new JsonObject { ["messages"] = new JsonArray(message) }, ct);
        if (answer is not ProviderAnswer.Answered { Ok: true } yes) { return InfobipErrors.Of(answer); }

        // A refusal of one message hides behind a 200.
        var accepted = yes.Json.Items("messages").FirstOrDefault();
        return InfobipErrors.Refusal(accepted.Get("status")) is { } refusal ? refusal
            : accepted.Id("messageId") is { } given ? new SendResult.Sent(given)
            : Outcomes.Of(answer, Name);
    }

    private static JsonObject Content(SmsPart part)
    {
        if (part.Files.Count == 0) { return new JsonObject { ["text"] = part.Text }; }
        var segments = new JsonArray();
        if (part.Text.Length > 0) { segments.Add(new JsonObject { ["type"] = "TEXT", ["text"] = part.Text }); }
        foreach (var file in part.Files)
        {
            segments.Add(new JsonObject { ["type"] = "LINK", ["contentUrl"] = file.Link!.AbsoluteUri, ["contentType"] = file.ContentType });
        }

        return new JsonObject { ["title"] = "", ["messageSegments"] = segments };
    }

    public override async Task<IReadOnlyList<CheckStep>> SetUpAsync(SmsSettings settings, ConnectContext context, bool connect, CancellationToken ct)
    {
        var answer = await Api(settings, context.Provider).GetAsync("account/1/balance", ct);
        var account = Outcomes.Step("Account", answer, Name, "Infobip accepts the API key.", "Compare the API key and the base URL with the Infobip portal.");

        // A key that may only send can't see the balance: that is no fault.
        if (answer is ProviderAnswer.Answered { Status: 403 }) { account = new("Account", true, "Infobip knows the API key."); }
        return account.Ok ? [account, ByHand("Infobip keeps no list to check. At the number, forward incoming messages to the webhook address by HTTP POST as JSON.")] : [account];
    }

    protected override string DefaultBase(SmsSettings settings) => "https://api.infobip.com";
}
