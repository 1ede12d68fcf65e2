using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Braid.Channels.EmailWebhook;

/// <summary>Amazon's Signature Version 4 for one request.</summary>
internal static class AwsSignature
{
    public static void Sign(HttpRequestMessage request, byte[] body, string region, string service, string keyId, string secret, DateTimeOffset now)
    {
        var time = now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var day = time[..8];
        var uri = request.RequestUri!;
        var headers = $"host:{uri.Authority}\nx-amz-date:{time}\n";
        var canonical = string.Join('\n', request.Method.Method, Path(uri), uri.Query.TrimStart('?'), headers, "host;x-amz-date", Hash(body));
        var scope = $"{day}/{region}/{service}/aws4_request";
        var text = $"AWS4-HMAC-SHA256\n{time}\n{scope}\n{Hash(Encoding.UTF8.GetBytes(canonical))}";
        var key = Encoding.UTF8.GetBytes("AWS4" + secret);
        foreach (var part in new[] { day, region, service, "aws4_request" }) { key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part)); }
        var signature = Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text)));
        request.Headers.TryAddWithoutValidation("x-amz-date", time);
        request.Headers.TryAddWithoutValidation("Authorization", $"AWS4-HMAC-SHA256 Credential={keyId}/{scope}, SignedHeaders=host;x-amz-date, Signature={signature}");
    }

    // Our paths need no escaping.
    private static string Path(Uri uri) => uri.AbsolutePath.Length == 0 ? "/" : uri.AbsolutePath;

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
