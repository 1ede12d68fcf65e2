using System.Collections.Concurrent;
using Braid.Inboxes;
using Braid.Platform;
using Braid.Platform.Data;

namespace Braid.Delivery;

/// <summary>Wakes sending on this node after a message was queued or settled.</summary>
internal sealed class OutboundBells(TimeProvider clock)
{
    private readonly ConcurrentDictionary<Id<Inbox>, Wake> lanes = new();

    /// <summary>For the host: some inbox may need a lane.</summary>
    public Wake Any { get; } = new(clock);

    public Wake Of(Id<Inbox> inbox) => lanes.GetOrAdd(inbox, _ => new(clock));

    public void Ring(Id<Inbox> inbox)
    {
        Of(inbox).Ring();
        Any.Ring();
    }
}
