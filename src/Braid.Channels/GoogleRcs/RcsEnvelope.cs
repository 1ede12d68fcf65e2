using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Braid.Channels.Common;

namespace Braid.Channels.GoogleRcs;

/// <summary>Pub/Sub's wrapping: the message lies in `message.data` as Base64, and what is signed are the decoded bytes.</summary>
internal static partial class RcsEnvelope
{
    public static bool IsSigned(WebhookRequest request, GoogleRcsSettings settings) =>
        settings.ClientToken.Length > 0 && request.HeaderEquals("X-Goog-Signature", Signature(request.Body, settings.ClientToken));

    public static string Signature(ReadOnlyMemory<byte> body, string clientToken) =>
        Convert.ToBase64String(HMACSHA512.HashData(Encoding.UTF8.GetBytes(clientToken), Data(body)));

    /// <summary>A broken envelope may still be genuine: then the data is looked for in the bytes.</summary>
    private static byte[] Data(ReadOnlyMemory<byte> body)
    {
        string? data;
        try
        {
            using var document = JsonDocument.Parse(body);
            data = Recorded.Open(document.RootElement).Body.Get("message").Text("data");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            data = Written().Match(Encoding.Latin1.GetString(body.Span)).Groups[1].Value;
        }

        return Signatures.Base64(data) ?? [];
    }

    [GeneratedRegex("\"data\"\\s*:\\s*\"([A-Za-z0-9+/=]*)\"")]
    private static partial Regex Written();
}
