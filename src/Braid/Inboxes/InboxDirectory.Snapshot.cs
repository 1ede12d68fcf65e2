using System.Collections.Frozen;
using System.Diagnostics;
using Braid.Platform.Data;

namespace Braid.Inboxes;

/// <summary>All inboxes as of one look into the database. Immutable, so readers need no lock.</summary>
internal sealed class InboxSnapshot(IReadOnlyList<ConnectedInbox> all, string stamp)
{
    private readonly FrozenDictionary<Id<Inbox>, ConnectedInbox> byId = all.ToFrozenDictionary(i => i.Id);

    // Of several inboxes of one account only one can be enabled; that one counts.
    private readonly FrozenDictionary<(Id<Workspace>, string, string), ConnectedInbox> byAccount = all
        .Where(i => i.Settings.Account is not null)
        .GroupBy(i => (i.Workspace, i.Channel.Descriptor.Id, i.Settings.Account!))
        .ToFrozenDictionary(g => g.Key, g => g.OrderByDescending(i => i.Enabled).First());

    private readonly long readAt = Stopwatch.GetTimestamp();

    public IReadOnlyList<ConnectedInbox> All { get; } = all;

    /// <summary>Changes with every change of any inbox.</summary>
    public string Stamp { get; } = stamp;

    /// <summary>Real time, not the product's clock: it only limits how often a stranger's id may ask the database.</summary>
    public TimeSpan Age => Stopwatch.GetElapsedTime(readAt);

    public ConnectedInbox? Find(Id<Inbox> id) => byId.GetValueOrDefault(id);

    public ConnectedInbox? Find(Id<Workspace> workspace, string channel, string account) => byAccount.GetValueOrDefault((workspace, channel, account));
}
