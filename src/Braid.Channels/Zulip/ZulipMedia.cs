using Braid.Channels.Common;

namespace Braid.Channels.Zulip;

internal sealed class ZulipMedia : IMedia<ZulipSettings>
{
    public async Task<MediaContent> OpenAsync(MediaRequest request, ZulipSettings settings, ProviderContext context, CancellationToken ct)
    {
        if (!request.Reference.StartsWith("/user_uploads/", StringComparison.Ordinal) || request.Reference.Contains("..", StringComparison.Ordinal))
        {
            throw new MediaUnavailableException("Zulip gave no usable address for this file.");
        }

        using var get = ZulipApi.Of(settings, context, under: "").Request(HttpMethod.Get, request.Reference);
        var file = await FileDownload.OpenAsync(get, context.Http, "Zulip", ct);
        return new MediaContent(await file.ReadAsStreamAsync(ct), file.Headers.ContentType?.MediaType, Uri.UnescapeDataString(get.RequestUri!.Segments[^1]), file.Headers.ContentLength);
    }
}
