using Braid.Channels;
using Braid.Delivery;
using Braid.Platform.Data;
using Microsoft.EntityFrameworkCore;

namespace Braid.Ingest;

/// <summary>Gives media fetching the delivery a message came in.</summary>
internal sealed class LedgerBodies(BraidDb db, DeliveryBodies bodies) : IDeliveryBodies
{
    public async Task<RawDelivery?> FindAsync(Id<Workspace> workspace, Guid delivery, CancellationToken ct)
    {
        var id = new Id<Delivery>(delivery);
        var row = await db.Set<Delivery>().AsNoTracking().FirstOrDefaultAsync(d => d.Id == id && d.WorkspaceId == workspace, ct);
        return row is null ? null : await bodies.RawAsync(db, row, ct);
    }
}
