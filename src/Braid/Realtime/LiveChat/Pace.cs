using System.Collections.Concurrent;
using Braid.Channels.LiveChat;
using Braid.Platform.Http;

namespace Braid.Realtime.LiveChat;

/// <summary>
/// So many a minute, per visitor and per address; an address may stand for a whole office, hence its larger share. Each node counts in
/// memory; who comes near a limit is also counted over the nodes (<see cref="SharedPace"/>), so that ordinary visitors cost no write.
/// </summary>
internal sealed class Pace(TimeProvider clock)
{
    public const int PerAddress = 240;
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);
    private const int Most = 50_000;

    /// <summary>From this part of a limit on the nodes tell each other: with up to four of them no limit is passed unseen.</summary>
    private const int Near = 4;

    private readonly ConcurrentDictionary<string, Counted> taken = new(StringComparer.Ordinal);

    /// <summary>Takes one, or says how long to wait for it.</summary>
    public TimeSpan? Take(string key, int most)
    {
        if (taken.Count > Most)
        {
            Prune();
        }

        var counted = taken.GetOrAdd(key, _ => new());
        lock (counted)
        {
            var now = clock.GetUtcNow();
            counted.Drop(now);
            counted.Most = most;
            if (counted.Times.Count + counted.Elsewhere(now) >= most)
            {
                return counted.Times.TryPeek(out var oldest) ? oldest + Window - now : Window;
            }

            counted.Times.Enqueue(now);
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

    /// <summary>The keys that came near their limit on this node, and how often they took in the last minute.</summary>
    public IReadOnlyList<(string Key, int Count)> Hot()
    {
        var (now, hot) = (clock.GetUtcNow(), new List<(string, int)>());
        foreach (var (key, counted) in taken)
        {
            lock (counted)
            {
                counted.Drop(now);
                if (counted.Times.Count * Near >= counted.Most) { hot.Add((key, counted.Times.Count)); }
            }
        }

        return hot;
    }

    /// <summary>What other nodes counted for a key. Forgotten after a minute without news.</summary>
    public void Heard(string key, int elsewhere)
    {
        if (taken.TryGetValue(key, out var counted))
        {
            lock (counted) { counted.Hear(elsewhere, clock.GetUtcNow()); }
        }
    }

    private void Prune()
    {
        foreach (var (key, counted) in taken)
        {
            lock (counted)
            {
                counted.Drop(clock.GetUtcNow());
                if (counted.Times.Count == 0)
                {
                    taken.TryRemove(key, out _);
                }
            }
        }
    }

    private sealed class Counted
    {
        private int elsewhere;
        private DateTimeOffset heardAt;

        public Queue<DateTimeOffset> Times { get; } = new();
        public int Most { get; set; } = int.MaxValue;

        public int Elsewhere(DateTimeOffset now) => now - heardAt < Window ? elsewhere : 0;

        public void Hear(int count, DateTimeOffset now) => (elsewhere, heardAt) = (count, now);

        public void Drop(DateTimeOffset now)
        {
            while (Times.TryPeek(out var oldest) && now - oldest >= Window)
            {
                Times.Dequeue();
            }
        }
    }
}
