namespace Braid.Delivery;

/// <summary>So many per second in the long run, and at most one second's worth at once. By the app's clock; not safe for several threads.</summary>
internal sealed class TokenBucket(double perSecond, TimeProvider clock)
{
    private readonly double most = Math.Max(1, perSecond);
    private double tokens = Math.Max(1, perSecond);
    private long filled = clock.GetTimestamp();

    /// <returns>How many of <paramref name="wanted"/> may go now.</returns>
    public int Take(int wanted)
    {
        Fill();
        var taken = Math.Min(wanted, (int)tokens);
        tokens -= taken;
        return taken;
    }

    /// <summary>Until the next one may go; zero when one may go now.</summary>
    public TimeSpan Wait()
    {
        Fill();
        return tokens >= 1 ? TimeSpan.Zero : TimeSpan.FromSeconds((1 - tokens) / perSecond) + TimeSpan.FromMilliseconds(1);
    }

    private void Fill()
    {
        var now = clock.GetTimestamp();
        tokens = Math.Min(most, tokens + (clock.GetElapsedTime(filled, now).TotalSeconds * perSecond));
        filled = now;
    }
}
