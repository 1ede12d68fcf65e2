using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Braid.Channels.Common;

namespace Braid.Channels.WeChat;

/// <summary>Calls WeChat with the account's access token, which stands in the address.</summary>
internal sealed partial class WeChatApi(WeChatSettings settings, ProviderContext context)
{
    private const string TokenName = "access_token";
    private static readonly JsonSerializerOptions Raw = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly JsonApi api = settings.Api(context);

    public DateTimeOffset Now => context.Clock.GetUtcNow();

    public Task<ProviderAnswer> PostAsync(string path, JsonObject body, CancellationToken ct) =>
        CallAsync(HttpMethod.Post, path, () => Task.FromResult<HttpContent?>(Content(body)), ct);

    public Task<ProviderAnswer> GetAsync(string path, CancellationToken ct) => CallAsync(HttpMethod.Get, path, () => Task.FromResult<HttpContent?>(null), ct);

    public Task<ProviderAnswer> CallAsync(HttpMethod method, string path, Func<Task<HttpContent?>> content, CancellationToken ct) => context.Tokens.CallAsync(
        TokenName, RenewAsync, async token => await api.CallAsync(method, WithToken(path, token), await content(), ct), no => IsTokenRefused(Code(no.Json)), ct);

    /// <summary>A download, and what is left to do when the token is refused.</summary>
    public async Task<(HttpRequestMessage Request, Action Forget)> FileRequestAsync(string path, CancellationToken ct)
    {
        var token = await context.Tokens.GetAsync(TokenName, RenewAsync, ct);
        return (api.Request(HttpMethod.Get, WithToken(path, token.Value)), () => context.Tokens.Forget(TokenName, token));
    }

    public HttpRequestMessage? FileAt(string url) => api.FileRequest(url, withCredentials: false);

    public static bool IsTokenRefused(long? code) => code is 40001 or 40014 or 42001;

    /// <summary>Null when the answer is none of WeChat's own; 0 is a yes.</summary>
    public static long? Code(JsonElement json) => json.Number("errcode");

    /// <summary>
    /// Raw UTF-8: an escaped Chinese character or emoji would be shown to the customer as the escape itself. The framework leaves the plain
    /// ones alone but escapes emoji always, so those are put back.
    /// </summary>
    public static ByteArrayContent Content(JsonObject body)
    {
        var json = EscapedPair().Replace(body.ToJsonString(Raw), m => m.Groups[1].Value
            + (char)Convert.ToInt32(m.Groups[2].Value, 16) + (char)Convert.ToInt32(m.Groups[3].Value, 16));
        return new(Encoding.UTF8.GetBytes(json)) { Headers = { ContentType = new("application/json") { CharSet = "utf-8" } } };
    }

    /// <summary>The "stable" token: asking for it does not end the one another program uses.</summary>
    private async Task<KeptToken> RenewAsync(KeptToken? last, CancellationToken ct)
    {
        var answer = await api.CallAsync(HttpMethod.Post, "cgi-bin/stable_token", Content(new JsonObject
        {
            ["grant_type"] = "client_credential", ["appid"] = settings.AppId, ["secret"] = settings.AppSecret, ["force_refresh"] = false,
        }), ct);
        return answer is ProviderAnswer.Answered { Ok: true } no && Code(no.Json) is { } code and not 0 ? throw Refusal(code)
            : TokenCalls.Read(answer, "WeChat", "Check the AppID and make a new AppSecret in Basic Configuration (基本配置).", Now);
    }

    private static Exception Refusal(long code) => code switch
    {
        40164 => new TokenRefusedException("WeChat does not know this server's address.", "Add the server's public IP address to the whitelist (IP白名单) in Basic Configuration."),
        -1 or 45009 or 45011 => new TokenUnavailableException($"WeChat gives no token now ({code})."),
        _ => new TokenRefusedException($"WeChat does not accept the AppID and AppSecret ({code}).", "Copy the AppID and make a new AppSecret in Basic Configuration (基本配置)."),
    };

    private static string WithToken(string path, string token) => $"{path}{(path.Contains('?') ? '&' : '?')}access_token={Uri.EscapeDataString(token)}";

    [GeneratedRegex(@"(?<!\\)((?:\\\\)*)\\u(D[89AB][0-9A-F]{2})\\u(D[C-F][0-9A-F]{2})", RegexOptions.IgnoreCase)]
    private static partial Regex EscapedPair();
}
