using Braid.Channels.Common;

namespace Braid.Channels.Line;

/// <summary>Fetches what people sent. LINE deletes it after a time it doesn't tell, and converts films and voice notes first.</summary>
internal sealed class LineMedia : IMedia<LineSettings>
{
    public Task<MediaContent> OpenAsync(MediaRequest request, LineSettings settings, ProviderContext context, CancellationToken ct) => TokenCalls.OpenAsync(async () =>
    {
        var files = await new LineApi(settings, context).FilesAsync(ct);
        if (request.Reference.StartsWith("http", StringComparison.Ordinal))
        {
            using var elsewhere = files.FileRequest(request.Reference, withCredentials: false) ?? throw new MediaUnavailableException("The file's address is not a web address.");
            return await ContentAsync(elsewhere, context, ct);
        }

        var id = request.Reference;
        if (id.StartsWith(LineContent.Converted, StringComparison.Ordinal))
        {
            id = id[LineContent.Converted.Length..];
            await ReadyAsync(files, id, ct);
        }

        using var get = files.Request(HttpMethod.Get, $"v2/bot/message/{Uri.EscapeDataString(id)}/content");
        return await ContentAsync(get, context, ct);
    });

    private static async Task ReadyAsync(JsonApi files, string id, CancellationToken ct)
    {
        var answer = await files.GetAsync($"v2/bot/message/{Uri.EscapeDataString(id)}/content/transcoding", ct);
        switch ((answer as ProviderAnswer.Answered)?.Json.Text("status"))
        {
            case "processing":
                throw new MediaUnavailableException("LINE is still converting the file.", permanent: false);
            case "failed":
                throw new MediaUnavailableException("LINE could not convert the file.");
        }
    }

    private static async Task<MediaContent> ContentAsync(HttpRequestMessage get, ProviderContext context, CancellationToken ct)
    {
        var file = await FileDownload.OpenAsync(get, context.Http, "LINE", ct);
        return new MediaContent(await file.ReadAsStreamAsync(ct), file.Headers.ContentType?.MediaType, null, file.Headers.ContentLength);
    }
}
