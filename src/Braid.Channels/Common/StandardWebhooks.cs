using System.Security.Cryptography;
using System.Text;

namespace Braid.Channels.Common;

/// <summary>
/// The Standard Webhooks scheme: `webhook-id`, `webhook-timestamp` (seconds) and `webhook-signature`, a list of `v1,` and base64 of HMAC-SHA256 over
/// `{id}.{timestamp}.{body}`. A secret that begins with `whsec_` is base64, any other the characters it is.
/// </summary>
internal static class StandardWebhooks
{
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    /// <summary>Null when it is right, else what is wrong, in words for an admin. More than one secret may be valid while they are replaced.</summary>
    public static string? Fault(WebhookRequest request, params IEnumerable<string?> secrets)
    {
        var (id, time, given) = (request.Header("webhook-id"), request.Header("webhook-timestamp"), request.Header("webhook-signature"));
        if (string.IsNullOrEmpty(id) || string.IsNullOrEmpty(time) || string.IsNullOrEmpty(given))
        {
            return "webhook-id, webhook-timestamp or webhook-signature is missing";
        }

        if (!Signatures.IsFresh(time, request.ReceivedAt, Tolerance)) { return "webhook-timestamp is not within 5 minutes of this server's clock"; }

        var genuine = false;
        foreach (var secret in secrets.Where(s => !string.IsNullOrEmpty(s)))
        {
            var expected = "v1," + Sign(secret!, id, time, request.Body.Span);
            foreach (var one in given.Split(' ', StringSplitOptions.RemoveEmptyEntries)) { genuine |= Secrets.Match(one, expected); }
        }

        return genuine ? null : "webhook-signature does not match: compare the secret on both sides";
    }

    public static string Sign(string secret, string id, string time, ReadOnlySpan<byte> body) =>
        Convert.ToBase64String(HMACSHA256.HashData(Key(secret), Signatures.Join($"{id}.{time}.", body)));

    private static byte[] Key(string secret) =>
        secret.StartsWith("whsec_", StringComparison.Ordinal) && Signatures.Base64(secret[6..]) is { } key ? key : Encoding.UTF8.GetBytes(secret);
}
