using Braid.Channels.Common;

namespace Braid.Channels.Cti;

/// <summary>A call can't be answered in writing.</summary>
internal sealed class CtiSender : ISender<CtiSettings>
{
    public Task<SendResult> SendAsync(OutboundMessage message, CtiSettings settings, ProviderContext context, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        return Task.FromResult<SendResult>(new SendResult.Failed(
            FailureKind.Content, "A call can't be answered in writing. Call back, or write to the customer on another channel."));
    }
}

/// <summary>Recordings lie where the event said. The token goes along only to the address named in the settings.</summary>
internal sealed class CtiMedia : IMedia<CtiSettings>
{
    public async Task<MediaContent> OpenAsync(MediaRequest request, CtiSettings settings, ProviderContext context, CancellationToken ct)
    {
        if (!Uri.TryCreate(request.Reference, UriKind.Absolute, out var address)) { throw new MediaUnavailableException("The recording has no usable address."); }

        var api = new JsonApi(
            JsonApi.Base(settings.ApiBaseUrl, "https://recordings.invalid"), context, CtiChannel.Limits.CallTimeout,
            string.IsNullOrWhiteSpace(settings.RecordingToken) ? null : JsonApi.Bearer(settings.RecordingToken));
        var file = await FileDownload.FollowAsync(address, to => api.FileRequest(to.AbsoluteUri), context.Http, "The phone system", comesLater: true, ct);
        return new MediaContent(await file.ReadAsStreamAsync(ct), file.Headers.ContentType?.MediaType, Path.GetFileName(address.AbsolutePath), file.Headers.ContentLength);
    }
}

/// <summary>Nothing can be asked: the phone system calls us.</summary>
internal sealed class CtiSetup : ISetup<CtiSettings>
{
    private static readonly IReadOnlyList<CheckStep> Steps = [new("Webhook", true, "Braid is ready. Post a call event to the webhook address to see it here.")];

    public Task<IReadOnlyList<CheckStep>> CheckAsync(CtiSettings settings, ConnectContext context, CancellationToken ct) => Task.FromResult(Steps);

    public Task<IReadOnlyList<CheckStep>> ConnectAsync(CtiSettings settings, ConnectContext context, CancellationToken ct) => Task.FromResult(Steps);
}
