using Braid.Channels.Common;

namespace Braid.Channels.Bluesky;

/// <summary>Files lie on their author's server, which the public directory names. No credentials are needed or given.</summary>
internal sealed class BlueskyMedia : IMedia<BlueskySettings>
{
    public async Task<MediaContent> OpenAsync(MediaRequest request, BlueskySettings settings, ProviderContext context, CancellationToken ct)
    {
        if (request.Reference.Split(' ') is not [var did, var cid]) { throw new MediaUnavailableException("This file has no address on Bluesky."); }
        var own = JsonApi.Base(settings.ApiBaseUrl, BlueskyChannel.DefaultHost);
        var directory = did.StartsWith("did:web:", StringComparison.Ordinal)
            ? new JsonApi($"https://{Uri.EscapeDataString(did[8..])}", context, BlueskyChannel.Limits.CallTimeout)
            : new JsonApi(JsonApi.Base(settings.DirectoryUrl, "https://plc.directory"), context, BlueskyChannel.Limits.CallTimeout);
        var document = await directory.GetAsync(did.StartsWith("did:web:", StringComparison.Ordinal) ? ".well-known/did.json" : Uri.EscapeDataString(did), ct);
        if (document is not ProviderAnswer.Answered { Ok: true } found || BlueskyHosts.ServerOf(found.Json, own) is not { } server)
        {
            throw new MediaUnavailableException("The author's server can't be found.", permanent: document is ProviderAnswer.Answered { Status: 404 or 410 });
        }

        using var get = new JsonApi(server, context, BlueskyChannel.Limits.CallTimeout)
            .Request(HttpMethod.Get, $"xrpc/com.atproto.sync.getBlob?did={Uri.EscapeDataString(did)}&cid={Uri.EscapeDataString(cid)}");
        var file = await FileDownload.OpenAsync(get, context.Http, "Bluesky", ct);
        return new MediaContent(await file.ReadAsStreamAsync(ct), file.Headers.ContentType?.MediaType, null, file.Headers.ContentLength);
    }
}
