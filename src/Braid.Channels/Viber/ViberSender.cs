using Braid.Channels.Common;

namespace Braid.Channels.Viber;

/// <summary>Sends texts, pictures, films, files and keyboards. Viber has no idempotency key: a lost answer stays unknown.</summary>
internal sealed class ViberSender : ISender<ViberSettings>
{
    private const string TooOld = "The customer's Viber is old: buttons and cards were sent as text.";

    public Task<SendResult> SendAsync(OutboundMessage message, ViberSettings settings, ProviderContext context, CancellationToken ct)
    {
        if (ViberMessages.Problem(message) is { } problem) { return Task.FromResult<SendResult>(new SendResult.Failed(FailureKind.Content, problem)); }

        var api = Api(settings, context);
        return PartwiseSend.RunAsync(message, ViberMessages.Of(message), async (part, _) =>
        {
            var result = ViberErrors.Result(await api.PostAsync("pa/send_message", ViberMessages.Envelope(message, settings, part.Body), ct));
            if (result is not SendResult.Failed { Code: "13" or "14" } || part.Plain is not { Length: > 0 } plain) { return result; }

            var text = ViberMessages.Text(TextSplitter.Split(plain, ViberChannel.Limits.TextLength)[0]);
            text["tracking_data"] = part.Body["tracking_data"]?.DeepClone();
            var again = ViberErrors.Result(await api.PostAsync("pa/send_message", ViberMessages.Envelope(message, settings, text), ct));
            return again is SendResult.Sent sent ? sent with { Note = TooOld } : again;
        });
    }

    public static JsonApi Api(ViberSettings settings, ProviderContext context) => new(
        JsonApi.Base(settings.ApiBaseUrl, "https://chatapi.viber.com"), context, ViberChannel.Limits.CallTimeout,
        request => request.Headers.TryAddWithoutValidation("X-Viber-Auth-Token", settings.AuthToken));
}
