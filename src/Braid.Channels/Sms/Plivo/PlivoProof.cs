using System.Text;
using Braid.Channels.Common;

namespace Braid.Channels.Sms.Plivo;

/// <summary>
/// Signature V3 covers address, fields and a nonce. V2 covers the address and the nonce alone, so it counts only where the inbox says so and
/// no V3 came: else whoever changes the text would simply leave V3 out.
/// </summary>
internal static class PlivoProof
{
    public static Verdict Verify(WebhookRequest request, string? token, bool allowV2)
    {
        if (string.IsNullOrEmpty(token)) { return new Verdict.Forged("there is no Auth Token in the inbox's settings"); }
        var (v3, nonce) = (request.Header("X-Plivo-Signature-V3") ?? request.Header("X-Plivo-Signature-Ma-V3"), request.Header("X-Plivo-Signature-V3-Nonce"));
        if (v3 is not null || !allowV2)
        {
            return !string.IsNullOrEmpty(nonce) && Any(v3, Sign(token, $"{Text(request)}.{nonce}"))
                ? new Verdict.Genuine()
                : new Verdict.Forged("X-Plivo-Signature-V3 does not match: compare the Auth Token, and the public address of this server");
        }

        nonce = request.Header("X-Plivo-Signature-V2-Nonce");
        var expected = Sign(token, Address(request.Url) + nonce);
        return !string.IsNullOrEmpty(nonce) && (Any(request.Header("X-Plivo-Signature-V2"), expected) || Any(request.Header("X-Plivo-Signature-Ma-V2"), expected))
            ? new Verdict.Genuine()
            : new Verdict.Forged("X-Plivo-Signature-V2 does not match: compare the Auth Token, and the public address of this server");
    }

    /// <summary>What V3 signs before the nonce.</summary>
    public static string Text(WebhookRequest request)
    {
        var query = request.Query.OrderBy(q => q.Key, StringComparer.Ordinal).ToList();
        var fields = FormFields.Parse(request.Body.Span).Fields.OrderBy(f => f.Key, StringComparer.Ordinal).ThenBy(f => f.Value, StringComparer.Ordinal).ToList();
        if (request.Method == "GET")
        {
            var all = query.Concat(fields).OrderBy(f => f.Key, StringComparer.Ordinal).ToList();
            return Address(request.Url) + (all.Count > 0 ? "?" + Pairs(all) : "");
        }

        return Address(request.Url) + (query.Count > 0 || fields.Count > 0 ? "?" + Pairs(query) : "") + (query.Count > 0 && fields.Count > 0 ? "." : "")
            + string.Concat(fields.Select(f => f.Key + f.Value));
    }

    private static string Pairs(IEnumerable<KeyValuePair<string, string>> pairs) => string.Join('&', pairs.Select(p => $"{p.Key}={p.Value}"));

    private static string Address(Uri url) => url.GetLeftPart(UriPartial.Path);

    private static string Sign(string token, string text) => Signatures.HmacSha256Base64(token, Encoding.UTF8.GetBytes(text));

    /// <summary>While tokens are replaced the header holds one signature for each.</summary>
    private static bool Any(string? header, string expected) => header is not null && header.Split(',').Any(given => Secrets.Match(given.Trim(), expected));
}
