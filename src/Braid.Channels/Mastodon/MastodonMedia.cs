using Braid.Channels.Common;

namespace Braid.Channels.Mastodon;

/// <summary>Files lie in the open, mostly on another host; the access token does not go there.</summary>
internal sealed class MastodonMedia : IMedia<MastodonSettings>
{
    public async Task<MediaContent> OpenAsync(MediaRequest request, MastodonSettings settings, ProviderContext context, CancellationToken ct)
    {
        using var get = MastodonApi.For(settings, context).FileRequest(request.Reference, withCredentials: false)
            ?? throw new MediaUnavailableException("This file has no address that can be fetched.");
        var file = await FileDownload.OpenAsync(get, context.Http, "The instance", ct);
        return new MediaContent(await file.ReadAsStreamAsync(ct), file.Headers.ContentType?.MediaType, Path.GetFileName(get.RequestUri!.LocalPath), file.Headers.ContentLength);
    }
}
