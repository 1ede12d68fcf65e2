namespace Braid.Channels.Sms;

internal sealed class SmsReceiver : IReceiver<SmsSettings>
{
    public Verdict Verify(WebhookRequest request, SmsSettings settings) =>
        SmsGateways.Of(settings)?.Verify(request, settings) ?? new Verdict.Forged("no provider is chosen");

    public Reading Read(RawDelivery delivery, SmsSettings settings) =>
        SmsGateways.Of(settings)?.Read(delivery, settings) ?? new Reading.Unreadable("no SMS provider is chosen in the inbox's settings");
}

internal sealed class SmsSetup : ISetup<SmsSettings>
{
    public Task<IReadOnlyList<CheckStep>> CheckAsync(SmsSettings settings, ConnectContext context, CancellationToken ct) => RunAsync(settings, context, false, ct);

    public Task<IReadOnlyList<CheckStep>> ConnectAsync(SmsSettings settings, ConnectContext context, CancellationToken ct) => RunAsync(settings, context, true, ct);

    private static Task<IReadOnlyList<CheckStep>> RunAsync(SmsSettings settings, ConnectContext context, bool connect, CancellationToken ct) =>
        SmsGateways.Of(settings)?.SetUpAsync(settings, context, connect, ct)
        ?? Task.FromResult<IReadOnlyList<CheckStep>>([new("Provider", false, "No provider is chosen.", "Choose your SMS provider in the settings.")]);
}
