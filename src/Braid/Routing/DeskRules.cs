namespace Braid.Routing;

/// <summary>
/// What comes first and who goes first. The product's are <see cref="Product"/>; others exist to be measured against it.
/// </summary>
/// <param name="DueAt">When a waiting conversation is due; the earliest comes first.</param>
/// <param name="LateAfter">Once late, a conversation gives way to those that can still be in time until this many times its target has passed, then it comes first.</param>
/// <param name="Better">Of two who are right for it and have room, the better one, negative for the first.</param>
internal sealed record DeskRules(Func<WaitingWork, long> DueAt, double LateAfter, Func<DeskAgent, DeskAgent, long, int> Better)
{
    /// <summary>What one more line that somebody could take counts for against what they carried today, in hours of full work (decision 0013).</summary>
    private const double HoursPerFlexibility = 1;

    /// <summary>Least slack first, late ones after those that can still be in time; who carried least, and could do least else, then longest idle.</summary>
    public static DeskRules Product { get; } = new(w => w.DueAt, 5, LeastMissed);

    public static int LeastMissed(DeskAgent a, DeskAgent b, long now)
    {
        var order = Missed(a, now).CompareTo(Missed(b, now));
        return order != 0 ? order : LongestIdle(a, b);
    }

    /// <summary>How much this agent is missed elsewhere, in hours.</summary>
    public static double Missed(DeskAgent agent, long now) => (agent.Flexibility * HoursPerFlexibility) + (agent.CarriedAt(now) / Math.Max(1, agent.Capacity) / 3_600_000);

    public static int LongestIdle(DeskAgent a, DeskAgent b) => a.IdleSince != b.IdleSince ? a.IdleSince.CompareTo(b.IdleSince) : a.LastPlacedAt.CompareTo(b.LastPlacedAt);
}
