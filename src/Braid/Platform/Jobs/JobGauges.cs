using Braid.Platform.Data;
using Braid.Platform.Metrics;
using Microsoft.EntityFrameworkCore;

namespace Braid.Platform.Jobs;

/// <summary>Background work by kind: what waits, and what was given up.</summary>
internal sealed class JobGauges : IMeasured
{
    public async Task<IReadOnlyList<Gauge>> MeasureAsync(BraidDb db, CancellationToken ct)
    {
        var counts = await db.Set<Job>().GroupBy(j => new { j.Kind, j.State }).Select(g => new { g.Key.Kind, g.Key.State, Count = g.Count() }).ToListAsync(ct);
        return [.. counts.OrderBy(c => c.Kind, StringComparer.Ordinal).ThenBy(c => c.State).Select(c => new Gauge(
            "braid_jobs", "Background jobs by kind and state, over all nodes.", c.Count, ("kind", c.Kind), ("state", EnumNames.Of(c.State))))];
    }
}
