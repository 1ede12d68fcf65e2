using System.Collections.Concurrent;
using Braid.Platform.Http;

namespace Braid.Accounts;

/// <summary>
/// Ten failures in 15 minutes per account and per caller's address, then a pause until the oldest is 15 minutes old. Nothing locks for
/// good, and unknown accounts behave as known ones. Counted per node, in memory.
/// </summary>
internal sealed class SignInThrottle(TimeProvider clock)
{
    public const int Allowed = 10;
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(15);
    private const int Most = 50_000;

    private readonly ConcurrentDictionary<string, Queue<DateTimeOffset>> failures = new(StringComparer.Ordinal);

    /// <summary>Refuses with 429 while one of the keys has used up its attempts.</summary>
    public void Check(params ReadOnlySpan<string> keys)
    {
        foreach (var key in keys)
        {
            if (failures.TryGetValue(key, out var times))
            {
                lock (times)
                {
                    Drop(times);
                    if (times.Count >= Allowed)
                    {
                        throw new RefusalException("too_many_attempts", "Too many attempts. Wait a few minutes and try again.", StatusCodes.Status429TooManyRequests)
                        {
                            RetryAfter = times.Peek() + Window - clock.GetUtcNow(),
                        };
                    }
                }
            }
        }
    }

    public void Failed(params ReadOnlySpan<string> keys)
    {
        if (failures.Count > Most)
        {
            Prune();
        }

        foreach (var key in keys)
        {
            var times = failures.GetOrAdd(key, _ => new());
            lock (times)
            {
                Drop(times);
                times.Enqueue(clock.GetUtcNow());
            }
        }
    }

    /// <summary>A success clears the account; the address keeps its count, or one own account would buy ten guesses each time.</summary>
    public void Succeeded(string account) => failures.TryRemove(account, out _);

    public static string Account(string email) => "account " + email;

    public static string Address(HttpContext context) => "address " + context.Connection.RemoteIpAddress;

    private void Drop(Queue<DateTimeOffset> times)
    {
        while (times.TryPeek(out var oldest) && clock.GetUtcNow() - oldest >= Window)
        {
            times.Dequeue();
        }
    }

    private void Prune()
    {
        foreach (var (key, times) in failures)
        {
            lock (times)
            {
                Drop(times);
                if (times.Count == 0)
                {
                    failures.TryRemove(key, out _);
                }
            }
        }
    }
}
