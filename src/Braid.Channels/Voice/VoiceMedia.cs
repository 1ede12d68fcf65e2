using Braid.Channels.Common;

namespace Braid.Channels.Voice;

/// <summary>Recordings, as MP3. They lie behind the account's credentials, which go to Twilio's own host only, and may come some seconds late.</summary>
internal sealed class VoiceMedia : IMedia<VoiceSettings>
{
    public async Task<MediaContent> OpenAsync(MediaRequest request, VoiceSettings settings, ProviderContext context, CancellationToken ct)
    {
        if (!Uri.TryCreate(request.Reference, UriKind.Absolute, out var address)) { throw new MediaUnavailableException("The recording has no usable address."); }
        if (Path.GetExtension(address.AbsolutePath).Length == 0) { address = new UriBuilder(address) { Path = address.AbsolutePath + ".mp3" }.Uri; }

        var api = VoiceSetup.Api(settings, context);
        var file = await FileDownload.FollowAsync(address, to => api.FileRequest(to.AbsoluteUri), context.Http, "Twilio", comesLater: true, ct);
        return new MediaContent(await file.ReadAsStreamAsync(ct), file.Headers.ContentType?.MediaType ?? "audio/mpeg", address.Segments[^1], file.Headers.ContentLength);
    }
}
