using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Braid.Channels.Common;

namespace Braid.Channels.Sms.Vonage;

/// <summary>
/// Both ways Vonage signs: a token over the body's hash (Messages API), or a hash over the sorted parameters (the older SMS API); and the
/// token we sign when we call.
/// </summary>
internal static class VonageProof
{
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    public static Verdict Verify(WebhookRequest request, SmsSettings settings) =>
        request.Header("Authorization") is { } header ? Token(header, request, settings) : Parameters(request, settings);

    /// <summary>RS256 for one call; good for a few minutes.</summary>
    public static string Token(string applicationId, string privateKey, DateTimeOffset now)
    {
        using var key = RSA.Create();
        key.ImportFromPem(privateKey);
        var issued = now.ToUnixTimeSeconds();
        var claims = JsonSerializer.SerializeToUtf8Bytes(new { application_id = applicationId, iat = issued, exp = issued + 300, jti = Guid.NewGuid().ToString("N") });
        var signed = $"{Base64Url.EncodeToString("""{"alg":"RS256","typ":"JWT"}"""u8)}.{Base64Url.EncodeToString(claims)}";
        return $"{signed}.{Base64Url.EncodeToString(key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";
    }

    /// <summary>The signature of the older SMS API over all parameters but `sig`.</summary>
    public static string? Sign(IEnumerable<KeyValuePair<string, string>> parameters, string secret, string method)
    {
        var text = string.Concat(parameters.Where(p => p.Key != "sig").OrderBy(p => p.Key, StringComparer.Ordinal)
            .Select(p => $"&{p.Key}={p.Value.Replace('&', '_').Replace('=', '_')}"));
        var (data, key) = (Encoding.UTF8.GetBytes(text), Encoding.UTF8.GetBytes(secret));
#pragma warning disable CA5350, CA5351 // The account chooses the method; Vonage still offers these.
        return method switch
        {
            "md5hash" => Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(text + secret))),
            "md5hmac" => Convert.ToHexStringLower(HMACMD5.HashData(key, data)),
            "sha1hmac" => Convert.ToHexStringLower(HMACSHA1.HashData(key, data)),
            "sha256hmac" => Convert.ToHexStringLower(HMACSHA256.HashData(key, data)),
            "sha512hmac" => Convert.ToHexStringLower(HMACSHA512.HashData(key, data)),
            _ => null,
        };
#pragma warning restore CA5350, CA5351
    }

    private static Verdict Token(string header, WebhookRequest request, SmsSettings settings)
    {
        if (!header.StartsWith("Bearer ", StringComparison.Ordinal)) { return new Verdict.Forged("the Authorization header carries no token"); }
        var claims = HmacJwt.Claims(header[7..], settings.SignatureSecret);
        if (!claims.IsObject()) { return new Verdict.Forged("the token is not signed with the signature secret"); }
        if (claims.Text("iss") is { } issuer && issuer != "Vonage") { return new Verdict.Forged("the token is not Vonage's"); }
        if (!Signatures.IsFresh(claims.Id("iat"), request.ReceivedAt, Tolerance))
        {
            return new Verdict.Forged("the token is too old, or this server's clock is wrong");
        }

        if (!string.IsNullOrWhiteSpace(settings.ApplicationId) && claims.Text("application_id") is { } application && application != settings.ApplicationId)
        {
            return new Verdict.Forged("the token belongs to another application");
        }

        var hash = Convert.ToHexStringLower(SHA256.HashData(request.Body.Span));
        var covered = Secrets.Match(claims.Text("payload_hash")?.ToLowerInvariant(), hash) || (request.Body.IsEmpty && !claims.Get("payload_hash").Exists());
        return covered ? new Verdict.Genuine() : new Verdict.Forged("the token is not about this body");
    }

    private static Verdict Parameters(WebhookRequest request, SmsSettings settings)
    {
        var parameters = Flat(request);
        var given = parameters.FirstOrDefault(p => p.Key == "sig").Value;
        if (string.IsNullOrEmpty(given) || string.IsNullOrEmpty(settings.SignatureSecret))
        {
            return new Verdict.Forged("there is no token and no signature: switch on signed webhooks in the Vonage dashboard");
        }

        var expected = Sign(parameters, settings.SignatureSecret, settings.SignatureMethod);
        if (!Secrets.Match(given.ToLowerInvariant(), expected))
        {
            return new Verdict.Forged("the signature does not match: compare secret and method with the Vonage dashboard");
        }

        return Signatures.IsFresh(parameters.FirstOrDefault(p => p.Key == "timestamp").Value, request.ReceivedAt, Tolerance)
            ? new Verdict.Genuine()
            : new Verdict.Forged("the signature is too old, or this server's clock is wrong");
    }

    /// <summary>The account chooses how parameters come: form, JSON, or in the address.</summary>
    private static List<KeyValuePair<string, string>> Flat(WebhookRequest request)
    {
        var parameters = new List<KeyValuePair<string, string>>(request.Query);
        if (request.Body.IsEmpty) { return parameters; }
        if (request.Body.Span[0] != '{')
        {
            parameters.AddRange(FormFields.Parse(request.Body.Span).Fields);
            return parameters;
        }

        try
        {
            using var json = JsonDocument.Parse(request.Body);
            foreach (var field in json.RootElement.EnumerateObject()) { parameters.Add(new(field.Name, field.Value.ToString())); }
        }
        catch (JsonException)
        {
            // No parameters, so no signature.
        }

        return parameters;
    }
}
