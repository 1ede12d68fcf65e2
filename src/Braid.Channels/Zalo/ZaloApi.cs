using Braid.Channels.Common;

namespace Braid.Channels.Zalo;

/// <summary>Calls the Official Account API with a token that lives a day; each refresh token works once and brings the next.</summary>
internal sealed class ZaloApi(ZaloSettings settings, ProviderContext context)
{
    public const string SignIn = "Open the inbox's settings and press Sign in.";

    public Task<ProviderAnswer> CallAsync(Func<JsonApi, Task<ProviderAnswer>> call, CancellationToken ct) =>
        context.Tokens.CallAsync("access", RenewAsync, token => call(Api(token)), no => no.Json.Number("error") is -124 or -216, ct);

    public static JsonApi OAuth(ZaloSettings settings, ProviderContext context) => new(
        JsonApi.Base(settings.ApiBaseUrl, "https://oauth.zaloapp.com"), context, ZaloChannel.Limits.CallTimeout,
        request => request.Headers.TryAddWithoutValidation("secret_key", settings.AppSecret));

    public JsonApi Files => new(JsonApi.Base(settings.ApiBaseUrl, "https://openapi.zalo.me"), context, ZaloChannel.Limits.CallTimeout);

    private JsonApi Api(string token) => new(
        JsonApi.Base(settings.ApiBaseUrl, "https://openapi.zalo.me"), context, ZaloChannel.Limits.CallTimeout,
        request => request.Headers.TryAddWithoutValidation("access_token", token));

    /// <summary>
    /// The newest refresh token is the kept one; after a new sign-in it is the one in the settings, and the kept one is refused.
    /// </summary>
    private async Task<KeptToken> RenewAsync(KeptToken? last, CancellationToken ct)
    {
        var candidates = new[] { last?.RefreshToken, settings.RefreshToken }.OfType<string>().Where(t => t.Length > 0).Distinct().ToList();
        if (candidates.Count == 0) { throw new TokenRefusedException("Nobody has signed in at Zalo for this inbox yet.", SignIn); }

        for (var i = 0; ; i++)
        {
            var answer = await OAuth(settings, context).PostFormAsync(
                "v4/oa/access_token", [new("app_id", settings.AppId), new("grant_type", "refresh_token"), new("refresh_token", candidates[i])], ct);
            if (Refused(answer) && i + 1 < candidates.Count) { continue; }
            if (Refused(answer)) { throw new TokenRefusedException("Zalo no longer accepts the sign-in.", SignIn); }
            return TokenCalls.Read(answer, "Zalo", SignIn, context.Clock.GetUtcNow(), last);
        }
    }

    /// <summary>A refusal comes as a 200 with an error in it.</summary>
    internal static bool Refused(ProviderAnswer answer) => answer is ProviderAnswer.Answered { Ok: true } said && said.Json.Get("error").Exists() && said.Json.Number("error") != 0
        || answer is ProviderAnswer.Answered { Status: 400 or 401 or 403 };
}
