using System.Text.Json;
using Braid.Channels;
using Braid.Platform.Data;
using Braid.Platform.Files;
using Microsoft.EntityFrameworkCore;

namespace Braid.Ingest;

/// <summary>Raw bodies: small ones lie in the ledger, those over 64 KB in the file store with their hash in the ledger.</summary>
internal sealed class DeliveryBodies(IFileStore files)
{
    private const int MostInRow = 64 * 1024;

    /// <summary>Before the transaction: a large body goes to the disk first. Null when it stays in its row.</summary>
    public async Task<string?> PutLargeAsync(Id<Workspace> workspace, RawDelivery raw, CancellationToken ct)
    {
        if (raw.Body.Length <= MostInRow) { return null; }
        using var bytes = new MemoryStream(raw.Body.ToArray(), writable: false);
        return (await files.PutAsync(workspace, bytes, long.MaxValue, ct)).Hash;
    }

    /// <summary>The delivery as it was received; null when its body was removed.</summary>
    public async Task<RawDelivery?> RawAsync(BraidDb db, Delivery delivery, CancellationToken ct)
    {
        var body = await db.Set<DeliveryBody>().AsNoTracking().FirstOrDefaultAsync(b => b.WorkspaceId == delivery.WorkspaceId && b.DeliveryId == delivery.Id, ct);
        return body is null ? null : await RawAsync(delivery, body, ct);
    }

    public async Task<RawDelivery> RawAsync(Delivery delivery, DeliveryBody body, CancellationToken ct)
    {
        var headers = body.Headers is null ? null : JsonSerializer.Deserialize<StoredHeaders>(body.Headers, JsonSerializerOptions.Web);
        return new RawDelivery
        {
            Body = body.FileHash is { } hash ? await ReadAsync(delivery.WorkspaceId, hash, ct) : body.Body ?? [],
            ContentType = body.ContentType,
            Headers = headers?.Headers ?? new Dictionary<string, string>(),
            Query = headers?.Query ?? new Dictionary<string, string>(),
            ReceivedAt = delivery.ReceivedAt,
        };
    }

    private async Task<byte[]> ReadAsync(Id<Workspace> workspace, string hash, CancellationToken ct)
    {
        await using var file = await files.OpenAsync(workspace, hash, ct);
        var bytes = new byte[file.Length];
        await file.ReadExactlyAsync(bytes, ct);
        return bytes;
    }
}
