using Braid.Channels.Common;

namespace Braid.Channels.GoogleRcs;

/// <summary>Files lie at public signed addresses for about 60 days; no token goes along.</summary>
internal sealed class RcsMedia : IMedia<GoogleRcsSettings>
{
    public async Task<MediaContent> OpenAsync(MediaRequest request, GoogleRcsSettings settings, ProviderContext context, CancellationToken ct)
    {
        using var get = new RcsApi(settings, context).Files.FileRequest(request.Reference, withCredentials: false)
            ?? throw new MediaUnavailableException("The file's address is not a web address.");
        var file = await FileDownload.OpenAsync(get, context.Http, "Google", ct);
        return new MediaContent(await file.ReadAsStreamAsync(ct), file.Headers.ContentType?.MediaType, null, file.Headers.ContentLength);
    }
}
