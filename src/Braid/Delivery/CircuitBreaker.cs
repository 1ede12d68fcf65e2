namespace Braid.Delivery;

/// <summary>
/// After ten troubles of the provider in a row nothing is sent for a while; then one message tries. When that one fails too, the pause
/// doubles, up to five minutes. Not safe for several threads.
/// </summary>
internal sealed class CircuitBreaker(TimeProvider clock)
{
    private const int Most = 10;
    private static readonly TimeSpan First = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    private int failures;
    private int opened;
    private DateTimeOffset until;
    private bool probing;

    public bool IsOpen => opened > 0;

    /// <returns>How many of <paramref name="wanted"/> calls may start now.</returns>
    public int Allow(int wanted)
    {
        if (!IsOpen)
        {
            return wanted;
        }

        if (probing || wanted == 0 || clock.GetUtcNow() < until)
        {
            return 0;
        }

        probing = true;
        return 1;
    }

    /// <summary>How long until a call may be tried; zero when one may start now.</summary>
    public TimeSpan Wait() => IsOpen && clock.GetUtcNow() is var now && now < until ? until - now : TimeSpan.Zero;

    public void Succeeded() => (failures, opened, probing) = (0, 0, false);

    /// <summary>The allowed call did not take place.</summary>
    public void TakeBackProbe() => probing = false;

    public void Failed()
    {
        failures++;
        if ((IsOpen && probing) || (!IsOpen && failures >= Most))
        {
            var pause = First * Math.Pow(2, opened);
            until = clock.GetUtcNow() + (pause < Longest ? pause : Longest);
            opened++;
        }

        probing = false;
    }
}
