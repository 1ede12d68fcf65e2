using Braid.Channels.Common;

namespace Braid.Channels.CustomHttp;

/// <summary>Files lie where the event said, or in the event itself.</summary>
internal sealed class CustomHttpMedia : IMedia<CustomHttpSettings>
{
    public async Task<MediaContent> OpenAsync(MediaRequest request, CustomHttpSettings settings, ProviderContext context, CancellationToken ct)
    {
        if (CallbackFiles.FromDelivery(request) is { } inside) { return inside; }
        if (!Uri.TryCreate(request.Reference, UriKind.Absolute, out var address)) { throw new MediaUnavailableException("The file has no usable address."); }

        // Nothing of ours goes along. Without https only the callback's own host is asked.
        var host = Uri.TryCreate(settings.CallbackUrl, UriKind.Absolute, out var callback) ? callback.GetLeftPart(UriPartial.Authority) : "https://files.invalid";
        var api = new JsonApi(host, context, CustomHttpChannel.Limits.CallTimeout);
        var file = await FileDownload.FollowAsync(address, to => api.FileRequest(to.AbsoluteUri), context.Http, "The custom channel", comesLater: false, ct);
        return new MediaContent(await file.ReadAsStreamAsync(ct), file.Headers.ContentType?.MediaType, Path.GetFileName(address.AbsolutePath) is { Length: > 0 } name ? name : null, file.Headers.ContentLength);
    }
}
