using Braid.Channels.Common;

namespace Braid.Channels.Xmpp;

/// <summary>Files are links that people send; nothing of ours goes along, and only https is followed.</summary>
internal sealed class XmppMedia : IMedia<XmppSettings>
{
    public async Task<MediaContent> OpenAsync(MediaRequest request, XmppSettings settings, ProviderContext context, CancellationToken ct)
    {
        if (!Uri.TryCreate(request.Reference, UriKind.Absolute, out var address)
            || !(address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && SecureLine.IsLoopback(settings.RealHost) && address.IsLoopback)))
        {
            throw new MediaUnavailableException("This file has no address that can be fetched safely.");
        }

        using var get = new HttpRequestMessage(HttpMethod.Get, address);
        var file = await FileDownload.OpenAsync(get, context.Http, "The person's server", ct);
        return new MediaContent(await file.ReadAsStreamAsync(ct), file.Headers.ContentType?.MediaType, Path.GetFileName(address.LocalPath), file.Headers.ContentLength);
    }
}
