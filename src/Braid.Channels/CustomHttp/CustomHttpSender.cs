using Braid.Channels.Common;

namespace Braid.Channels.CustomHttp;

/// <summary>Posts `message.create` to the callback URL. The message's id is the idempotency key, so a lost answer is simply repeated.</summary>
internal sealed class CustomHttpSender : ISender<CustomHttpSettings>
{
    public Task<SendResult> SendAsync(OutboundMessage message, CustomHttpSettings settings, ProviderContext context, CancellationToken ct) =>
        settings.Target is { } target ? CallbackMessages.SendAsync(message, target, context, ct) : Task.FromResult<SendResult>(NoCallback);

    public static SendResult.Failed NoCallback { get; } = new(FailureKind.Configuration, "This inbox has no callback URL, so answers can't leave. Enter one in its settings.");
}
