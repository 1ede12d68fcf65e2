using System.Text.Json;
using Braid.Channels.Common;

namespace Braid.Channels.WeChat;

/// <summary>Fetches what customers sent; WeChat keeps it for three days. A video's bytes lie at another address, which is asked for first.</summary>
internal sealed class WeChatMedia : IMedia<WeChatSettings>
{
    private const int MostWords = 64 * 1024;

    public Task<MediaContent> OpenAsync(MediaRequest request, WeChatSettings settings, ProviderContext context, CancellationToken ct) =>
        TokenCalls.OpenAsync(async () =>
        {
            var api = new WeChatApi(settings, context);
            return await OpenAsync(api, request.Reference, context, lastTry: false, ct) ?? await OpenAsync(api, request.Reference, context, lastTry: true, ct)
                ?? throw new MediaUnavailableException("WeChat does not accept the AppID and AppSecret.", permanent: false);
        });

    /// <summary>Null when the token was refused and another one should be tried.</summary>
    private static async Task<MediaContent?> OpenAsync(WeChatApi api, string id, ProviderContext context, bool lastTry, CancellationToken ct)
    {
        var (request, forget) = await api.FileRequestAsync($"cgi-bin/media/get?media_id={Uri.EscapeDataString(id)}", ct);
        using var get = request;
        var file = await FileDownload.OpenAsync(get, context.Http, "WeChat", ct);
        var type = file.Headers.ContentType?.MediaType;
        if (type is not ("application/json" or "text/plain")) { return Content(file, await file.ReadAsStreamAsync(ct), NameOf(file)); }

        // Words instead of bytes: a refusal, or a video's address.
        var words = await WordsAsync(file, ct);
        if (words.Text("video_url") is { } url) { return await VideoAsync(api, url, context, ct); }
        var code = WeChatApi.Code(words);
        if (WeChatApi.IsTokenRefused(code) && !lastTry)
        {
            forget();
            return null;
        }

        throw new MediaUnavailableException(
            code is 40007 ? "WeChat no longer has this file; it keeps files for three days." : $"WeChat does not give the file ({code}).", permanent: code is 40007);
    }

    private static async Task<MediaContent> VideoAsync(WeChatApi api, string url, ProviderContext context, CancellationToken ct)
    {
        // Given as http; the bytes are a customer's, so https is asked for, but of a gateway on this very machine.
        using var get = api.FileAt(url) ?? api.FileAt("https" + url[Math.Max(0, url.IndexOf(':', StringComparison.Ordinal))..])
            ?? throw new MediaUnavailableException("WeChat gives an address for the video that can't be used.");
        var file = await FileDownload.OpenAsync(get, context.Http, "WeChat", ct);
        return Content(file, await file.ReadAsStreamAsync(ct), NameOf(file) ?? "video.mp4");
    }

    private static MediaContent Content(HttpContent file, Stream stream, string? name) =>
        new(stream, file.Headers.ContentType?.MediaType is { } type and not "application/octet-stream" ? type : null, name, file.Headers.ContentLength);

    private static string? NameOf(HttpContent file) => file.Headers.ContentDisposition is { } d ? (d.FileNameStar ?? d.FileName)?.Trim('"') : null;

    private static async Task<JsonElement> WordsAsync(HttpContent file, CancellationToken ct)
    {
        await using var stream = await file.ReadAsStreamAsync(ct);
        var bytes = new byte[MostWords];
        var length = await stream.ReadAtLeastAsync(bytes, MostWords, throwOnEndOfStream: false, ct);
        try
        {
            using var document = JsonDocument.Parse(bytes.AsMemory(0, length));
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return default;
        }
    }
}
