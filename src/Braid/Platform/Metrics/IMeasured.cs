using Braid.Platform.Data;

namespace Braid.Platform.Metrics;

/// <summary>A state that is measured when somebody asks, such as the length of a queue. Each module fills in its own.</summary>
internal interface IMeasured
{
    Task<IReadOnlyList<Gauge>> MeasureAsync(BraidDb db, CancellationToken ct);
}

/// <param name="Name">In Prometheus' spelling: `braid_queue_length`.</param>
internal sealed record Gauge(string Name, string Help, double Value, params IReadOnlyList<(string Name, string Value)> Labels);
