using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Braid.Simulator.XDm;

/// <summary>Checks a signed request as RFC 5849 describes, from what came over the wire.</summary>
internal static class XSignature
{
    public static bool IsRight(HttpRequest request, Uri server, string authorization, string key, string secret, string token, string tokenSecret)
    {
        if (!authorization.StartsWith("OAuth ", StringComparison.Ordinal)) { return false; }
        var given = authorization[6..].Split(',').Select(part => part.Trim().Split('=', 2))
            .ToDictionary(p => Uri.UnescapeDataString(p[0]), p => Uri.UnescapeDataString(p[1].Trim('"')));
        if (given.GetValueOrDefault("oauth_consumer_key") != key || given.GetValueOrDefault("oauth_token") != token || !given.Remove("oauth_signature", out var signature)) { return false; }
        foreach (var (name, value) in request.Query) { given[name] = value.ToString(); }

        var parameters = given.Select(p => $"{Uri.EscapeDataString(p.Key)}={Uri.EscapeDataString(p.Value)}").Order(StringComparer.Ordinal);
        var address = new Uri(server, request.Path.Value).AbsoluteUri;
        var text = string.Join('&', request.Method, Uri.EscapeDataString(address), Uri.EscapeDataString(string.Join('&', parameters)));
#pragma warning disable CA5350 // As X asks.
        var expected = HMACSHA1.HashData(Encoding.UTF8.GetBytes($"{secret}&{tokenSecret}"), Encoding.UTF8.GetBytes(text));
#pragma warning restore CA5350
        return signature == Convert.ToBase64String(expected);
    }
}
