using System.Text.Json;
using Braid.Channels;

namespace Braid.Ingest;

/// <summary>Makes the raw delivery again from the ledger.</summary>
internal static class DeliveryBodies
{
    public static Task<RawDelivery> RawAsync(IServiceProvider services, Delivery delivery, DeliveryBody body, CancellationToken ct)
    {
        _ = services;
        ct.ThrowIfCancellationRequested();
        var headers = body.Headers is null ? null : JsonSerializer.Deserialize<StoredHeaders>(body.Headers, JsonSerializerOptions.Web);
        return Task.FromResult(new RawDelivery
        {
            Body = body.Body ?? [],
            ContentType = body.ContentType,
            Headers = headers?.Headers ?? new Dictionary<string, string>(),
            Query = headers?.Query ?? new Dictionary<string, string>(),
            ReceivedAt = delivery.ReceivedAt,
        });
    }
}
