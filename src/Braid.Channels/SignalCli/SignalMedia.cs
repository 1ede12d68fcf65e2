using System.Text.Json;
using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.SignalCli;

/// <summary>Files lie with the daemon; by JSON-RPC they come as base64 in one answer.</summary>
internal sealed class SignalMedia : IMedia<SignalSettings>
{
    public async Task<MediaContent> OpenAsync(MediaRequest request, SignalSettings settings, ProviderContext context, CancellationToken ct)
    {
        var api = new SignalApi(settings, context);
        var parts = request.Reference.Split(' ', 3);
        var (method, parameters) = parts switch
        {
            ["person", var person, var id] => ("getAttachment", new JsonObject { ["id"] = id, ["recipient"] = person }),
            ["group", var group, var id] => ("getAttachment", new JsonObject { ["id"] = id, ["groupId"] = group }),
            ["sticker", var pack, var number] => ("getSticker", new JsonObject { ["packId"] = pack, ["stickerId"] = int.TryParse(number, out var n) ? n : 0 }),
            _ => throw new MediaUnavailableException("This file has no place in signal-cli."),
        };
        if (api.Rest)
        {
            if (parts[0] == "sticker") { throw new MediaUnavailableException("The REST wrapper does not give out stickers."); }
            using var get = api.Http.Request(HttpMethod.Get, $"v1/attachments/{Uri.EscapeDataString(parts[2])}");
            var file = await FileDownload.OpenAsync(get, context.Http, SignalAnswers.Provider, ct);
            return new MediaContent(await file.ReadAsStreamAsync(ct), file.Headers.ContentType?.MediaType, null, file.Headers.ContentLength);
        }

        using var ask = api.Http.Request(HttpMethod.Post, "api/v1/rpc");
        ask.Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(api.Body(method, parameters, "media"))) { Headers = { ContentType = new("application/json") } };
        using var answer = await FileDownload.OpenAsync(ask, context.Http, SignalAnswers.Provider, ct);
        return new MediaContent(new MemoryStream(await BytesAsync(answer, ct)), null, null, null);
    }

    private static async Task<byte[]> BytesAsync(HttpContent answer, CancellationToken ct)
    {
        try
        {
            await using var stream = await answer.ReadAsStreamAsync(ct);
            using var json = await JsonDocument.ParseAsync(stream, cancellationToken: ct);
            var result = json.RootElement.Get("result");
            var data = result.IsObject() ? result.Get("data") : result;
            if (data.ValueKind == JsonValueKind.String && data.TryGetBytesFromBase64(out var bytes)) { return bytes; }
        }
        catch (Exception e) when (e is JsonException or IOException or HttpRequestException)
        {
            throw new MediaUnavailableException("signal-cli's answer broke off.", permanent: false);
        }

        throw new MediaUnavailableException("signal-cli no longer has this file.");
    }
}
