using Braid.Channels;
using Braid.Inboxes;

namespace Braid.Delivery;

/// <summary>How fast one inbox may send at the moment. Kept in memory while lanes come and go; what it forgets on a restart costs one try.</summary>
internal sealed class InboxPace(ChannelLimits limits, TimeProvider clock)
{
    private readonly Lock gate = new();
    private readonly TokenBucket bucket = new(limits.SendsPerSecond, clock);
    private readonly CircuitBreaker breaker = new(clock);
    private DateTimeOffset pausedUntil;

    private string? refused;

    /// <summary>The provider refused these settings: nothing is sent until an admin changed them.</summary>
    public void Refuse(ChannelSettings settings)
    {
        lock (gate) { refused = SettingsMark.Of(settings); }
    }

    public bool Refuses(ChannelSettings settings)
    {
        lock (gate) { return refused is not null && refused == SettingsMark.Of(settings); }
    }

    /// <summary>The call that was to try a mended provider never began.</summary>
    public void TakeBackProbe()
    {
        lock (gate) { breaker.TakeBackProbe(); }
    }

    public int Take(int wanted)
    {
        lock (gate)
        {
            // Asked only for what may go, so that no token is lost on a closed door.
            return clock.GetUtcNow() < pausedUntil || bucket.Wait() > TimeSpan.Zero ? 0 : bucket.Take(breaker.Allow(wanted));
        }
    }

    /// <summary>Until something may go; zero when now.</summary>
    public TimeSpan Wait()
    {
        lock (gate)
        {
            var pause = pausedUntil - clock.GetUtcNow();
            return new[] { pause, breaker.Wait(), bucket.Wait(), TimeSpan.Zero }.Max();
        }
    }

    public void PauseUntil(DateTimeOffset until)
    {
        lock (gate)
        {
            pausedUntil = until > pausedUntil ? until : pausedUntil;
        }
    }

    /// <summary>Every result says something about the provider: an answer, even a refusal, shows that it lives.</summary>
    public void Learn(SendResult result)
    {
        lock (gate)
        {
            if (result is SendResult.Unknown or SendResult.Retry { ProviderDown: true }) { breaker.Failed(); } else { breaker.Succeeded(); }
        }
    }
}
