using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.Teams;

/// <summary>The Connector API with the bot's token, which lives an hour. A token refused before its time is renewed once.</summary>
internal sealed class TeamsApi(TeamsSettings settings, ProviderContext context)
{
    private const string Provider = "https://smba.trafficmanager.net/teams";
    private const string Login = "https://login.microsoftonline.com";

    public Task<KeptToken> TokenAsync(CancellationToken ct) => context.Tokens.GetAsync("bot", (_, cancel) => RenewAsync(cancel), ct);

    public async Task<SendResult> CallAsync(HttpMethod method, string path, JsonObject? body, Func<ProviderAnswer, SendResult> read, CancellationToken ct)
    {
        for (var again = false; ; again = true)
        {
            var (token, refused) = await TokenTry.GetAsync(() => TokenAsync(ct));
            if (token is null) { return refused!; }
            var answer = body is null
                ? await Api(token).CallAsync(method, path, null, ct)
                : await Api(token).CallAsync(method, path, new ByteArrayContent(System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(body)) { Headers = { ContentType = new("application/json") } }, ct);
            if (answer is not ProviderAnswer.Answered { Status: 401 } || again) { return read(answer); }
            context.Tokens.Forget("bot", token);
        }
    }

    public HttpRequestMessage? FileRequest(string url, KeptToken token) => Api(token).FileRequest(url);

    public static string Activities(string conversation) => $"v3/conversations/{Uri.EscapeDataString(conversation)}/activities";

    private JsonApi Api(KeptToken token) => new(JsonApi.Base(settings.ApiBaseUrl, Provider), context, TeamsChannel.Limits.CallTimeout, JsonApi.Bearer(token.Value));

    private async Task<KeptToken> RenewAsync(CancellationToken ct)
    {
        var tenant = string.IsNullOrWhiteSpace(settings.TenantId) ? "botframework.com" : settings.TenantId;
        var answer = await new JsonApi(JsonApi.Base(settings.LoginBaseUrl, Login), context, TeamsChannel.Limits.CallTimeout).PostFormAsync($"{tenant}/oauth2/v2.0/token",
        [
            new("grant_type", "client_credentials"), new("client_id", settings.AppId), new("client_secret", settings.ClientSecret), new("scope", "https://api.botframework.com/.default"),
        ], ct);
        if (answer is ProviderAnswer.Answered { Ok: true } yes && yes.Json.Text("access_token") is { } token)
        {
            return new KeptToken(token, context.Clock.GetUtcNow().AddSeconds(Math.Clamp(yes.Json.Number("expires_in") ?? 3600, 60, 86_400)));
        }

        throw answer is ProviderAnswer.Answered { Status: 400 or 401 or 403 } no
            ? new TokenRefusedException($"Microsoft does not accept the bot's App ID and secret ({no.Json.Text("error") ?? $"{no.Status}"})", "Create a new client secret under Manage Password of the Azure Bot, and check App ID and tenant id")
            : new TokenUnavailableException("Microsoft's sign-in does not answer now");
    }
}
