using Braid.Channels.Common;

namespace Braid.Channels.Matrix;

/// <summary>Fetches files by the authenticated download; homeservers before Matrix 1.11 know only the old one.</summary>
internal sealed class MatrixMedia : IMedia<MatrixSettings>
{
    public async Task<MediaContent> OpenAsync(MediaRequest request, MatrixSettings settings, ProviderContext context, CancellationToken ct)
    {
        MatrixApi api;
        try
        {
            api = await MatrixApi.OpenAsync(settings, context, ct);
        }
        catch (Exception e) when (e is TokenRefusedException or TokenUnavailableException)
        {
            throw new MediaUnavailableException(e.Message, permanent: false);
        }

        var path = Path(request.Reference) ?? throw new MediaUnavailableException("This file has no address on any homeserver.");
        HttpContent file;
        try
        {
            file = await DownloadAsync("_matrix/client/v1/media/download/");
        }
        catch (MediaUnavailableException e) when (e.Permanent)
        {
            file = await DownloadAsync("_matrix/media/v3/download/");
        }

        var type = file.Headers.ContentType?.MediaType;
        return new MediaContent(
            await file.ReadAsStreamAsync(ct), type is "application/octet-stream" ? null : type,
            file.Headers.ContentDisposition?.FileNameStar ?? file.Headers.ContentDisposition?.FileName?.Trim('"'), file.Headers.ContentLength);

        async Task<HttpContent> DownloadAsync(string way)
        {
            using var get = api.Download(way + path);
            return await FileDownload.OpenAsync(get, context.Http, "The homeserver", ct);
        }
    }

    /// <summary>`mxc://server/id` as `server/id`; ids that were made up can't lead to another path.</summary>
    private static string? Path(string reference)
    {
        if (!reference.StartsWith("mxc://", StringComparison.Ordinal)) { return reference.Length > 0 && !reference.Contains('/') ? MatrixApi.Part(reference) : null; }
        var parts = reference[6..].Split('/');
        return parts is [{ Length: > 0 } server, { Length: > 0 } id] ? $"{MatrixApi.Part(server)}/{MatrixApi.Part(id)}" : null;
    }
}
