using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Braid.Simulator.Http;
using Microsoft.AspNetCore.Http;

namespace Braid.Simulator.Google;

/// <summary>Google's sign-in: a service account that signs claims, a person's refresh token, and the keys that Google signs with itself.</summary>
internal sealed class GoogleDesk(World world)
{
    private readonly RSA account = RSA.Create(2048);
    private readonly RSA google = RSA.Create(2048);
    private string accessToken = "none";

    public string ClientId { get; } = "1234-braid.apps.googleusercontent.com";
    public string ClientSecret { get; } = "GOCSPX-" + Convert.ToHexStringLower(world.Bytes(12));
    public string RefreshToken { get; } = "1//" + Convert.ToHexStringLower(world.Bytes(20));
    public string ServiceAccount { get; } = "reviews@braid.iam.gserviceaccount.com";

    public string KeyFile(string tokenUri) => new JsonObject
    {
        ["type"] = "service_account", ["client_email"] = ServiceAccount, ["private_key_id"] = "key-1", ["private_key"] = account.ExportPkcs8PrivateKeyPem(), ["token_uri"] = tokenUri,
    }.ToJsonString();

    /// <summary>The access token ends before its time.</summary>
    public void RevokeAccess() => accessToken = "none";

    public bool Accepts(HttpRequest request) => request.Headers.Authorization.ToString() == "Bearer " + accessToken;

    /// <summary>Null when the call is not about signing in.</summary>
    public Answer? Call(HttpRequest request, Call call)
    {
        if (request.Path == "/certs") { return new Answer(200, new JsonObject { ["keys"] = new JsonArray(PublicKey()) }); }
        if (request.Path != "/token") { return null; }
        var right = call.Text("grant_type") switch
        {
            "refresh_token" => call.Text("client_id") == ClientId && call.Text("client_secret") == ClientSecret && call.Text("refresh_token") == RefreshToken,
            "urn:ietf:params:oauth:grant-type:jwt-bearer" => IsClaim(call.Text("assertion") ?? ""),
            _ => false,
        };
        if (!right) { return new Answer(400, new JsonObject { ["error"] = "invalid_grant", ["error_description"] = "Bad Request" }); }
        accessToken = "ya29." + Convert.ToHexStringLower(world.Bytes(24));
        return new Answer(200, new JsonObject { ["access_token"] = accessToken, ["expires_in"] = 3599, ["token_type"] = "Bearer" });
    }

    public static Answer Error(int status, string words, string name, string? reason = null)
    {
        var error = new JsonObject { ["code"] = status, ["message"] = words, ["status"] = name };
        if (reason is not null) { error["errors"] = new JsonArray(new JsonObject { ["message"] = words, ["domain"] = "global", ["reason"] = reason }); }
        return new Answer(status, new JsonObject { ["error"] = error });
    }

    public static Answer? Of(Fault fault) => fault switch
    {
        Fault.TooManyRequests { RetryAfterSeconds: var n } => Error(429, "Quota exceeded.", "RESOURCE_EXHAUSTED") with { RetryAfter = n },
        Fault.ServerError { Status: var status } => Error(status, "The service is currently unavailable.", "UNAVAILABLE"),
        Fault.Refusal refusal => ProviderHost.Raw(refusal),
        _ => null,
    };

    /// <summary>A token as Pub/Sub puts it on a push.</summary>
    public string Push(string audience, string email)
    {
        var now = world.Time.GetUtcNow();
        var claims = new JsonObject
        {
            ["iss"] = "https://accounts.google.com", ["aud"] = audience, ["email"] = email, ["email_verified"] = true, ["sub"] = "1", ["iat"] = now.ToUnixTimeSeconds(),
            ["exp"] = now.AddHours(1).ToUnixTimeSeconds(),
        };
        var text = Encode(new JsonObject { ["alg"] = "RS256", ["kid"] = "google-1", ["typ"] = "JWT" }) + "." + Encode(claims);
        return text + "." + Base64Url.EncodeToString(google.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
    }

    private bool IsClaim(string assertion)
    {
        if (assertion.Split('.') is not [var header, var claims, var signature]) { return false; }
        return account.VerifyData(Encoding.ASCII.GetBytes($"{header}.{claims}"), Base64Url.DecodeFromChars(signature), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            && JsonNode.Parse(Base64Url.DecodeFromChars(claims))!.AsObject().Text("iss") == ServiceAccount;
    }

    private JsonObject PublicKey()
    {
        var key = google.ExportParameters(false);
        return new JsonObject
        {
            ["kty"] = "RSA", ["use"] = "sig", ["alg"] = "RS256", ["kid"] = "google-1", ["n"] = Base64Url.EncodeToString(key.Modulus), ["e"] = Base64Url.EncodeToString(key.Exponent),
        };
    }

    private static string Encode(JsonObject json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json.ToJsonString()));
}
