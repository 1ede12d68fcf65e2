using System.Collections.Concurrent;

namespace Braid.Channels;

/// <summary>An access token with what renews it.</summary>
public sealed record KeptToken(string Value, DateTimeOffset? ExpiresAt)
{
    /// <summary>Where the provider rotates refresh tokens: the newest. It is on the disk before <see cref="Value"/> is used.</summary>
    public string? RefreshToken { get; init; }
}

/// <summary>
/// An inbox's short-lived tokens: kept over calls, renewed by one caller at a time over all nodes (single-use refresh tokens), encrypted at
/// rest where they must outlive a restart.
/// </summary>
public interface IKeptTokens
{
    /// <summary>
    /// The token of this name, if it is good for another minute; else what <paramref name="renew"/> gives. `renew` gets the last token kept
    /// (null at first: start from the settings) and throws <see cref="TokenRefusedException"/> when the provider wants a new sign-in.
    /// </summary>
    Task<KeptToken> GetAsync(string name, Func<KeptToken?, CancellationToken, Task<KeptToken>> renew, CancellationToken ct);

    /// <summary>The provider refused this token before its time: the next call renews it.</summary>
    void Forget(string name, KeptToken token);
}

/// <summary>The provider no longer accepts our sign-in. Reason: what happened; Fix: what the admin does. Neither holds a secret.</summary>
public sealed class TokenRefusedException(string reason, string fix) : Exception(reason)
{
    public string Fix { get; } = fix;
}

/// <summary>No answer, or no usable one, when a token was renewed: try again later.</summary>
public sealed class TokenUnavailableException(string reason) : Exception(reason);

/// <summary>For tests and commands: in memory, for one inbox.</summary>
public sealed class MemoryTokens(TimeProvider clock) : IKeptTokens
{
    private static readonly TimeSpan Early = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, Slot> slots = new(StringComparer.Ordinal);

    public async Task<KeptToken> GetAsync(string name, Func<KeptToken?, CancellationToken, Task<KeptToken>> renew, CancellationToken ct)
    {
        var slot = slots.GetOrAdd(name, _ => new Slot());
        await slot.Gate.WaitAsync(ct);
        try
        {
            if (slot.Token is not { } token || slot.Stale || token.ExpiresAt - Early <= clock.GetUtcNow())
            {
                (slot.Token, slot.Stale) = (await renew(slot.Token, ct), false);
            }

            return slot.Token;
        }
        finally
        {
            slot.Gate.Release();
        }
    }

    public void Forget(string name, KeptToken token)
    {
        if (slots.TryGetValue(name, out var slot) && slot.Token?.Value == token.Value) { slot.Stale = true; }
    }

    private sealed class Slot
    {
        public SemaphoreSlim Gate { get; } = new(1);
        public KeptToken? Token { get; set; }
        public bool Stale { get; set; }
    }
}
