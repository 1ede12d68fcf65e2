using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.Discord;

/// <summary>Fetches files. Their addresses are signed and live about a day; after that Discord gives fresh ones.</summary>
internal sealed class DiscordMedia : IMedia<DiscordSettings>
{
    public async Task<MediaContent> OpenAsync(MediaRequest request, DiscordSettings settings, ProviderContext context, CancellationToken ct)
    {
        var api = DiscordApi.Of(settings, context);
        try
        {
            return await FetchAsync(api, request.Reference, context, ct);
        }
        catch (MediaUnavailableException old) when (old.Permanent)
        {
            var answer = await api.PostAsync("attachments/refresh-urls", new JsonObject { ["attachment_urls"] = new JsonArray(request.Reference) }, ct);
            if (answer is ProviderAnswer.Answered { Ok: true } yes && yes.Json.Items("refreshed_urls").FirstOrDefault().Text("refreshed") is { } fresh)
            {
                return await FetchAsync(api, fresh, context, ct);
            }

            throw;
        }
    }

    private static async Task<MediaContent> FetchAsync(JsonApi api, string url, ProviderContext context, CancellationToken ct)
    {
        using var get = api.FileRequest(url, withCredentials: false) ?? throw new MediaUnavailableException("Discord gave no usable address for this file.");
        var file = await FileDownload.OpenAsync(get, context.Http, "Discord", ct);
        return new MediaContent(
            await file.ReadAsStreamAsync(ct), file.Headers.ContentType?.MediaType, Uri.UnescapeDataString(get.RequestUri!.Segments[^1]), file.Headers.ContentLength);
    }
}
