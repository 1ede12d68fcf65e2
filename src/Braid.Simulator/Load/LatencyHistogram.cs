namespace Braid.Simulator.Load;

/// <summary>Counts latencies in buckets 3 % wide, from a microsecond to some minutes, in constant memory. Not shared: each connection has its own.</summary>
public sealed class LatencyHistogram
{
    private const int Steps = 32;
    private readonly long[] counts = new long[Steps * 40];

    public long Count { get; private set; }
    public TimeSpan Max { get; private set; }

    public void Add(TimeSpan latency)
    {
        counts[Bucket((long)latency.TotalMicroseconds)]++;
        Count++;
        Max = latency > Max ? latency : Max;
    }

    public void Add(LatencyHistogram other)
    {
        for (var i = 0; i < counts.Length; i++)
        {
            counts[i] += other.counts[i];
        }

        Count += other.Count;
        Max = other.Max > Max ? other.Max : Max;
    }

    /// <summary>The latency that this share (0 to 1) of all stayed within; at most 3 % too high.</summary>
    public TimeSpan Quantile(double share)
    {
        var rank = (long)Math.Ceiling(share * Count);
        var seen = 0L;
        for (var i = 0; i < counts.Length; i++)
        {
            seen += counts[i];
            if (seen >= rank && seen > 0)
            {
                var top = TimeSpan.FromMicroseconds(Top(i));
                return top < Max ? top : Max;
            }
        }

        return Max;
    }

    // Below 32 us each bucket is one microsecond; above, each doubling is cut in 32.
    private static int Bucket(long micros)
    {
        var value = Math.Max(0, micros);
        var shift = Math.Max(0, 63 - System.Numerics.BitOperations.LeadingZeroCount((ulong)value | 1) - 5);
        return (int)Math.Min((shift * Steps) + (value >> shift), (Steps * 40) - 1);
    }

    private static double Top(int bucket)
    {
        var shift = Math.Max(0, (bucket / Steps) - 1);
        return ((bucket - (shift * Steps) + 1L) << shift) - 1;
    }
}
