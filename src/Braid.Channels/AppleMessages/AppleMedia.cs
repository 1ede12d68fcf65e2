using System.Text.Json;
using Braid.Channels.Common;

namespace Braid.Channels.AppleMessages;

/// <summary>Asks Apple where the file lies now, fetches it and decrypts it on the way.</summary>
internal sealed class AppleMedia : IMedia<AppleMessagesSettings>
{
    public async Task<MediaContent> OpenAsync(MediaRequest request, AppleMessagesSettings settings, ProviderContext context, CancellationToken ct)
    {
        var file = Parse(request.Reference);
        if (AppleFile.Key(file.Text("key")) is not { } key) { throw new MediaUnavailableException("The message did not bring what is needed to open this file."); }

        var api = new AppleApi(settings, context).Gateway;
        var answer = await api.CallAsync(HttpMethod.Get, "preDownload", null, ct, get =>
        {
            get.Headers.TryAddWithoutValidation("source-id", settings.BusinessId);
            foreach (var name in new[] { "url", "owner", "signature" }) { get.Headers.TryAddWithoutValidation(name, file.Text(name)); }
        });
        if (answer is not ProviderAnswer.Answered { Ok: true } found || found.Json.Text("download-url") is not { } address)
        {
            throw new MediaUnavailableException("Apple does not give this file now.", permanent: answer is ProviderAnswer.Answered { Status: 400 or 403 or 404 or 410 });
        }

        using var download = api.FileRequest(address, withCredentials: false) ?? throw new MediaUnavailableException("Apple gave no usable address for the file.");
        var content = await FileDownload.OpenAsync(download, context.Http, "Apple", ct);
        return new MediaContent(AppleFile.Cipher(await content.ReadAsStreamAsync(ct), key), file.Text("type"), file.Text("name"), file.Number("size"));
    }

    private static JsonElement Parse(string reference)
    {
        try
        {
            using var document = JsonDocument.Parse(reference);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return default;
        }
    }
}
