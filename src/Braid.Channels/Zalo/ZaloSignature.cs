using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Braid.Channels.Common;

namespace Braid.Channels.Zalo;

/// <summary>
/// `mac = SHA256(appId + body + timestamp + OA secret key)`: no HMAC. The time stands in the body, as written. It is the event's, and stays
/// the same when Zalo repeats it for hours, so it can't tell a stale request.
/// </summary>
internal static partial class ZaloSignature
{
    public static bool IsRight(WebhookRequest request, ZaloSettings settings)
    {
        if (settings.OaSecretKey.Length == 0 || request.Header("X-ZEvent-Signature") is not { } given) { return false; }
        return Secrets.Match((given.StartsWith("mac=", StringComparison.Ordinal) ? given[4..] : given).ToLowerInvariant(), Mac(request.Body, settings));
    }

    public static string Mac(ReadOnlyMemory<byte> body, ZaloSettings settings) =>
        Convert.ToHexStringLower(SHA256.HashData(Signatures.Join(settings.AppId, body.Span, TimestampOf(body) + settings.OaSecretKey)));

    /// <summary>A broken body may still be genuine: then the time is looked for in the bytes.</summary>
    private static string TimestampOf(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.Id("timestamp") ?? "";
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return Written().Match(Encoding.Latin1.GetString(body.Span)).Groups[1].Value;
        }
    }

    [GeneratedRegex("\"timestamp\"\\s*:\\s*\"?(\\d+)")]
    private static partial Regex Written();
}
