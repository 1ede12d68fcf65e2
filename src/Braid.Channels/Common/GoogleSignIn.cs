using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Braid.Channels.Common;

/// <summary>Access to Google's APIs: by a service account's signed claim, or by a person's consent.</summary>
internal static class GoogleSignIn
{
    public const string TokenUrl = "https://oauth2.googleapis.com/token";
    private const string NewKey = "Create a new key (JSON) for the service account in Google Cloud and paste the whole file.";

    /// <summary>Null when the text is not a service account's key file.</summary>
    public static GoogleServiceAccount? ServiceAccount(string? keyFile)
    {
        try
        {
            using var document = JsonDocument.Parse(keyFile ?? "");
            var json = document.RootElement;
            return json.Text("client_email") is { } email && json.Text("private_key") is { } key
                ? new(email, key, json.Text("private_key_id"), json.Text("token_uri") is { } uri && Uri.IsWellFormedUriString(uri, UriKind.Absolute) ? uri : TokenUrl)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public static async Task<KeptToken> RenewAsync(GoogleServiceAccount? account, string scope, ProviderContext context, TimeSpan timeout, CancellationToken ct)
    {
        var now = context.Clock.GetUtcNow();
        if (account is null || Claim(account, scope, now) is not { } assertion)
        {
            throw new TokenRefusedException("The service account's key can't be read.", NewKey);
        }

        var answer = await new JsonApi(account.TokenUri, context, timeout).PostFormAsync(
            "", [new("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"), new("assertion", assertion)], ct);
        return TokenCalls.Read(answer, "Google", NewKey, now);
    }

    public static async Task<KeptToken> RenewAsync(GoogleConsent consent, KeptToken? last, ProviderContext context, TimeSpan timeout, CancellationToken ct)
    {
        const string again = "Open the inbox's settings and sign in with Google again.";
        if ((last?.RefreshToken ?? consent.RefreshToken) is not { Length: > 0 } refresh)
        {
            throw new TokenRefusedException("Nobody has signed in with Google yet.", again);
        }

        var answer = await new JsonApi(consent.TokenUrl, context, timeout).PostFormAsync(
            "", [new("grant_type", "refresh_token"), new("client_id", consent.ClientId), new("client_secret", consent.ClientSecret), new("refresh_token", refresh)], ct);
        return TokenCalls.Read(answer, "Google", again, context.Clock.GetUtcNow(), new KeptToken("", null) { RefreshToken = refresh });
    }

    public static Uri Begin(GoogleConsent consent, string scope, LoginRequest request)
    {
        if (consent.ClientId.Length == 0 || consent.ClientSecret.Length == 0)
        {
            throw new SettingsException(new Dictionary<string, string> { ["clientId"] = "Enter the client id and the client secret first, then sign in." });
        }

        (string, string)[] query =
        [
            ("client_id", consent.ClientId), ("redirect_uri", request.RedirectUri.AbsoluteUri), ("response_type", "code"), ("scope", scope), ("access_type", "offline"),
            ("prompt", "consent"), ("state", request.State), ("code_challenge", request.CodeChallenge), ("code_challenge_method", "S256"),
        ];
        return new Uri("https://accounts.google.com/o/oauth2/v2/auth?" + string.Join('&', query.Select(p => $"{p.Item1}={Uri.EscapeDataString(p.Item2)}")));
    }

    public static async Task<LoginOutcome> FinishAsync(LoginAnswer answer, GoogleConsent consent, ProviderContext context, TimeSpan timeout, CancellationToken ct)
    {
        if (answer.Code is not { Length: > 0 } code)
        {
            return new LoginOutcome.Refused("Google sent no code: the sign-in was cancelled. Try again and allow what is asked.");
        }

        var token = await new JsonApi(consent.TokenUrl, context, timeout).PostFormAsync("",
        [
            new("grant_type", "authorization_code"), new("code", code), new("client_id", consent.ClientId), new("client_secret", consent.ClientSecret),
            new("redirect_uri", answer.RedirectUri.AbsoluteUri), new("code_verifier", answer.CodeVerifier),
        ], ct);
        return token switch
        {
            ProviderAnswer.Answered { Ok: true } yes when yes.Json.Text("refresh_token") is { } refresh => new LoginOutcome.Connected(new JsonObject { ["refreshToken"] = refresh }),
            ProviderAnswer.Answered { Ok: true } => new LoginOutcome.Refused("Google gave no lasting token. Remove Braid under your Google account's third-party access, then sign in again."),
            ProviderAnswer.Answered no => new LoginOutcome.Refused($"Google does not accept the sign-in ({no.Status}). Check the client id, the secret and the redirect address."),
            _ => new LoginOutcome.Refused("Google can't be reached. Try again in a minute."),
        };
    }

    private static string? Claim(GoogleServiceAccount account, string scope, DateTimeOffset now)
    {
        var header = new JsonObject { ["alg"] = "RS256", ["typ"] = "JWT" };
        if (account.KeyId is not null) { header["kid"] = account.KeyId; }
        var claims = new JsonObject
        {
            ["iss"] = account.Email, ["scope"] = scope, ["aud"] = account.TokenUri, ["iat"] = now.ToUnixTimeSeconds(), ["exp"] = now.AddHours(1).ToUnixTimeSeconds(),
        };
        var text = $"{Url(Encoding.UTF8.GetBytes(header.ToJsonString()))}.{Url(Encoding.UTF8.GetBytes(claims.ToJsonString()))}";
        try
        {
            using var rsa = RSA.Create();
            rsa.ImportFromPem(account.PrivateKey);
            return $"{text}.{Url(rsa.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            return null;
        }
    }

    private static string Url(byte[] bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);
}

internal sealed record GoogleServiceAccount(string Email, string PrivateKey, string? KeyId, string TokenUri);

internal sealed record GoogleConsent(string ClientId, string ClientSecret, string? RefreshToken, string TokenUrl);
