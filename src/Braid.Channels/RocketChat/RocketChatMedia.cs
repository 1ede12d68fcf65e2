using Braid.Channels.Common;

namespace Braid.Channels.RocketChat;

internal sealed class RocketChatMedia : IMedia<RocketChatSettings>
{
    public async Task<MediaContent> OpenAsync(MediaRequest request, RocketChatSettings settings, ProviderContext context, CancellationToken ct)
    {
        var api = RocketChatApi.Of(settings, context, under: "");
        using var get = (request.Reference.StartsWith("/file-upload/", StringComparison.Ordinal) ? api.Request(HttpMethod.Get, request.Reference) : api.FileRequest(request.Reference))
            ?? throw new MediaUnavailableException("Rocket.Chat gave no usable address for this file.");
        var file = await FileDownload.OpenAsync(get, context.Http, "Rocket.Chat", ct);
        return new MediaContent(await file.ReadAsStreamAsync(ct), file.Headers.ContentType?.MediaType, Uri.UnescapeDataString(get.RequestUri!.Segments[^1]), file.Headers.ContentLength);
    }
}
