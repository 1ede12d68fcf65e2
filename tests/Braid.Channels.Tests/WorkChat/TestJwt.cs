using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Braid.Channels.Tests.WorkChat;

/// <summary>A signer of tokens with its published keys, for tests of channels that check them.</summary>
internal sealed class TestJwt
{
    private readonly RSA key = RSA.Create(2048);

    public string KeySet
    {
        get
        {
            var numbers = key.ExportParameters(false);
            return new JsonObject
            {
                ["keys"] = new JsonArray(new JsonObject
                {
                    ["kty"] = "RSA", ["use"] = "sig", ["alg"] = "RS256", ["kid"] = "test-1", ["n"] = Url(numbers.Modulus!), ["e"] = Url(numbers.Exponent!), ["endorsements"] = new JsonArray("msteams"),
                }),
            }.ToJsonString();
        }
    }

    /// <summary>
    /// The last character of a signature has four idle bits, which decoders forgive; a token that ends in one of the few characters where a
    /// test's change would touch only those is made anew.
    /// </summary>
    public string Sign(JsonObject claims)
    {
        for (var n = 0; ; n++)
        {
            claims["jti"] = n.ToString(System.Globalization.CultureInfo.InvariantCulture);
            var signed = Url(Encoding.UTF8.GetBytes("""{"alg":"RS256","kid":"test-1","typ":"JWT"}""")) + "." + Url(Encoding.UTF8.GetBytes(claims.ToJsonString()));
            var token = $"{signed}.{Url(key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";
            if (token[^1] != 'w') { return token; }
        }
    }

    private static string Url(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}

/// <summary>A token that is at hand.</summary>
internal sealed class TokensAtHand(string value) : IKeptTokens
{
    public Task<KeptToken> GetAsync(string name, Func<KeptToken?, CancellationToken, Task<KeptToken>> renew, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        return Task.FromResult(new KeptToken(value, null));
    }

    public void Forget(string name, KeptToken token) { }
}
