using System.Security.Cryptography;
using System.Text;

namespace Braid.Channels.Common;

/// <summary>
/// `X-Twilio-Signature`: HMAC-SHA1 over the address as Twilio called it, then each form field's name and value in ordinal order. JSON bodies
/// are covered by `bodySHA256` in the address. Two tokens may be valid while one replaces the other.
/// </summary>
internal static class TwilioSignature
{
    public static bool IsGenuine(WebhookRequest request, params IEnumerable<string?> tokens)
    {
        if (request.Header("X-Twilio-Signature") is not { Length: > 0 } given) { return false; }
        var fields = "";
        if (request.Query.TryGetValue("bodySHA256", out var hash))
        {
            if (!Secrets.Match(Convert.ToHexStringLower(SHA256.HashData(request.Body.Span)), hash.ToLowerInvariant())) { return false; }
        }
        else if (request.Method != "GET")
        {
            fields = Fields(FormFields.Parse(request.Body.Span).Fields);
        }

        var genuine = false;
        foreach (var token in tokens.Where(t => !string.IsNullOrEmpty(t)))
        {
            foreach (var address in Addresses(request.Url))
            {
                genuine |= Secrets.Match(given, Signatures.HmacSha1Base64(token!, Encoding.UTF8.GetBytes(address + fields)));
            }
        }

        return genuine;
    }

    /// <summary>A field that came several times counts once per value.</summary>
    public static string Fields(IEnumerable<KeyValuePair<string, string>> fields) => string.Concat(
        fields.GroupBy(f => f.Key, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal)
            .SelectMany(g => g.Select(f => f.Value).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(value => g.Key + value)));

    /// <summary>With and without the default port: proxies add and drop it.</summary>
    private static IEnumerable<string> Addresses(Uri url)
    {
        yield return url.AbsoluteUri;
        if (url.IsDefaultPort) { yield return $"{url.Scheme}://{url.IdnHost}:{url.Port}{url.PathAndQuery}"; }
        if (url.OriginalString != url.AbsoluteUri) { yield return url.OriginalString; }
    }
}
