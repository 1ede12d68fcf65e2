using Braid.Channels.Common;

namespace Braid.Channels.KakaoTalk;

/// <summary>Files lie at public addresses of Kakao's for a limited time; those given as http are asked for by https.</summary>
internal sealed class KakaoTalkMedia : IMedia<KakaoTalkSettings>
{
    public async Task<MediaContent> OpenAsync(MediaRequest request, KakaoTalkSettings settings, ProviderContext context, CancellationToken ct)
    {
        var url = request.Reference;
        using var get = settings.Api(context).FileRequest(url, withCredentials: false)
            ?? (url.StartsWith("http://", StringComparison.Ordinal) ? settings.Api(context).FileRequest("https://" + url["http://".Length..], withCredentials: false) : null)
            ?? throw new MediaUnavailableException("KakaoTalk gives an address for the file that can't be used.");
        var file = await FileDownload.OpenAsync(get, context.Http, "KakaoTalk", ct);
        return new MediaContent(await file.ReadAsStreamAsync(ct), file.Headers.ContentType?.MediaType, null, file.Headers.ContentLength);
    }
}
