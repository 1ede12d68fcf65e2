using Braid.Channels.Common;

namespace Braid.Channels.Line;

/// <summary>
/// Calls the Messaging API, with the inbox's own token or with one that lives a quarter of an hour and is renewed when LINE refuses it.
/// </summary>
internal sealed class LineApi(LineSettings settings, ProviderContext context)
{
    private const string TokenFix = "Copy the channel id and the channel secret from the LINE Developers console again.";

    private readonly string host = JsonApi.Base(settings.ApiBaseUrl, "https://api.line.me");

    public Task<ProviderAnswer> CallAsync(Func<JsonApi, Task<ProviderAnswer>> call, CancellationToken ct) =>
        settings.ChannelAccessToken is { Length: > 0 } fixedToken
            ? call(Api(fixedToken))
            : context.Tokens.CallAsync("access", RenewAsync, token => call(Api(token)), no => no.Status == 401, ct);

    /// <summary>Files lie on a host of their own, except behind a gateway.</summary>
    public async Task<JsonApi> FilesAsync(CancellationToken ct)
    {
        var token = settings.ChannelAccessToken is { Length: > 0 } fixedToken ? fixedToken : (await context.Tokens.GetAsync("access", RenewAsync, ct)).Value;
        return new JsonApi(JsonApi.Base(settings.ApiBaseUrl, "https://api-data.line.me"), context, LineChannel.Limits.CallTimeout, JsonApi.Bearer(token));
    }

    private JsonApi Api(string token) => new(host, context, LineChannel.Limits.CallTimeout, JsonApi.Bearer(token));

    private async Task<KeptToken> RenewAsync(KeptToken? last, CancellationToken ct)
    {
        var answer = await new JsonApi(host, context, LineChannel.Limits.CallTimeout).PostFormAsync(
            "oauth2/v3/token",
            [new("grant_type", "client_credentials"), new("client_id", settings.ChannelId ?? ""), new("client_secret", settings.ChannelSecret)],
            ct);
        return TokenCalls.Read(answer, "LINE", TokenFix, context.Clock.GetUtcNow(), last);
    }
}
