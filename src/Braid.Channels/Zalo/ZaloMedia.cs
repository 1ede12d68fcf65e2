using Braid.Channels.Common;

namespace Braid.Channels.Zalo;

/// <summary>Files lie at public addresses of Zalo's network; no token goes along.</summary>
internal sealed class ZaloMedia : IMedia<ZaloSettings>
{
    public async Task<MediaContent> OpenAsync(MediaRequest request, ZaloSettings settings, ProviderContext context, CancellationToken ct)
    {
        using var get = new ZaloApi(settings, context).Files.FileRequest(request.Reference) ?? throw new MediaUnavailableException("The file's address is not a web address.");
        var file = await FileDownload.OpenAsync(get, context.Http, "Zalo", ct);
        return new MediaContent(await file.ReadAsStreamAsync(ct), file.Headers.ContentType?.MediaType, null, file.Headers.ContentLength);
    }
}
