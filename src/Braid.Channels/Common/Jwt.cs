using System.Collections.Concurrent;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Braid.Channels.Common;

/// <summary>Signed tokens (Google, Microsoft) checked against the provider's published keys, which the product fetched.</summary>
internal static class Jwt
{
    private static readonly JsonWebTokenHandler Handler = new() { MapInboundClaims = false };

    // Parsing a key set costs more than checking a signature; sets change about once a day.
    private static readonly ConcurrentDictionary<string, JsonWebKeySet> Sets = new(StringComparer.Ordinal);

    /// <summary>The token's claims when it is right in every way, else null.</summary>
    /// <param name="keys">The JWKS document; null when it could not be fetched.</param>
    public static JsonWebToken? Check(string? token, string? keys, IReadOnlyList<string> issuers, IReadOnlyList<string> audiences, DateTimeOffset at)
    {
        if (string.IsNullOrEmpty(token) || string.IsNullOrEmpty(keys) || audiences.Count == 0 || token.Length > 16_384) { return null; }
        JsonWebKeySet set;
        try
        {
            if (Sets.Count > 50) { Sets.Clear(); }
            set = Sets.GetOrAdd(keys, text => new JsonWebKeySet(text));
        }
        catch (Exception e) when (e is ArgumentException or System.Text.Json.JsonException)
        {
            return null;
        }

        var result = Handler.ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidIssuers = issuers,
            ValidAudiences = audiences,
            IssuerSigningKeys = set.GetSigningKeys(),
            ValidAlgorithms = ["RS256", "ES256"],
            RequireExpirationTime = true,
            RequireSignedTokens = true,
            LifetimeValidator = (notBefore, expires, _, _) =>
                (notBefore is null || notBefore <= at.UtcDateTime.AddMinutes(5)) && expires is { } end && end > at.UtcDateTime.AddMinutes(-5),
        }).GetAwaiter().GetResult(); // Nothing is awaited inside: the keys are at hand.
        return result.IsValid ? result.SecurityToken as JsonWebToken : null;
    }

    /// <summary>The token of `Authorization: Bearer …`; null without.</summary>
    public static string? Bearer(WebhookRequest request) =>
        request.Header("Authorization") is { } header && header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? header[7..].Trim() : null;
}
