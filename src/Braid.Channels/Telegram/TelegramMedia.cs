using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.Telegram;

/// <summary>Fetches files. A file's link lives an hour and holds the token, so it is asked for each time and shown to nobody.</summary>
internal sealed class TelegramMedia : IMedia<TelegramSettings>
{
    public async Task<MediaContent> OpenAsync(MediaRequest request, TelegramSettings settings, ProviderContext context, CancellationToken ct)
    {
        var api = new TelegramApi(settings, context.Http, context.Clock);
        var answer = await api.CallAsync("getFile", new JsonObject { ["file_id"] = request.Reference }, ct);
        if (answer is not ProviderAnswer.Answered { Ok: true } found) throw Unavailable(answer);
        if (found.Json.Get("result").Text("file_path") is not { } path) throw new MediaUnavailableException("Telegram no longer has this file.");

        using var get = api.FileRequest(path);
        var file = await FileDownload.OpenAsync(get, context.Http, "Telegram", ct);
        var type = file.Headers.ContentType?.MediaType;
        return new MediaContent(
            await file.ReadAsStreamAsync(ct),
            type is "application/octet-stream" ? null : type,
            path[(path.LastIndexOf('/') + 1)..],
            file.Headers.ContentLength ?? found.Json.Get("result").Number("file_size"));
    }

    private static MediaUnavailableException Unavailable(ProviderAnswer answer) => answer switch
    {
        ProviderAnswer.Answered { Status: 400 } no when no.Json.Text("description")?.Contains("too big", StringComparison.Ordinal) == true =>
            new("The file is larger than the 20 MB a Telegram bot may fetch. Ask the customer for a link."),
        ProviderAnswer.Answered { Status: 400 } => new("Telegram no longer has this file."),
        ProviderAnswer.Answered { Status: 401 or 404 } => new("Telegram does not accept the bot token.", permanent: false),
        _ => new(TelegramApi.Trouble(answer) + ".", permanent: false),
    };
}
