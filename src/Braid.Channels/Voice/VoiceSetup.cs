using Braid.Channels.Common;

namespace Braid.Channels.Voice;

internal sealed class VoiceSetup : ISetup<VoiceSettings>
{
    private const string ByHand = "In the Twilio console, at the number under Voice, enter the webhook address for \"A call comes in\" and for \"Call status changes\", both by HTTP POST.";

    public Task<IReadOnlyList<CheckStep>> CheckAsync(VoiceSettings settings, ConnectContext context, CancellationToken ct) =>
        RunAsync(settings, context, connect: false, ct);

    public Task<IReadOnlyList<CheckStep>> ConnectAsync(VoiceSettings settings, ConnectContext context, CancellationToken ct) =>
        RunAsync(settings, context, connect: true, ct);

    internal static JsonApi Api(VoiceSettings settings, ProviderContext context) => new(
        JsonApi.Base(settings.ApiBaseUrl, "https://api.twilio.com"), context, VoiceChannel.Limits.CallTimeout, JsonApi.Basic(settings.AccountSid, settings.AuthToken));

    private static async Task<IReadOnlyList<CheckStep>> RunAsync(VoiceSettings settings, ConnectContext context, bool connect, CancellationToken ct)
    {
        var api = Api(settings, context.Provider);
        var account = await TwilioAccount.CheckAsync(api, settings.AccountSid, ct);
        if (!account.Ok) { return [account]; }

        var webhook = context.WebhookUrl.AbsoluteUri;
        KeyValuePair<string, string>[] wanted = [new("VoiceUrl", webhook), new("VoiceMethod", "POST"), new("StatusCallback", webhook), new("StatusCallbackMethod", "POST")];
        return [account, await TwilioAccount.NumberAsync(api, settings.AccountSid, settings.PhoneNumber, "calls", wanted, connect, ByHand, ct)];
    }
}
