using Braid.Channels.Common;

namespace Braid.Channels.Meta;

/// <summary>Files lie at addresses that need no token and live for some days only (a story: for one).</summary>
internal sealed class MetaMedia : IMedia<IMetaAccount>
{
    public async Task<MediaContent> OpenAsync(MediaRequest request, IMetaAccount settings, ProviderContext context, CancellationToken ct)
    {
        var api = new JsonApi(settings.Access.Host, context, settings.Access.Timeout);
        using var get = api.FileRequest(request.Reference, withCredentials: false) ?? throw new MediaUnavailableException($"{settings.Dialect.Name} gave no usable address for this file.");
        var file = await FileDownload.OpenAsync(get, context.Http, settings.Dialect.Name, ct);
        return new MediaContent(
            await file.ReadAsStreamAsync(ct), file.Headers.ContentType?.MediaType, Name(file), file.Headers.ContentLength);
    }

    private static string? Name(HttpContent file) =>
        (file.Headers.ContentDisposition?.FileNameStar ?? file.Headers.ContentDisposition?.FileName)?.Trim('"') is { Length: > 0 } name ? name : null;
}
