namespace Braid.Channels.Voice;

/// <summary>A call can't be answered in writing, and a text must never make a phone ring by itself.</summary>
internal sealed class VoiceSender : ISender<VoiceSettings>
{
    public Task<SendResult> SendAsync(OutboundMessage message, VoiceSettings settings, ProviderContext context, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        return Task.FromResult<SendResult>(new SendResult.Failed(
            FailureKind.Content, "A call can't be answered in writing. Call back, or write to the customer on another channel."));
    }
}
