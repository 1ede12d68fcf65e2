using Braid.Channels.Common;

namespace Braid.Channels.AppleMessages;

/// <summary>Apple has no way to ask who we are; asking for a place to upload a file proves id and secret all the same.</summary>
internal sealed class AppleSetup : ISetup<AppleMessagesSettings>
{
    public async Task<IReadOnlyList<CheckStep>> CheckAsync(AppleMessagesSettings settings, ConnectContext context, CancellationToken ct)
    {
        var answer = await new AppleApi(settings, context.Provider).PreUploadAsync(1, ct);
        var gateway = Outcomes.Step("Gateway", answer, "Apple", "Apple's gateway knows this MSP and business.", "Copy MSP id, API secret and business id from register.apple.com again, and check this server's clock.");
        return gateway.Ok
            ? [gateway, new("Webhook", true, "Not checked: Apple has no way to ask. On register.apple.com enter this inbox's address as the base address of your endpoint.")]
            : [gateway];
    }

    public Task<IReadOnlyList<CheckStep>> ConnectAsync(AppleMessagesSettings settings, ConnectContext context, CancellationToken ct) => CheckAsync(settings, context, ct);
}
