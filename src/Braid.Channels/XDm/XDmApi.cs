using Braid.Channels.Common;

namespace Braid.Channels.XDm;

/// <summary>Calls X as the account (signed, OAuth 1.0a) or as the app (bearer token, for webhooks).</summary>
internal sealed class XDmApi(XDmSettings settings, ProviderContext context)
{
    private readonly string host = JsonApi.Base(settings.ApiBaseUrl, "https://api.x.com");

    public JsonApi Account => new(host, context, XDmChannel.Limits.CallTimeout, request => settings.Signer.Authorize(request, context.Clock));

    public Task<ProviderAnswer> AsAppAsync(Func<JsonApi, Task<ProviderAnswer>> call, CancellationToken ct) => context.Tokens.CallAsync(
        "app", RenewAsync, token => call(new JsonApi(host, context, XDmChannel.Limits.CallTimeout, JsonApi.Bearer(token))), no => no.Status == 401, ct);

    /// <summary>Files of messages lie on X's own hosts and want a signed request; anything else gets none.</summary>
    public HttpRequestMessage? FileRequest(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address)) { return null; }
        var ours = Uri.TryCreate(host, UriKind.Absolute, out var api) && api.Authority == address.Authority && api.Scheme == address.Scheme;
        if (!ours && address.Scheme != Uri.UriSchemeHttps) { return null; }
        var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (ours || IsX(address.Host)) { settings.Signer.Authorize(request, context.Clock); }
        return request;
    }

    private static bool IsX(string name) => new[] { ".twitter.com", ".x.com", ".twimg.com" }.Any(end => name.EndsWith(end, StringComparison.OrdinalIgnoreCase));

    private async Task<KeptToken> RenewAsync(KeptToken? last, CancellationToken ct)
    {
        var api = new JsonApi(host, context, XDmChannel.Limits.CallTimeout, JsonApi.Basic(Uri.EscapeDataString(settings.ConsumerKey), Uri.EscapeDataString(settings.ConsumerSecret)));
        var answer = await api.PostFormAsync("oauth2/token", [new("grant_type", "client_credentials")], ct);
        return TokenCalls.Read(answer, "X", "Copy the API key and its secret from Keys and tokens again.", context.Clock.GetUtcNow());
    }
}
