using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Braid.Channels.Common;

/// <summary>
/// Posts to a system of our customer's own, signed as in <see cref="StandardWebhooks"/>. The id is the same at every attempt, so that the
/// receiver can drop a double; it also goes as Idempotency-Key.
/// </summary>
internal static class SignedPost
{
    // Names and texts in any script stay readable in the receiver's logs; the body is JSON, never part of a page.
    private static readonly JsonSerializerOptions Plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static async Task<ProviderAnswer> SendAsync(string url, string secret, string id, JsonObject body, ProviderContext context, TimeSpan timeout, CancellationToken ct)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(body, Plain);
        var time = context.Clock.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(bytes) { Headers = { ContentType = new("application/json") } } };
        request.Headers.TryAddWithoutValidation("webhook-id", id);
        request.Headers.TryAddWithoutValidation("webhook-timestamp", time);
        request.Headers.TryAddWithoutValidation("webhook-signature", "v1," + StandardWebhooks.Sign(secret, id, time, bytes));
        request.Headers.TryAddWithoutValidation("Idempotency-Key", id);
        return await ProviderCall.SendAsync(request, context.Http, context.Clock, timeout, ct);
    }

    /// <summary>Our inbox's id as its webhook address has it: `/webhooks/{channel}/{inboxId}`; null when the address is unknown.</summary>
    public static string? InboxId(Uri? webhookUrl) => webhookUrl?.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries) switch
    {
        [.., "webhooks", _, var id] => id,
        [.., "webhooks", _, var id, _] => id,
        _ => null,
    };

    /// <summary>When the message was written: our ids carry it (RFC 9562 version 7), so that it is the same at every attempt.</summary>
    public static string CreatedAt(Guid id, TimeProvider clock)
    {
        var time = id.Version == 7
            ? DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(id.ToString("N").AsSpan(0, 12), NumberStyles.HexNumber, CultureInfo.InvariantCulture))
            : clock.GetUtcNow();
        return time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFF'Z'", CultureInfo.InvariantCulture);
    }
}
