using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.AppleMessages;

/// <summary>Tokens of both directions: HS256 over the decoded secret. Ours name us as issuer, Apple's as audience.</summary>
internal static class AppleToken
{
    private static readonly string Head = Base64Url.EncodeToString("""{"alg":"HS256"}"""u8);
    private static readonly TimeSpan Fresh = TimeSpan.FromHours(1);

    public static string Make(AppleMessagesSettings settings, DateTimeOffset now)
    {
        var claims = new JsonObject { ["iss"] = settings.MspId, ["iat"] = now.ToUnixTimeSeconds() };
        var text = $"{Head}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims.ToJsonString()))}";
        return $"{text}.{Sign(text, settings.Key)}";
    }

    /// <summary>Null when the token is right, else what is wrong with it.</summary>
    public static string? Problem(string? token, AppleMessagesSettings settings, DateTimeOffset at)
    {
        if (settings.Key.Length == 0 || token is not { Length: > 0 and < 8192 } || token.Split('.') is not [var head, var payload, var signature]) { return "there is no token"; }
        if (Json(head).Text("alg") != "HS256") { return "the token's algorithm is not HS256"; }
        // The text is compared, not the bytes: base64 has several spellings of one signature.
        if (!Secrets.Match(signature, Sign($"{head}.{payload}", settings.Key))) { return "the token's signature does not match the API secret"; }

        var claims = Json(payload);
        if (claims.Text("aud") != settings.MspId) { return "the token is for another MSP"; }
        return claims.Number("iat") is > 0 and < 100_000_000_000 and var seconds && (at - DateTimeOffset.FromUnixTimeSeconds(seconds)).Duration() <= Fresh
            ? null
            : "the token is too old";
    }

    private static string Sign(string text, byte[] key) => Base64Url.EncodeToString(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text)));

    private static JsonElement Json(string part)
    {
        try
        {
            using var document = JsonDocument.Parse(Base64Url.DecodeFromChars(part));
            return document.RootElement.Clone();
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
            return default;
        }
    }
}
