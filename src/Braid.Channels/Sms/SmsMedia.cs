using Braid.Channels.Common;

namespace Braid.Channels.Sms;

/// <summary>
/// MMS files lie at the address the message named, some behind our credentials, most behind one or two redirects. Credentials go to the
/// provider's own hosts only, never along with a redirect to another.
/// </summary>
internal sealed class SmsMedia : IMedia<SmsSettings>
{
    public async Task<MediaContent> OpenAsync(MediaRequest request, SmsSettings settings, ProviderContext context, CancellationToken ct)
    {
        if (SmsGateways.Of(settings) is not { } gateway || !Uri.TryCreate(request.Reference, UriKind.Absolute, out var address))
        {
            throw new MediaUnavailableException("The message named no usable address for this file.");
        }

        var file = await FileDownload.FollowAsync(address, to => Request(to, gateway, settings, context.Clock), context.Http, gateway.Name, comesLater: true, ct);
        return new MediaContent(await file.ReadAsStreamAsync(ct), file.Headers.ContentType?.MediaType, Name: null, file.Headers.ContentLength);
    }

    private static HttpRequestMessage? Request(Uri address, SmsGateway gateway, SmsSettings settings, TimeProvider clock)
    {
        var isApi = Uri.TryCreate(gateway.Base(settings), UriKind.Absolute, out var api) && api.Authority == address.Authority && api.Scheme == address.Scheme;
        if (!isApi && address.Scheme != Uri.UriSchemeHttps) { return null; }

        var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (isApi || gateway.FileHosts.Any(host => address.Host == host || (host[0] == '.' && address.Host.EndsWith(host, StringComparison.OrdinalIgnoreCase))))
        {
            gateway.Authorize(settings, clock)(request);
        }

        return request;
    }
}
