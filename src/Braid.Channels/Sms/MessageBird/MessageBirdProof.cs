using System.Security.Cryptography;
using System.Text;
using Braid.Channels.Common;

namespace Braid.Channels.Sms.MessageBird;

/// <summary>
/// Bird signs time, address and the body's hash (its raw bytes, not hexadecimal); the older API sends a token with hashes of address and body.
/// </summary>
internal static class MessageBirdProof
{
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);
    private static readonly HttpReply Ok = HttpReply.Text("OK");

    public static Verdict Verify(WebhookRequest request, string? key)
    {
        if (string.IsNullOrEmpty(key)) { return new Verdict.Forged("there is no signing key in the inbox's settings"); }
        if (request.Header("MessageBird-Signature-JWT") is { } token) { return Token(token, request, key); }
        var time = request.Header("messagebird-request-timestamp");
        if (!Signatures.IsFresh(time, request.ReceivedAt, Tolerance))
        {
            return new Verdict.Forged("the signature is missing or too old, or this server's clock is wrong");
        }

        var signed = Signatures.Join($"{time}\n{request.Url.AbsoluteUri}\n", SHA256.HashData(request.Body.Span));
        return Secrets.Match(request.Header("messagebird-signature"), Signatures.HmacSha256Base64(key, signed))
            ? new Verdict.Genuine(Ok)
            : new Verdict.Forged("messagebird-signature does not match: compare the signing key, and the public address of this server");
    }

    private static Verdict Token(string token, WebhookRequest request, string key)
    {
        var claims = HmacJwt.Claims(token, key);
        if (!claims.IsObject() || claims.Text("iss") != "MessageBird" || claims.Text("jti") is null)
        {
            return new Verdict.Forged("the token is not signed with the signing key");
        }

        var now = request.ReceivedAt.ToUnixTimeSeconds();
        if (claims.Number("exp") is not { } expires || expires < now - 5 || claims.Number("nbf") is { } from && from > now + 5)
        {
            return new Verdict.Forged("the token is not valid at this time, or this server's clock is wrong");
        }

        var address = Secrets.Match(claims.Text("url_hash"), Hash(Encoding.UTF8.GetBytes(request.Url.AbsoluteUri)));
        var body = Secrets.Match(claims.Text("payload_hash"), Hash(request.Body.Span)) || (request.Body.IsEmpty && !claims.Get("payload_hash").Exists());
        return address && body ? new Verdict.Genuine(Ok) : new Verdict.Forged("the token is about another address or body");
    }

    private static string Hash(ReadOnlySpan<byte> data) => Convert.ToHexStringLower(SHA256.HashData(data));
}
