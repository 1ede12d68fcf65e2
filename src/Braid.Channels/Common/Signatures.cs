using System.Security.Cryptography;
using System.Text;
using Org.BouncyCastle.Math.EC.Rfc8032;

namespace Braid.Channels.Common;

/// <summary>Proofs over raw bytes. Comparisons take constant time; whatever is malformed is simply no proof.</summary>
internal static class Signatures
{
    public static string HmacSha256Hex(string secret, ReadOnlySpan<byte> data) => Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), data));

    public static string HmacSha256Base64(string secret, ReadOnlySpan<byte> data) => Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), data));

#pragma warning disable CA5350 // Some providers sign with HMAC-SHA1 and nothing else; as a MAC it still stands.
    public static string HmacSha1Base64(string secret, ReadOnlySpan<byte> data) => Convert.ToBase64String(HMACSHA1.HashData(Encoding.UTF8.GetBytes(secret), data));
#pragma warning restore CA5350

    /// <summary>Text, then the body's own bytes: `{timestamp}.{body}` and the like, without decoding the body.</summary>
    public static byte[] Join(string before, ReadOnlySpan<byte> body, string after = "")
    {
        var joined = new byte[Encoding.UTF8.GetByteCount(before) + body.Length + Encoding.UTF8.GetByteCount(after)];
        var at = Encoding.UTF8.GetBytes(before, joined);
        body.CopyTo(joined.AsSpan(at));
        Encoding.UTF8.GetBytes(after, joined.AsSpan(at + body.Length));
        return joined;
    }

    /// <summary>The framework has no Ed25519; this is RFC 8032 as BouncyCastle implements it.</summary>
    public static bool IsEd25519(byte[]? publicKey, byte[]? signature, ReadOnlySpan<byte> data)
    {
        if (publicKey is not { Length: 32 } || signature is not { Length: 64 }) { return false; }
        var message = data.ToArray();
        return Ed25519.Verify(signature, 0, publicKey, 0, message, 0, message.Length);
    }

    /// <summary>Null when it is no hexadecimal text.</summary>
    public static byte[]? Hex(string? text)
    {
        if (string.IsNullOrEmpty(text) || text.Length % 2 != 0) { return null; }
        try { return Convert.FromHexString(text); }
        catch (FormatException) { return null; }
    }

    /// <summary>Null when it is no base64.</summary>
    public static byte[]? Base64(string? text)
    {
        if (string.IsNullOrEmpty(text)) { return null; }
        var buffer = new byte[text.Length];
        return Convert.TryFromBase64String(text, buffer, out var length) ? buffer[..length] : null;
    }

    /// <summary>True when a Unix time in seconds (as text) lies within the tolerance of the request's arrival.</summary>
    public static bool IsFresh(string? unixSeconds, DateTimeOffset receivedAt, TimeSpan tolerance) =>
        long.TryParse(unixSeconds, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var seconds)
        && seconds < 100_000_000_000 && (receivedAt - DateTimeOffset.FromUnixTimeSeconds(seconds)).Duration() <= tolerance;
}
