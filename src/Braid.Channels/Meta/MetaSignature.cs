using Braid.Channels.Common;

namespace Braid.Channels.Meta;

/// <summary>How all of Meta's webhooks prove themselves.</summary>
internal static class MetaSignature
{
    private const string Prefix = "sha256=";

    /// <param name="secrets">The app's secrets; Instagram has one of its own beside the app's.</param>
    public static Verdict Verify(WebhookRequest request, string verifyToken, params ReadOnlySpan<string?> secrets)
    {
        if (request.Method == "GET") return Handshake(request, verifyToken);
        foreach (var secret in secrets)
        {
            if (IsSigned(request, secret)) return new Verdict.Genuine();
        }

        return new Verdict.Forged("X-Hub-Signature-256 does not match the app secret");
    }

    private static Verdict Handshake(WebhookRequest request, string verifyToken)
    {
        string? Asked(string name) => request.Query.GetValueOrDefault(name);
        return Asked("hub.mode") == "subscribe" && Secrets.Match(Asked("hub.verify_token"), verifyToken) && Asked("hub.challenge") is { } challenge
            ? new Verdict.Challenge(HttpReply.Text(challenge))
            : new Verdict.Forged("the verify token does not match", 403);
    }

    /// <summary>Over the bytes as received: Meta escapes non-ASCII, so a body written anew would not match.</summary>
    private static bool IsSigned(WebhookRequest request, string? secret) =>
        !string.IsNullOrEmpty(secret) && request.Header("X-Hub-Signature-256") is { } given && given.StartsWith(Prefix, StringComparison.Ordinal)
        && Secrets.Match(given[Prefix.Length..], Signatures.HmacSha256Hex(secret, request.Body.Span));
}
