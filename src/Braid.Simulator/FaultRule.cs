namespace Braid.Simulator;

/// <summary>
/// When a fault strikes. <paramref name="Method"/> is the provider's word (sendMessage, messages, media, RCPT, DATA, FETCH, ...), "webhook" for
/// what the provider posts to us, or null for every call.
/// </summary>
public sealed record FaultRule(SimulatedProvider Provider, string? Method, Fault Fault)
{
    private int hits;

    /// <summary>0 to 1, drawn from the world's seed.</summary>
    public double Probability { get; init; } = 1;

    /// <summary>How often it may strike; null = without end.</summary>
    public int? Times { get; init; }

    /// <summary>How many calls pass before it may strike.</summary>
    public int After { get; init; }

    /// <summary>How often it has struck.</summary>
    public int Hits => hits;

    private int seen;

    internal bool Strikes(SimulatedProvider provider, string method, Random luck)
    {
        if (provider != Provider || (Method is not null && !Method.Equals(method, StringComparison.OrdinalIgnoreCase)))
        {
            return false;
        }

        if (seen++ < After || hits >= Times || (Probability < 1 && luck.NextDouble() >= Probability))
        {
            return false;
        }

        hits++;
        return true;
    }
}
