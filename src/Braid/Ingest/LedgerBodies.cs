using Braid.Channels;
using Braid.Delivery;
using Braid.Platform.Data;
using Braid.Platform.Files;
using Microsoft.EntityFrameworkCore;

namespace Braid.Ingest;

/// <summary>Gives delivery what it needs of the ledger, and tells which bytes of the store are raw bodies.</summary>
internal sealed class LedgerBodies(BraidDb db, DeliveryBodies bodies) : IDeliveryBodies, INameBytes
{
    public Task<List<string>> NamedAsync(Id<Workspace> workspace, IReadOnlyCollection<string> hashes, CancellationToken ct) =>
        db.Set<DeliveryBody>().Where(b => b.WorkspaceId == workspace && b.FileHash != null && hashes.Contains(b.FileHash)).Select(b => b.FileHash!).Distinct().ToListAsync(ct);

    public async Task<RawDelivery?> FindAsync(Id<Workspace> workspace, Guid delivery, CancellationToken ct)
    {
        var id = new Id<Delivery>(delivery);
        var row = await db.Set<Delivery>().AsNoTracking().FirstOrDefaultAsync(d => d.Id == id && d.WorkspaceId == workspace, ct);
        return row is null ? null : await bodies.RawAsync(db, row, ct);
    }

    public Task MovedAsync(Id<Workspace> workspace, Guid delivery, Guid from, Guid to, CancellationToken ct)
    {
        var id = new Id<Delivery>(delivery);
        return db.Set<DeliveryEvent>().Where(e => e.WorkspaceId == workspace && e.DeliveryId == id && e.MessageId == from)
            .ExecuteUpdateAsync(set => set.SetProperty(e => e.MessageId, to), ct);
    }
}
