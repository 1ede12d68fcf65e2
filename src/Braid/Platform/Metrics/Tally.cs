using System.Diagnostics.Metrics;

namespace Braid.Platform.Metrics;

/// <summary>Listens to this node's instruments and keeps their sums, as Prometheus wants them: growing since the start.</summary>
internal sealed class Tally : IDisposable
{
    /// <summary>Upper bounds of the histograms' buckets, in seconds.</summary>
    public static readonly double[] Bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60];

    private readonly Lock gate = new();
    private readonly SortedDictionary<string, Family> families = new(StringComparer.Ordinal);
    private readonly MeterListener listener = new();

    public Tally(IMeterFactory meters)
    {
        // Other nodes of a test live in the same process: theirs are not ours to count.
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name == BraidMetrics.MeterName && instrument.Meter.Scope == meters) { self.EnableMeasurementEvents(instrument, FamilyOf(instrument)); }
        };
        listener.SetMeasurementEventCallback<long>((_, value, tags, state) => Add(state, value, tags));
        listener.SetMeasurementEventCallback<double>((_, value, tags, state) => Add(state, value, tags));
        listener.Start();
    }

    public IReadOnlyList<FamilyView> Read()
    {
        lock (gate)
        {
            return [.. families.Values.Select(f => new FamilyView(f.Name, f.Help, f.IsHistogram, [.. f.Series.Values.Select(s => new SeriesView(s.Labels, s.Sum, s.Count, [.. s.Buckets]))]))];
        }
    }

    public void Dispose() => listener.Dispose();

    private Family FamilyOf(Instrument instrument)
    {
        lock (gate)
        {
            return families[instrument.Name] = new(instrument.Name, instrument.Description ?? "", instrument is Histogram<double>);
        }
    }

    private void Add(object? state, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (state is not Family family) { return; }
        var key = new Key(At(tags, 0), At(tags, 1), At(tags, 2));
        lock (gate)
        {
            if (!family.Series.TryGetValue(key, out var series))
            {
                var labels = new List<(string, string)>(tags.Length);
                foreach (var tag in tags) { labels.Add((tag.Key, tag.Value as string ?? "")); }
                family.Series[key] = series = new(labels, family.IsHistogram ? new long[Bounds.Length] : []);
            }

            series.Sum += value;
            series.Count++;
            for (var i = 0; i < series.Buckets.Length; i++) { if (value <= Bounds[i]) { series.Buckets[i]++; } }
        }
    }

    private static string? At(ReadOnlySpan<KeyValuePair<string, object?>> tags, int index) => index < tags.Length ? tags[index].Value as string : null;

    private readonly record struct Key(string? First, string? Second, string? Third);

    private sealed record Family(string Name, string Help, bool IsHistogram)
    {
        public Dictionary<Key, Series> Series { get; } = [];
    }

    private sealed class Series(IReadOnlyList<(string Name, string Value)> labels, long[] buckets)
    {
        public IReadOnlyList<(string Name, string Value)> Labels { get; } = labels;
        public double Sum { get; set; }
        public long Count { get; set; }
        public long[] Buckets { get; } = buckets;
    }
}

internal sealed record FamilyView(string Name, string Help, bool IsHistogram, IReadOnlyList<SeriesView> Series);

/// <param name="Buckets">How many were at most as long as each of <see cref="Tally.Bounds"/>; empty for counters.</param>
internal sealed record SeriesView(IReadOnlyList<(string Name, string Value)> Labels, double Sum, long Count, IReadOnlyList<long> Buckets);
