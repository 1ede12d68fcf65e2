using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Braid.Simulator;

/// <summary>
/// What has reached somebody, in order, and a way to wait for what has not come yet. Nothing polls: an arrival wakes whoever waits for it.
/// </summary>
public sealed class Arrivals<T>
{
    // A demo runs for days; the oldest arrivals are let go.
    private const int Kept = 20_000;
    private readonly Lock gate = new();
    private readonly Queue<T> items = new();
    private readonly List<Wish> wishes = [];
    private readonly List<ChannelWriter<T>> followers = [];

    /// <summary>A copy of what has arrived so far.</summary>
    public IReadOnlyList<T> Items
    {
        get
        {
            lock (gate)
            {
                return [.. items];
            }
        }
    }

    /// <summary>The first that fits, whether it is here already or still to come.</summary>
    public async Task<T> WaitForAsync(Func<T, bool> wanted, CancellationToken ct)
    {
        Wish wish;
        lock (gate)
        {
            foreach (var item in items)
            {
                if (wanted(item))
                {
                    return item;
                }
            }

            wish = new Wish(wanted, new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously));
            wishes.Add(wish);
        }

        try
        {
            return await wish.Granted.Task.WaitAsync(ct);
        }
        finally
        {
            lock (gate)
            {
                wishes.Remove(wish);
            }
        }
    }

    /// <summary>Waits until at least so many have arrived that fit, and gives them.</summary>
    public async Task<IReadOnlyList<T>> WaitForAsync(int count, Func<T, bool> wanted, CancellationToken ct)
    {
        var found = new List<T>();
        await foreach (var item in FollowAsync(fromStart: true, ct))
        {
            if (wanted(item))
            {
                found.Add(item);
            }

            if (found.Count >= count)
            {
                break;
            }
        }

        return found;
    }

    /// <summary>Every arrival from now on (or from the first one kept), one by one, until cancelled.</summary>
    public async IAsyncEnumerable<T> FollowAsync(bool fromStart, [EnumeratorCancellation] CancellationToken ct)
    {
        var channel = Channel.CreateUnbounded<T>();
        lock (gate)
        {
            foreach (var item in fromStart ? items : [])
            {
                channel.Writer.TryWrite(item);
            }

            followers.Add(channel.Writer);
        }

        try
        {
            await foreach (var item in channel.Reader.ReadAllAsync(ct))
            {
                yield return item;
            }
        }
        finally
        {
            lock (gate)
            {
                followers.Remove(channel.Writer);
            }
        }
    }

    internal void Add(T item)
    {
        lock (gate)
        {
            items.Enqueue(item);
            if (items.Count > Kept)
            {
                items.Dequeue();
            }

            foreach (var wish in wishes.Where(w => w.Wanted(item)))
            {
                wish.Granted.TrySetResult(item);
            }

            foreach (var follower in followers)
            {
                follower.TryWrite(item);
            }
        }
    }

    private sealed record Wish(Func<T, bool> Wanted, TaskCompletionSource<T> Granted);
}
