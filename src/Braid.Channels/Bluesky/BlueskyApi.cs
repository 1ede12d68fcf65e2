using System.Text.Json;
using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.Bluesky;

/// <summary>XRPC calls with a session. Access tokens live two hours; an expired one is renewed and the call, which was refused, made again.</summary>
internal sealed class BlueskyApi(BlueskySettings settings, ProviderContext context)
{
    private const string Name = "session";
    private const string ChatProxy = "did:web:api.bsky.chat#bsky_chat";
    private Session? session;

    /// <summary>Our own id. Throws what <see cref="IKeptTokens"/> throws when there is no session to be had.</summary>
    public async Task<string> DidAsync(CancellationToken ct) => (await SessionAsync(ct)).Did;

    public Task<ProviderAnswer> GetAsync(string method, CancellationToken ct) => CallAsync(HttpMethod.Get, method, null, ct);

    public Task<ProviderAnswer> PostAsync(string method, JsonObject body, CancellationToken ct) => CallAsync(HttpMethod.Post, method, () => Json(body), ct);

    public Task<ProviderAnswer> UploadAsync(Func<HttpContent> content, CancellationToken ct) => CallAsync(HttpMethod.Post, "com.atproto.repo.uploadBlob", content, ct);

    /// <summary>The address of the account's own server, without credentials.</summary>
    public async Task<JsonApi> OpenServerAsync(CancellationToken ct) => new((await SessionAsync(ct)).Host, context, BlueskyChannel.Limits.CallTimeout);

    private async Task<ProviderAnswer> CallAsync(HttpMethod verb, string method, Func<HttpContent>? content, CancellationToken ct)
    {
        var answer = await OnceAsync();
        if (answer is not ProviderAnswer.Answered { Status: 400 or 401 } no || no.Json.Text("error") is not ("ExpiredToken" or "InvalidToken") || IsScope(no)) { return answer; }
        context.Tokens.Forget(Name, session!.Token);
        session = null;
        return await OnceAsync();

        async Task<ProviderAnswer> OnceAsync()
        {
            var now = await SessionAsync(ct);
            var api = new JsonApi(now.Host, context, BlueskyChannel.Limits.CallTimeout, JsonApi.Bearer(now.Jwt));
            return await api.CallAsync(verb, "xrpc/" + method, content?.Invoke(), ct, method.StartsWith("chat.", StringComparison.Ordinal)
                ? request => request.Headers.TryAddWithoutValidation("atproto-proxy", ChatProxy) : null);
        }
    }

    /// <summary>The app password was made without direct messages: no renewal helps.</summary>
    public static bool IsScope(ProviderAnswer.Answered no) => no.Json.Text("message")?.Contains("scope", StringComparison.OrdinalIgnoreCase) == true;

    private async Task<Session> SessionAsync(CancellationToken ct) => session ??= Session.Of(await context.Tokens.GetAsync(Name, RenewAsync, ct));

    private async Task<KeptToken> RenewAsync(KeptToken? last, CancellationToken ct)
    {
        var host = JsonApi.Base(settings.ApiBaseUrl, BlueskyChannel.DefaultHost);
        if (last?.RefreshToken is { } refresh)
        {
            var refreshed = await new JsonApi(host, context, BlueskyChannel.Limits.CallTimeout, JsonApi.Bearer(refresh))
                .CallAsync(HttpMethod.Post, "xrpc/com.atproto.server.refreshSession", null, ct);
            if (refreshed is ProviderAnswer.Answered { Ok: true } renewed) { return Token(renewed.Json, host); }
            if (refreshed is not ProviderAnswer.Answered { Status: 400 or 401 }) { throw new TokenUnavailableException("Bluesky does not renew the session now."); }
        }

        var answer = await new JsonApi(host, context, BlueskyChannel.Limits.CallTimeout).PostAsync("xrpc/com.atproto.server.createSession", new JsonObject
        {
            ["identifier"] = settings.Identifier.TrimStart('@'), ["password"] = settings.AppPassword,
        }, ct);
        return answer switch
        {
            ProviderAnswer.Answered { Ok: true } yes => Token(yes.Json, host),
            ProviderAnswer.Answered { Status: 400 or 401 or 403 } => throw new TokenRefusedException(
                "Bluesky does not accept the handle and app password.", "Make a new app password and enter it in the inbox's settings."),
            _ => throw new TokenUnavailableException("Bluesky does not let us sign in now."),
        };
    }

    private KeptToken Token(JsonElement json, string host)
    {
        if (json.Text("accessJwt") is not { } jwt || json.Text("did") is not { } did) { throw new TokenUnavailableException("Bluesky's answer to the sign-in can't be read."); }
        return new KeptToken($"{did} {BlueskyHosts.ServerOf(json.Get("didDoc"), host) ?? host} {jwt}", Expiry(jwt) ?? context.Clock.GetUtcNow().AddMinutes(90)) { RefreshToken = json.Text("refreshJwt") };
    }

    private static DateTimeOffset? Expiry(string jwt)
    {
        if (jwt.Split('.') is not [_, var claims, _] || Signatures.Base64(claims.Replace('-', '+').Replace('_', '/').PadRight((claims.Length + 3) / 4 * 4, '=')) is not { } bytes) { return null; }
        try
        {
            using var json = JsonDocument.Parse(bytes);
            return json.RootElement.Epoch("exp");
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static ByteArrayContent Json(JsonObject body) => new(JsonSerializer.SerializeToUtf8Bytes(body)) { Headers = { ContentType = new("application/json") } };

    private sealed record Session(string Did, string Host, string Jwt, KeptToken Token)
    {
        public static Session Of(KeptToken token)
        {
            var parts = token.Value.Split(' ', 3);
            return new(parts[0], parts[1], parts[2], token);
        }
    }
}

internal static class BlueskyHosts
{
    /// <summary>The server an account's data lies on, by its public document; only https, or the host that was set.</summary>
    public static string? ServerOf(JsonElement document, string own) =>
        document.Items("service").Where(s => s.Text("id")?.EndsWith("#atproto_pds", StringComparison.Ordinal) == true).Select(s => s.Text("serviceEndpoint")).OfType<string>()
            .FirstOrDefault(said => Uri.TryCreate(said, UriKind.Absolute, out var address)
                && (address.Scheme == Uri.UriSchemeHttps || (Uri.TryCreate(own, UriKind.Absolute, out var ours) && ours.Authority == address.Authority)));
}
