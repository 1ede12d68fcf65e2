using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.Reddit;

/// <summary>Reddit wants to know who calls: without a user agent of its own a client is turned away.</summary>
internal sealed class RedditApi(RedditSettings settings, ProviderContext context)
{
    private const string Again = "Open the inbox's settings and sign in with Reddit again.";

    public Task<ProviderAnswer> GetAsync(string path, CancellationToken ct) => CallAsync(api => api.GetAsync(path, ct), ct);

    public Task<ProviderAnswer> PostAsync(string path, IEnumerable<KeyValuePair<string, string>> fields, CancellationToken ct)
    {
        List<KeyValuePair<string, string>> form = [new("api_type", "json"), .. fields];
        return CallAsync(api => api.PostFormAsync(path, form, ct), ct);
    }

    public async Task<LoginOutcome> FinishAsync(LoginAnswer answer, CancellationToken ct)
    {
        if (answer.Code is not { Length: > 0 } code)
        {
            return new LoginOutcome.Refused("Reddit sent no code: the sign-in was cancelled. Try again and allow what is asked.");
        }

        return await AskAsync([new("grant_type", "authorization_code"), new("code", code), new("redirect_uri", answer.RedirectUri.AbsoluteUri)], ct) switch
        {
            ProviderAnswer.Answered { Ok: true } yes when yes.Json.Text("refresh_token") is { } refresh => new LoginOutcome.Connected(new JsonObject { ["refreshToken"] = refresh }),
            ProviderAnswer.Answered no => new LoginOutcome.Refused($"Reddit does not accept the sign-in ({no.Status}). Check the app's id, secret and redirect address, then try again."),
            _ => new LoginOutcome.Refused("Reddit can't be reached. Try again in a minute."),
        };
    }

    private Task<ProviderAnswer> CallAsync(Func<JsonApi, Task<ProviderAnswer>> call, CancellationToken ct) => context.Tokens.CallAsync(
        "reddit", RenewAsync,
        token => call(new JsonApi(JsonApi.Base(settings.ApiBaseUrl, "https://oauth.reddit.com"), context, RedditChannel.Limits.CallTimeout, request =>
        {
            JsonApi.Bearer(token)(request);
            Introduce(request);
        })),
        no => no.Status == 401, ct);

    private async Task<KeptToken> RenewAsync(KeptToken? last, CancellationToken ct)
    {
        if ((last?.RefreshToken ?? settings.RefreshToken) is not { Length: > 0 } refresh)
        {
            throw new TokenRefusedException("Nobody has signed in with Reddit yet.", Again);
        }

        var answer = await AskAsync([new("grant_type", "refresh_token"), new("refresh_token", refresh)], ct);
        return TokenCalls.Read(answer, "Reddit", Again, context.Clock.GetUtcNow(), new KeptToken("", null) { RefreshToken = refresh });
    }

    private Task<ProviderAnswer> AskAsync(IEnumerable<KeyValuePair<string, string>> fields, CancellationToken ct) =>
        new JsonApi(JsonApi.Base(settings.TokenUrl, "https://www.reddit.com/api/v1/access_token"), context, RedditChannel.Limits.CallTimeout, request =>
        {
            JsonApi.Basic(settings.ClientId, settings.ClientSecret)(request);
            Introduce(request);
        }).PostFormAsync("", fields, ct);

    private void Introduce(HttpRequestMessage request) => request.Headers.TryAddWithoutValidation("User-Agent", $"server:braid:1.0 (by /u/{settings.Username})");
}

internal sealed class RedditLogin : ILogin<RedditSettings>
{
    private const string Scopes = "identity read submit edit privatemessages modposts";

    public Uri Begin(RedditSettings settings, LoginRequest request)
    {
        if (settings.ClientId.Length == 0)
        {
            throw new SettingsException(new Dictionary<string, string> { ["clientId"] = "Enter the app's id and secret first, then sign in." });
        }

        (string, string)[] query =
        [
            ("client_id", settings.ClientId), ("response_type", "code"), ("state", request.State), ("redirect_uri", request.RedirectUri.AbsoluteUri), ("duration", "permanent"), ("scope", Scopes),
        ];
        return new Uri("https://www.reddit.com/api/v1/authorize?" + string.Join('&', query.Select(p => $"{p.Item1}={Uri.EscapeDataString(p.Item2)}")));
    }

    public Task<LoginOutcome> FinishAsync(LoginAnswer answer, RedditSettings settings, ProviderContext context, CancellationToken ct) => new RedditApi(settings, context).FinishAsync(answer, ct);
}
