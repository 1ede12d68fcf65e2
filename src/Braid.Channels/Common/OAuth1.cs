using System.Globalization;
using System.Security.Cryptography;

namespace Braid.Channels.Common;

/// <summary>
/// Signs requests as RFC 5849 asks (HMAC-SHA1), for providers that still know users by it. The signature covers method, address and query; a
/// JSON or multipart body is not covered.
/// </summary>
internal sealed record OAuth1(string ConsumerKey, string ConsumerSecret, string Token, string TokenSecret)
{
    public void Authorize(HttpRequestMessage request, TimeProvider clock) =>
        request.Headers.TryAddWithoutValidation("Authorization", Header(request.Method, request.RequestUri!, clock.GetUtcNow(), Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16))));

    public string Header(HttpMethod method, Uri address, DateTimeOffset at, string nonce)
    {
        var own = new List<(string Name, string Value)>
        {
            ("oauth_consumer_key", ConsumerKey),
            ("oauth_nonce", nonce),
            ("oauth_signature_method", "HMAC-SHA1"),
            ("oauth_timestamp", at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)),
            ("oauth_token", Token),
            ("oauth_version", "1.0"),
        };
        own.Add(("oauth_signature", Signature(method, address, own)));
        return "OAuth " + string.Join(", ", own.OrderBy(p => p.Name, StringComparer.Ordinal).Select(p => $"{Encode(p.Name)}=\"{Encode(p.Value)}\""));
    }

    private string Signature(HttpMethod method, Uri address, IEnumerable<(string Name, string Value)> own)
    {
        var all = own.Concat(Query(address)).Select(p => (Name: Encode(p.Name), Value: Encode(p.Value)))
            .OrderBy(p => p.Name, StringComparer.Ordinal).ThenBy(p => p.Value, StringComparer.Ordinal);
        var said = string.Join('&', all.Select(p => $"{p.Name}={p.Value}"));
        var text = $"{method.Method}&{Encode(address.GetLeftPart(UriPartial.Path))}&{Encode(said)}";
        return Signatures.HmacSha1Base64($"{Encode(ConsumerSecret)}&{Encode(TokenSecret)}", System.Text.Encoding.ASCII.GetBytes(text));
    }

    private static IEnumerable<(string Name, string Value)> Query(Uri address) => address.Query.TrimStart('?')
        .Split('&', StringSplitOptions.RemoveEmptyEntries)
        .Select(pair => pair.Split('=', 2))
        .Select(pair => (Plain(pair[0]), pair.Length > 1 ? Plain(pair[1]) : ""));

    private static string Plain(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));

    /// <summary>RFC 3986's unreserved characters stay, nothing else; the framework agrees.</summary>
    private static string Encode(string text) => Uri.EscapeDataString(text);
}
