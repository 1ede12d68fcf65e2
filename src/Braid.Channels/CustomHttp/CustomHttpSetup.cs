namespace Braid.Channels.CustomHttp;

internal sealed class CustomHttpSetup : ISetup<CustomHttpSettings>
{
    private const string Fix = "Answer a post of the type channel.verify with {\"challenge\":\"…\"}, the same word it carries; and compare address and callback secret.";

    public async Task<IReadOnlyList<CheckStep>> CheckAsync(CustomHttpSettings settings, ConnectContext context, CancellationToken ct) => settings.Target is { } target
        ? [await target.CheckAsync("Callback", Fix, context.Provider, ct)]
        : [new("Callback", false, "There is no callback URL, so answers can't leave.", "Enter the address that Braid should post answers to.")];

    /// <summary>There is nothing to register: whoever posts must know the webhook address.</summary>
    public Task<IReadOnlyList<CheckStep>> ConnectAsync(CustomHttpSettings settings, ConnectContext context, CancellationToken ct) => CheckAsync(settings, context, ct);
}
