using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.TikTok;

/// <summary>Fetches pictures and videos (an address good for a day, opened with the token) and stickers (a public address, 30 days).</summary>
internal sealed class TikTokMedia : IMedia<TikTokSettings>
{
    /// <summary>TikTok's ids are letters, digits and base64's own signs, never a bar.</summary>
    public static string Of(string type, string conversation, string message, string media) => $"{type}|{conversation}|{message}|{media}";

    public static string At(string url) => "url|" + url;

    public Task<MediaContent> OpenAsync(MediaRequest request, TikTokSettings settings, ProviderContext context, CancellationToken ct) => TokenCalls.OpenAsync(async () =>
    {
        var api = new TikTokApi(settings, context);
        var (url, token) = request.Reference.Split('|', 2) is ["url", var address] ? (address, null) : await AddressAsync(api, request.Reference, settings, ct);
        using var get = api.Api(null).FileRequest(url) ?? throw new MediaUnavailableException("TikTok gives an address for the file that can't be used.");
        if (token is not null) { get.Headers.TryAddWithoutValidation("x-user", token); }
        var file = await FileDownload.OpenAsync(get, context.Http, "TikTok", ct);
        return new MediaContent(await file.ReadAsStreamAsync(ct), file.Headers.ContentType?.MediaType, null, file.Headers.ContentLength);
    });

    private static async Task<(string Url, string? Token)> AddressAsync(TikTokApi api, string reference, TikTokSettings settings, CancellationToken ct)
    {
        if (reference.Split('|') is not [var type, var conversation, var message, var media])
        {
            throw new MediaUnavailableException("This is not a file of TikTok's.");
        }

        var answer = await api.PostAsync("business/message/media/download/", new JsonObject
        {
            ["business_id"] = settings.BusinessId, ["conversation_id"] = conversation, ["message_id"] = message, ["media_id"] = media, ["media_type"] = type,
        }, ct);
        if (TikTokApi.IsYes(answer, out var data) && data.Text("download_url") is { } url) { return (url, await api.TokenAsync(ct)); }
        throw TikTokErrors.Result(answer) is SendResult.Failed no
            ? new MediaUnavailableException(no.Reason, permanent: no.Kind is not FailureKind.Credentials)
            : new MediaUnavailableException("TikTok can't be reached for the file.", permanent: false);
    }
}
