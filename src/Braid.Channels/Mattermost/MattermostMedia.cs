using Braid.Channels.Common;

namespace Braid.Channels.Mattermost;

internal sealed class MattermostMedia : IMedia<MattermostSettings>
{
    public async Task<MediaContent> OpenAsync(MediaRequest request, MattermostSettings settings, ProviderContext context, CancellationToken ct)
    {
        using var get = MattermostApi.Of(settings, context).Request(HttpMethod.Get, $"files/{Uri.EscapeDataString(request.Reference)}");
        var file = await FileDownload.OpenAsync(get, context.Http, "Mattermost", ct);
        var name = file.Headers.ContentDisposition?.FileNameStar ?? file.Headers.ContentDisposition?.FileName?.Trim('"');
        return new MediaContent(await file.ReadAsStreamAsync(ct), file.Headers.ContentType?.MediaType, name, file.Headers.ContentLength);
    }
}
