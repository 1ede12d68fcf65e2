using Braid.Channels.Common;

namespace Braid.Channels.GoogleChat;

internal sealed class GoogleChatMedia : IMedia<GoogleChatSettings>
{
    public async Task<MediaContent> OpenAsync(MediaRequest request, GoogleChatSettings settings, ProviderContext context, CancellationToken ct)
    {
        var api = new GoogleChatApi(settings, context);
        var token = await TokenTry.ForMediaAsync(() => api.TokenAsync(ct));
        using var get = api.FileRequest(request.Reference, token) ?? throw new MediaUnavailableException("Google Chat gave no usable address for this file.");
        var file = await FileDownload.OpenAsync(get, context.Http, "Google Chat", ct);
        return new MediaContent(await file.ReadAsStreamAsync(ct), file.Headers.ContentType?.MediaType, null, file.Headers.ContentLength);
    }
}
