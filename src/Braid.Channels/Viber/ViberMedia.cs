using Braid.Channels.Common;

namespace Braid.Channels.Viber;

/// <summary>Files lie at signed addresses for about an hour; no token goes along.</summary>
internal sealed class ViberMedia : IMedia<ViberSettings>
{
    public async Task<MediaContent> OpenAsync(MediaRequest request, ViberSettings settings, ProviderContext context, CancellationToken ct)
    {
        using var get = ViberSender.Api(settings, context).FileRequest(request.Reference, withCredentials: false)
            ?? throw new MediaUnavailableException("The file's address is not a web address.");
        var file = await FileDownload.OpenAsync(get, context.Http, "Viber", ct);
        return new MediaContent(await file.ReadAsStreamAsync(ct), file.Headers.ContentType?.MediaType, null, file.Headers.ContentLength);
    }
}
