using System.Threading.Channels;
using Braid.Inboxes;
using Braid.Platform.Data;
using Microsoft.AspNetCore.SignalR;

namespace Braid.Realtime.LiveChat;

/// <summary>
/// One open chat. What is to be told waits in a bounded queue; a browser too slow for that is cut off, and when it connects again it asks
/// for the gap.
/// </summary>
internal class VisitorConnection(string id, Guest guest, Action abort)
{
    public const int MostWaiting = 300;
    private readonly Channel<(string Method, object Body)> waiting = Channel.CreateBounded<(string, object)>(MostWaiting);

    protected ChannelReader<(string Method, object Body)> Waiting => waiting.Reader;

    public string Id => id;
    public Guest Guest => guest;
    public Id<Workspace> Workspace => guest.Chat.Inbox.Workspace;

    public bool Reads(Id<Inbox> inbox, string thread) => guest.Chat.Inbox.Id == inbox && guest.Visitor.ReadableThreads.Contains(thread);

    public void Offer(string method, object body)
    {
        if (!waiting.Writer.TryWrite((method, body)))
        {
            abort();
        }
    }

    /// <summary>Every event up to this number was offered: written by the feed alone.</summary>
    public long Read { get; set; }

    public void End() => abort();
}

/// <summary>An open chat on a socket.</summary>
internal sealed class VisitorSocket(string id, Guest guest, IClientProxy client, Action abort) : VisitorConnection(id, guest, abort)
{
    /// <summary>Sends until the connection closes; waits for its browser, never for others.</summary>
    public async Task PumpAsync(CancellationToken closed)
    {
        await foreach (var (method, body) in Waiting.ReadAllAsync(closed))
        {
            await client.SendAsync(method, body, closed);
        }
    }
}

/// <summary>An open chat where sockets are blocked: it is there for the length of one request, until there is something to tell.</summary>
internal sealed class VisitorPoll(Guest guest, Action abort) : VisitorConnection("poll " + Guid.NewGuid().ToString("n"), guest, abort)
{
    public Task<bool> SomethingAsync(CancellationToken ct) => Waiting.WaitToReadAsync(ct).AsTask();

    /// <summary>What was offered, and the number to ask on from: read before the queue, so that nothing falls between the two.</summary>
    public HeardView Take()
    {
        var (last, items) = (Read, new List<HeardItem>());
        while (Waiting.TryRead(out var heard)) { items.Add(new(heard.Method, heard.Body)); }
        return new(items, last, Gap: false);
    }
}

/// <summary>The chats open on this node, by what they may hear.</summary>
internal sealed class VisitorConnections
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, VisitorConnection> open = new(StringComparer.Ordinal);
    private readonly Dictionary<(Id<Inbox>, string), List<VisitorConnection>> byThread = [];
    private readonly Dictionary<Id<Workspace>, int> byWorkspace = [];

    public IReadOnlyList<VisitorConnection> In(Id<Workspace> workspace)
    {
        lock (gate) { return [.. open.Values.Where(c => c.Workspace == workspace)]; }
    }

    public IReadOnlyList<VisitorConnection> All
    {
        get { lock (gate) { return [.. open.Values]; } }
    }

    public VisitorConnection? Find(string id)
    {
        lock (gate) { return open.GetValueOrDefault(id); }
    }

    public bool Any(Id<Workspace> workspace)
    {
        lock (gate) { return byWorkspace.ContainsKey(workspace); }
    }

    public IReadOnlyList<VisitorConnection> Of(Id<Inbox> inbox, string thread)
    {
        lock (gate) { return byThread.TryGetValue((inbox, thread), out var list) ? [.. list] : []; }
    }

    public void Add(VisitorConnection connection)
    {
        lock (gate)
        {
            open[connection.Id] = connection;
            byWorkspace[connection.Workspace] = byWorkspace.GetValueOrDefault(connection.Workspace) + 1;
            foreach (var key in Keys(connection))
            {
                if (!byThread.TryGetValue(key, out var list)) { byThread[key] = list = []; }
                list.Add(connection);
            }
        }
    }

    public void Remove(string id)
    {
        lock (gate)
        {
            if (!open.Remove(id, out var gone)) { return; }
            if (--byWorkspace[gone.Workspace] == 0) { byWorkspace.Remove(gone.Workspace); }
            foreach (var key in Keys(gone))
            {
                if (byThread.TryGetValue(key, out var list) && list.Remove(gone) && list.Count == 0) { byThread.Remove(key); }
            }
        }
    }

    private static IEnumerable<(Id<Inbox>, string)> Keys(VisitorConnection c) => c.Guest.Visitor.ReadableThreads.Select(t => (c.Guest.Chat.Inbox.Id, t));
}
