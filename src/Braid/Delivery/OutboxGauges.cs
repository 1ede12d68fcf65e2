using Braid.Platform.Data;
using Braid.Platform.Metrics;
using Microsoft.EntityFrameworkCore;

namespace Braid.Delivery;

/// <summary>How much waits to be sent, on all nodes together.</summary>
internal sealed class OutboxGauges : IMeasured
{
    public async Task<IReadOnlyList<Gauge>> MeasureAsync(BraidDb db, CancellationToken ct)
    {
        var counts = await db.Set<Send>().GroupBy(s => s.State).Select(g => new { State = g.Key, Count = g.Count() }).ToListAsync(ct);
        return [.. Enum.GetValues<SendState>().Select(state => new Gauge(
            "braid_outbox_length", "Messages in the outbox by state, over all nodes.", counts.Find(c => c.State == state)?.Count ?? 0, ("state", EnumNames.Of(state))))];
    }
}
