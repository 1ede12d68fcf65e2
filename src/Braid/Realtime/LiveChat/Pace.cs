using System.Collections.Concurrent;
using Braid.Channels.LiveChat;
using Braid.Platform.Http;

namespace Braid.Realtime.LiveChat;

/// <summary>
/// So many a minute, per visitor and per address; an address may stand for a whole office, hence its larger share. Counted per node, in
/// memory: it keeps floods out, it is no account of anything.
/// </summary>
internal sealed class Pace(TimeProvider clock)
{
    public const int PerAddress = 240;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);
    private const int Most = 50_000;

    private readonly ConcurrentDictionary<string, Queue<DateTimeOffset>> taken = new(StringComparer.Ordinal);

    /// <summary>Takes one, or says how long to wait for it.</summary>
    public TimeSpan? Take(string key, int most)
    {
        if (taken.Count > Most)
        {
            Prune();
        }

        var times = taken.GetOrAdd(key, _ => new());
        lock (times)
        {
            var now = clock.GetUtcNow();
            Drop(times, now);
            if (times.Count >= most)
            {
                return times.Peek() + Window - now;
            }

            times.Enqueue(now);
            return null;
        }
    }

    public TimeSpan? TakeMessage(Guest guest, string? address) =>
        Take($"says {guest.Chat.Inbox.Id} {guest.Visitor.SenderId}", LiveChatLimits.MessagesPerMinute) ?? Take("says from " + address, PerAddress);

    /// <summary>Refuses with 429.</summary>
    public void Require(string what, HttpContext context, int most = PerAddress)
    {
        if (Take($"{what} {context.Connection.RemoteIpAddress}", most) is { } wait)
        {
            throw new RefusalException("too_many_attempts", "Too many at once. Wait a little and try again.", StatusCodes.Status429TooManyRequests) { RetryAfter = wait };
        }
    }

    private static void Drop(Queue<DateTimeOffset> times, DateTimeOffset now)
    {
        while (times.TryPeek(out var oldest) && now - oldest >= Window)
        {
            times.Dequeue();
        }
    }

    private void Prune()
    {
        foreach (var (key, times) in taken)
        {
            lock (times)
            {
                Drop(times, clock.GetUtcNow());
                if (times.Count == 0)
                {
                    taken.TryRemove(key, out _);
                }
            }
        }
    }
}
