using System.Security.Claims;
using System.Threading.Channels;
using Braid.Accounts;
using Microsoft.AspNetCore.SignalR;

namespace Braid.Realtime;

/// <summary>
/// One open socket. Events wait in a bounded queue while the client takes the frames before them. A client too slow for that is not buffered
/// for without end: its socket is closed, and when it connects again it asks `GET /events` for the gap, as after any other break.
/// </summary>
internal sealed class AgentConnection(string id, Actor actor, ClaimsPrincipal caller, IClientProxy client, Action abort)
{
    public const int MostWaiting = 2000;

    private readonly Lock gate = new();
    private readonly Channel<bool> wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private List<EventItem> waiting = [];
    private long read;
    private bool tooSlow;

    public string Id => id;
    public Actor Actor => actor;
    public ClaimsPrincipal Caller => caller;

    private int touched = 1;

    /// <summary>The screen was touched since somebody asked last.</summary>
    public void Touch() => Interlocked.Exchange(ref touched, 1);

    public bool TakeActive() => Interlocked.Exchange(ref touched, 0) == 1;

    /// <summary>The conversation on this screen.</summary>
    public Guid? Watching { get; set; }

    public void Offer(IReadOnlyList<EventItem> items, long last)
    {
        lock (gate)
        {
            read = last;
            if (items.Count == 0 || tooSlow)
            {
                return;
            }

            tooSlow = waiting.Count + items.Count > MostWaiting;
            if (!tooSlow)
            {
                waiting.AddRange(items);
            }
        }

        if (tooSlow)
        {
            abort();
        }
        else
        {
            wake.Writer.TryWrite(true);
        }
    }

    /// <summary>Sends until the connection closes; waits for its client, never for other clients.</summary>
    public async Task PumpAsync(CancellationToken closed)
    {
        while (await wake.Reader.WaitToReadAsync(closed))
        {
            wake.Reader.TryRead(out _);
            if (Take() is { } frame)
            {
                await client.SendAsync("events", frame, closed);
            }
        }
    }

    public Task SendAsync(string method, object message, CancellationToken ct) => client.SendAsync(method, message, ct);

    /// <summary>The last word, then the end.</summary>
    public async Task SignOutAsync(CancellationToken ct)
    {
        try
        {
            await client.SendAsync("signedOut", ct);
        }
        finally
        {
            abort();
        }
    }

    private EventFrame? Take()
    {
        lock (gate)
        {
            if (waiting.Count == 0 || tooSlow)
            {
                return null;
            }

            var frame = new EventFrame(waiting, read);
            waiting = [];
            return frame;
        }
    }
}
