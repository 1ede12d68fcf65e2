namespace Braid.Platform;

/// <summary>How long to wait before the next try: the schedule's step, give or take a fifth, so that failed things don't all return at once.</summary>
internal static class Backoff
{
    public static readonly IReadOnlyList<TimeSpan> Standard =
        [TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(15), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15), TimeSpan.FromHours(1)];

    /// <param name="tries">Failed so far, from 1.</param>
    /// <param name="jitter">0..1, usually random.</param>
    public static TimeSpan After(int tries, double jitter) => Standard[Math.Clamp(tries - 1, 0, Standard.Count - 1)] * (0.8 + (0.4 * jitter));

    public static TimeSpan After(int tries) => After(tries, Random.Shared.NextDouble());
}
