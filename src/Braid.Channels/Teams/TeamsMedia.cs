using Braid.Channels.Common;

namespace Braid.Channels.Teams;

/// <summary>Fetches pictures with the bot's token, and files from the address Teams gave, without it. Those addresses live minutes.</summary>
internal sealed class TeamsMedia : IMedia<TeamsSettings>
{
    public async Task<MediaContent> OpenAsync(MediaRequest request, TeamsSettings settings, ProviderContext context, CancellationToken ct)
    {
        var api = new TeamsApi(settings, context);
        var token = await TokenTry.ForMediaAsync(() => api.TokenAsync(ct));
        using var get = api.FileRequest(request.Reference, token) ?? throw new MediaUnavailableException("Teams gave no usable address for this file.");
        var file = await FileDownload.OpenAsync(get, context.Http, "Teams", ct);
        var name = file.Headers.ContentDisposition?.FileNameStar ?? file.Headers.ContentDisposition?.FileName?.Trim('"');
        return new MediaContent(await file.ReadAsStreamAsync(ct), file.Headers.ContentType?.MediaType, name, file.Headers.ContentLength);
    }
}
