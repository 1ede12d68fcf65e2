using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Braid.Channels.Common;

/// <summary>Tokens that a provider signs with a secret we share (HS256 and its longer kin); <see cref="Jwt"/> is for public keys.</summary>
internal static class HmacJwt
{
    /// <summary>The claims when the signature is right, else undefined. What they say is for the caller to judge.</summary>
    public static JsonElement Claims(string? token, string? secret)
    {
        if (string.IsNullOrEmpty(token) || string.IsNullOrEmpty(secret) || token.Length > 16_384 || token.Split('.') is not [var head, var payload, var signature])
        {
            return default;
        }

        var key = Encoding.UTF8.GetBytes(secret);
        var signed = Encoding.UTF8.GetBytes($"{head}.{payload}");
        var expected = Json(head).Text("alg") switch
        {
            "HS256" => HMACSHA256.HashData(key, signed),
            "HS384" => HMACSHA384.HashData(key, signed),
            "HS512" => HMACSHA512.HashData(key, signed),
            _ => null,
        };

        // The text is compared, not the bytes: base64 has several spellings of one signature.
        return expected is not null && Secrets.Match(signature, Base64Url.EncodeToString(expected)) ? Json(payload) : default;
    }

    /// <summary>Signed by HS256, whatever the header says besides.</summary>
    public static string Make(JsonObject header, JsonObject claims, string secret)
    {
        var signed = $"{Part(header)}.{Part(claims)}";
        return $"{signed}.{Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(signed)))}";
    }

    private static string Part(JsonObject json) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(json));

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
