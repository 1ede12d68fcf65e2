using Braid.Simulator.Http;

namespace Braid.Simulator.Telegram;

/// <summary>Media given by URL: Telegram fetches it itself before it answers.</summary>
internal static class TelegramUploads
{
    private static readonly string[] Fields = ["photo", "document", "video", "audio", "voice", "animation", "sticker"];

    public static async Task<IReadOnlyDictionary<string, SimulatedFile>> FetchAsync(Call call, HttpClient http, CancellationToken gone)
    {
        var files = new Dictionary<string, SimulatedFile>(call.Files, StringComparer.Ordinal);
        foreach (var field in Fields)
        {
            if (call.Text(field) is { } value && Uri.TryCreate(value, UriKind.Absolute, out var url) && url.Scheme.StartsWith("http", StringComparison.Ordinal))
            {
                files[field] = await FetchAsync(http, url, gone);
            }
            else if (call.Text(field) is { } attached && attached.StartsWith("attach://", StringComparison.Ordinal)
                && call.Files.TryGetValue(attached["attach://".Length..], out var file))
            {
                files[field] = file;
            }
        }

        return files;
    }

    private static async Task<SimulatedFile> FetchAsync(HttpClient http, Uri url, CancellationToken gone)
    {
        try
        {
            using var response = await http.GetAsync(url, gone);
            if (!response.IsSuccessStatusCode)
            {
                throw TelegramAnswer.Bad("failed to get HTTP URL content");
            }

            var type = response.Content.Headers.ContentType?.MediaType ?? "application/octet-stream";
            return new SimulatedFile(Path.GetFileName(url.LocalPath), type, await response.Content.ReadAsByteArrayAsync(gone));
        }
        catch (HttpRequestException)
        {
            throw TelegramAnswer.Bad("failed to get HTTP URL content");
        }
    }
}
