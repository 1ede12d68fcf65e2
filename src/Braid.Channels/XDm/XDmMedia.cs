using Braid.Channels.Common;

namespace Braid.Channels.XDm;

internal sealed class XDmMedia : IMedia<XDmSettings>
{
    public async Task<MediaContent> OpenAsync(MediaRequest request, XDmSettings settings, ProviderContext context, CancellationToken ct)
    {
        using var get = new XDmApi(settings, context).FileRequest(request.Reference) ?? throw new MediaUnavailableException("The file's address is not a web address.");
        var file = await FileDownload.OpenAsync(get, context.Http, "X", ct);
        return new MediaContent(await file.ReadAsStreamAsync(ct), file.Headers.ContentType?.MediaType, null, file.Headers.ContentLength);
    }
}
