using Braid.Platform.Data;
using Braid.Platform.Metrics;
using Microsoft.EntityFrameworkCore;

namespace Braid.Ingest;

/// <summary>What waits to be applied: in this node's lanes, and in the ledger after a crash or a failure.</summary>
internal sealed class LedgerGauges(Lanes lanes) : IMeasured
{
    public async Task<IReadOnlyList<Gauge>> MeasureAsync(BraidDb db, CancellationToken ct) =>
    [
        new("braid_lanes_waiting", "Deliveries that wait in this node's inbound lanes.", lanes.Waiting),
        new("braid_ledger_pending", "Deliveries stored and not yet applied, over all nodes.", await db.Set<Delivery>().CountAsync(d => d.State == DeliveryState.Pending, ct)),
        new("braid_ledger_parked", "Deliveries parked with an error, over all nodes.", await db.Set<Delivery>().CountAsync(d => d.State == DeliveryState.Parked, ct)),
    ];
}
