using System.Text.Json;
using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.TikTok;

/// <summary>Calls TikTok's business API. Every path ends with a slash; errors come with status 200 and a code.</summary>
internal sealed class TikTokApi(TikTokSettings settings, ProviderContext context)
{
    private const string TokenName = "access_token";
    private const string SignInAgain = "Open the inbox's settings and sign in with the TikTok business account again.";

    public Task<ProviderAnswer> PostAsync(string path, JsonObject body, CancellationToken ct) => CallAsync(api => api.PostAsync(path, body.DeepClone(), ct), ct);

    public Task<ProviderAnswer> CallAsync(Func<JsonApi, Task<ProviderAnswer>> call, CancellationToken ct) => context.Tokens.CallAsync(
        TokenName, RenewAsync, token => call(Api(token)), no => Code(no.Json) == 40105 || (no.Status == 401 && Code(no.Json) is null), ct);

    public async Task<string> TokenAsync(CancellationToken ct) => (await context.Tokens.GetAsync(TokenName, RenewAsync, ct)).Value;

    public JsonApi Api(string? token) => new(
        settings.Api, context, TikTokChannel.Limits.CallTimeout, token is null ? null : request => request.Headers.TryAddWithoutValidation("Access-Token", token));

    /// <summary>Null when the answer is none of TikTok's own; 0 is a yes.</summary>
    public static long? Code(JsonElement json) => json.Number("code");

    public static bool IsYes(ProviderAnswer answer, out JsonElement data)
    {
        data = answer is ProviderAnswer.Answered { Ok: true } yes && Code(yes.Json) == 0 ? yes.Json.Get("data") : default;
        return answer is ProviderAnswer.Answered { Ok: true } ok && Code(ok.Json) == 0;
    }

    /// <summary>The refresh token changes with each use; the newest is on the disk before the access token is used.</summary>
    private async Task<KeptToken> RenewAsync(KeptToken? last, CancellationToken ct)
    {
        if ((last?.RefreshToken ?? settings.RefreshToken) is not { Length: > 0 } refresh)
        {
            throw new TokenRefusedException("Nobody has signed in with TikTok yet.", SignInAgain);
        }

        var answer = await Api(null).PostAsync("tt_user/oauth2/refresh_token/", new JsonObject
        {
            ["client_id"] = settings.AppId, ["client_secret"] = settings.AppSecret, ["grant_type"] = "refresh_token", ["refresh_token"] = refresh,
        }, ct);
        if (IsYes(answer, out var data) && data.Text("access_token") is { } token)
        {
            return new KeptToken(token, context.Clock.GetUtcNow().AddSeconds(data.Number("expires_in") ?? 86_400)) { RefreshToken = data.Text("refresh_token") ?? refresh };
        }

        throw answer switch
        {
            ProviderAnswer.Answered no when Code(no.Json) is { } code and not (40100 or (>= 50_000 and < 60_000)) =>
                new TokenRefusedException($"TikTok no longer accepts the sign-in ({code}).", SignInAgain),
            ProviderAnswer.Answered no => new TokenUnavailableException($"TikTok gave no token ({Code(no.Json) ?? no.Status})."),
            _ => new TokenUnavailableException("TikTok can't be reached for a token."),
        };
    }
}
