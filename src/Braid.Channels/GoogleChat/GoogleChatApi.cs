using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.GoogleChat;

/// <summary>The Chat API as the app: a signed assertion buys a token for an hour.</summary>
internal sealed class GoogleChatApi(GoogleChatSettings settings, ProviderContext context)
{
    private const string Provider = "https://chat.googleapis.com";
    private const string TokenAt = "https://oauth2.googleapis.com/token";
    private const string Scope = "https://www.googleapis.com/auth/chat.bot";

    public Task<KeptToken> TokenAsync(CancellationToken ct) => context.Tokens.GetAsync("app", (_, cancel) => RenewAsync(cancel), ct);

    public async Task<SendResult> CallAsync(HttpMethod method, string path, JsonObject? body, Func<ProviderAnswer, SendResult> read, CancellationToken ct)
    {
        for (var again = false; ; again = true)
        {
            var (token, refused) = await TokenTry.GetAsync(() => TokenAsync(ct));
            if (token is null) { return refused!; }
            HttpContent? content = body is null ? null : new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body)) { Headers = { ContentType = new("application/json") } };
            var answer = await Api(token).CallAsync(method, path, content, ct);
            if (answer is not ProviderAnswer.Answered { Status: 401 } || again) { return read(answer); }
            context.Tokens.Forget("app", token);
        }
    }

    public HttpRequestMessage? FileRequest(string reference, KeptToken token) => reference.StartsWith("https://", StringComparison.Ordinal)
        ? Api(token).FileRequest(reference, withCredentials: false)
        : Api(token).Request(HttpMethod.Get, $"v1/media/{Name(reference)}?alt=media");

    /// <summary>A name's parts, each safe in an address.</summary>
    public static string Name(string name) => string.Join('/', name.Split('/').Select(Uri.EscapeDataString));

    private JsonApi Api(KeptToken token) => new(JsonApi.Base(settings.ApiBaseUrl, Provider), context, GoogleChatChannel.Limits.CallTimeout, JsonApi.Bearer(token.Value));

    private async Task<KeptToken> RenewAsync(CancellationToken ct)
    {
        var answer = await new JsonApi(JsonApi.Base(settings.TokenUrl, TokenAt), context, GoogleChatChannel.Limits.CallTimeout).PostFormAsync("",
        [
            new("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"), new("assertion", Assertion()),
        ], ct);
        if (answer is ProviderAnswer.Answered { Ok: true } yes && yes.Json.Text("access_token") is { } token)
        {
            return new KeptToken(token, context.Clock.GetUtcNow().AddSeconds(Math.Clamp(yes.Json.Number("expires_in") ?? 3600, 60, 86_400)));
        }

        throw answer is ProviderAnswer.Answered { Status: 400 or 401 or 403 } no
            ? Refused($"Google does not accept the service account ({no.Json.Text("error") ?? $"{no.Status}"})")
            : new TokenUnavailableException("Google's sign-in does not answer now");
    }

    private string Assertion()
    {
        if (settings.ServiceAccount() is not (var email, var pem)) { throw Refused("The service account's key is not readable"); }
        var now = context.Clock.GetUtcNow();
        var claims = new JsonObject
        {
            ["iss"] = email, ["scope"] = Scope, ["aud"] = TokenAt, ["iat"] = now.ToUnixTimeSeconds(), ["exp"] = now.AddMinutes(55).ToUnixTimeSeconds(),
        };
        var signed = Url("""{"alg":"RS256","typ":"JWT"}"""u8) + "." + Url(JsonSerializer.SerializeToUtf8Bytes(claims));
        try
        {
            using var key = RSA.Create();
            key.ImportFromPem(pem);
            return $"{signed}.{Url(key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            throw Refused("The service account's private key is not readable");
        }
    }

    private static TokenRefusedException Refused(string reason) => new(reason, "Make a new JSON key for the service account and paste the whole file");

    private static string Url(ReadOnlySpan<byte> bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);
}
