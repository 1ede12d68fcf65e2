using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Braid.Channels.LiveChat;

/// <summary>What the site's server signed about its user. Only what is marked verified proves an address.</summary>
public sealed record LiveChatUser(string UserId)
{
    public string? Name { get; init; }
    /// <summary>Lower-cased.</summary>
    public string? Email { get; init; }
    public bool EmailVerified { get; init; }
    /// <summary>E.164 with +.</summary>
    public string? Phone { get; init; }
    public bool PhoneVerified { get; init; }
}

/// <summary>Is this visitor who the site says?</summary>
public abstract record IdentityVerdict
{
    private IdentityVerdict() { }

    public sealed record Proven(LiveChatUser User) : IdentityVerdict;

    /// <summary>`Expired` means the page should fetch a new token; everything else is a mistake in the site's code, or an attack.</summary>
    public sealed record Refused(IdentityProblem Problem, string Reason) : IdentityVerdict;
}

public enum IdentityProblem { NotConfigured, Malformed, WrongAlgorithm, WrongSignature, NoExpiry, Expired, NotYetValid, NoUser }

/// <summary>
/// The signed identity: a JWT, HS256 and nothing else, made by the site's server with the inbox's identity secret. The algorithm is ours
/// to name, never the token's: `none` and public-key algorithms are refused before any key is touched.
/// </summary>
public static partial class LiveChatIdentity
{
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(60);
    private const int LongestToken = 8 * 1024;

    public static IdentityVerdict Verify(string token, LiveChatSettings settings, DateTimeOffset now)
    {
        if (string.IsNullOrEmpty(settings.IdentitySecret)) { return Refused(IdentityProblem.NotConfigured, "This inbox has no identity secret."); }
        if (Parse(token) is not { } jwt) { return Refused(IdentityProblem.Malformed, "This is not a signed JWT of three parts."); }
        if (jwt.Alg != SecurityAlgorithms.HmacSha256) { return Refused(IdentityProblem.WrongAlgorithm, "Sign the token with HS256."); }
        if (!SignedBy(settings.IdentitySecret, jwt)) { return Refused(IdentityProblem.WrongSignature, "The token was not signed with this inbox's identity secret."); }

        using var payload = Payload(jwt);
        return payload is null
            ? Refused(IdentityProblem.Malformed, "The token's payload is not a JSON object.")
            : Judge(payload.RootElement, now);
    }

    private static IdentityVerdict Judge(JsonElement claims, DateTimeOffset now)
    {
        if (Instant(claims, "exp") is not { } expires) { return Refused(IdentityProblem.NoExpiry, "Give the token an exp, in Unix seconds."); }
        if (expires + Skew <= now) { return Refused(IdentityProblem.Expired, "The token has expired."); }
        if (Instant(claims, "nbf") is { } from && from - Skew > now) { return Refused(IdentityProblem.NotYetValid, "The token is not valid yet."); }
        if (Text(claims, "sub") is not { Length: <= 255 } userId) { return Refused(IdentityProblem.NoUser, "Give the token a sub: your user's id, as text."); }

        var email = Email(Text(claims, "email"));
        var phone = Phone(Text(claims, "phone"));
        return new IdentityVerdict.Proven(new LiveChatUser(userId)
        {
            Name = Text(claims, "name") is { Length: <= 200 } name ? name : null,
            Email = email,
            EmailVerified = email is not null && IsTrue(claims, "email_verified"),
            Phone = phone,
            PhoneVerified = phone is not null && IsTrue(claims, "phone_verified"),
        });
    }

    /// <summary>A typed or signed address in the form that keys are matched in; null when it is none.</summary>
    public static string? Email(string? given) =>
        given?.Trim() is { Length: <= 254 } email && EmailForm().IsMatch(email) ? email.ToLowerInvariant() : null;

    /// <summary>A typed or signed number as E.164; null when it has no country code or is no number.</summary>
    public static string? Phone(string? given) =>
        given is { Length: <= 40 } && PhoneFiller().Replace(given, "") is var phone && PhoneForm().IsMatch(phone) ? phone : null;

    private static IdentityVerdict.Refused Refused(IdentityProblem problem, string reason) => new(problem, reason);

    private static JsonWebToken? Parse(string token)
    {
        if (string.IsNullOrEmpty(token) || token.Length > LongestToken || token.Count(c => c == '.') != 2) { return null; }

        try
        {
            return new JsonWebToken(token);
        }
        catch (Exception e) when (e is ArgumentException or SecurityTokenException)
        {
            return null;
        }
    }

    private static bool SignedBy(string secret, JsonWebToken jwt)
    {
        byte[] signature;
        try
        {
            signature = Base64UrlEncoder.DecodeBytes(jwt.EncodedSignature);
        }
        catch (FormatException)
        {
            return false;
        }

        if (signature.Length == 0) { return false; }
        using var hmac = new SymmetricSignatureProvider(
            new SymmetricSecurityKey(Encoding.UTF8.GetBytes(secret)), SecurityAlgorithms.HmacSha256, willCreateSignatures: false);
        return hmac.Verify(Encoding.ASCII.GetBytes($"{jwt.EncodedHeader}.{jwt.EncodedPayload}"), signature);
    }

    private static JsonDocument? Payload(JsonWebToken jwt)
    {
        try
        {
            var payload = JsonDocument.Parse(Base64UrlEncoder.DecodeBytes(jwt.EncodedPayload));
            if (payload.RootElement.ValueKind == JsonValueKind.Object) { return payload; }
            payload.Dispose();
            return null;
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement claims, string name) =>
        claims.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { } text
            && !string.IsNullOrWhiteSpace(text) ? text.Trim() : null;

    // JSON true only: "true" and 1 are how accidents look.
    private static bool IsTrue(JsonElement claims, string name) => claims.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;

    private static DateTimeOffset? Instant(JsonElement claims, string name) =>
        claims.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var seconds)
            && seconds is > 0 and < 100_000_000_000 ? DateTimeOffset.UnixEpoch.AddSeconds(seconds) : null;

    [GeneratedRegex(@"^[^@\s<>,;""]+@[^@\s<>,;"".]+(\.[^@\s<>,;"".]+)+\z", RegexOptions.CultureInvariant)]
    private static partial Regex EmailForm();

    [GeneratedRegex(@"^\+[1-9][0-9]{6,14}\z", RegexOptions.CultureInvariant)]
    private static partial Regex PhoneForm();

    [GeneratedRegex(@"[\s().\-\u00a0]", RegexOptions.CultureInvariant)]
    private static partial Regex PhoneFiller();
}
