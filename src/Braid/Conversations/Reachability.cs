using Braid.Channels;
using Braid.Customers;
using Braid.Inboxes;
using Braid.Platform.Data;

namespace Braid.Conversations;

/// <summary>
/// On which threads and addresses can this conversation go on, who will read it, and if not, why not. Pure: rows in, verdicts out.
/// A conversation that must not mix with others (shared, public, restricted, unproven sender) only reaches its own threads.
/// </summary>
internal static class Reachability
{
    public sealed record Strand(ChannelThread Thread, string InboxName, string Channel, ConnectedInbox? Inbox, Identity? Identity, IReadOnlyList<Participant> Participants);

    public sealed record Known(Identity Identity, ChannelThread? Thread);

    public static SendVerdictView Of(Strand strand, DateTimeOffset now)
    {
        var (thread, inbox) = (strand.Thread, strand.Inbox);
        if (inbox is null)
        {
            return new(false, "inbox_disabled", "This inbox was removed. Answer on another channel.", null, false, []);
        }

        var descriptor = inbox.Channel.Descriptor;
        var readers = Readers(strand, descriptor);
        // Nobody vouched for the sender: the answer goes to the address we know, so that only its owner can read it. Without one, to nobody.
        if (!thread.Verified && thread.Audience == Audience.Private && strand.Identity?.Address is null)
        {
            return new(false, "identity_unverified", "Nobody could prove who wrote this, and there is no address to answer to.", null, false, readers);
        }

        var verdict = ReplyPolicy.Check(inbox, thread.Audience, strand.Identity?.Unreachable, thread.LastInboundAt, now);
        return new(verdict.Ok, verdict.Code, verdict.Reason, verdict.WindowUntil, descriptor.Capabilities.Templates, readers);
    }

    /// <summary>Mail and threads of several people name their readers; in a direct message it is plain who reads.</summary>
    private static List<ReaderView> Readers(Strand strand, ChannelDescriptor descriptor)
    {
        if (strand.Thread.Audience == Audience.Private && descriptor.Address != AddressKind.Email)
        {
            return [];
        }

        var readers = new List<ReaderView>();
        if (strand.Identity is { } identity)
        {
            readers.Add(new(identity.Name, identity.Address ?? identity.ExternalId));
        }

        if (strand.Thread.Verified)
        {
            readers.AddRange(strand.Participants.Select(p => new ReaderView(p.Name, p.Address ?? p.ExternalId)));
        }

        return [.. readers.DistinctBy(r => r.Address, StringComparer.OrdinalIgnoreCase)];
    }

    public static IReadOnlyList<ReachableView> Of(
        Conversation conversation, IReadOnlyList<Strand> strands, IReadOnlyList<Known> known, IReadOnlyList<CustomerKey> keys, IReadOnlyList<ConnectedInbox> inboxes, DateTimeOffset now)
    {
        if (conversation.Audience != Audience.Private || conversation.SenderUnverified)
        {
            return [.. strands.Where(s => s.Inbox is { Enabled: true }).Select(s => OwnThread(s, now))];
        }

        var open = inboxes.Where(i => i.Enabled && i.Brand == conversation.Brand && (conversation.RestrictedTo is { } only ? i.Id == only : !i.Restricted)).ToDictionary(i => i.Id);
        // One line per handle, though a provider may know it by several ids; the one with a thread wins.
        var handles = known.Where(k => open.ContainsKey(k.Identity.InboxId)).OrderBy(k => k.Thread is null).DistinctBy(k => (k.Identity.InboxId, k.Identity.Address ?? k.Identity.ExternalId));
        var reachable = handles.Select(k => OfIdentity(k, open[k.Identity.InboxId], now)).ToList();
        foreach (var inbox in open.Values.OrderBy(i => i.Name, StringComparer.Ordinal))
        {
            foreach (var key in keys.Where(k => Opens(k, inbox.Channel.Descriptor) && !reachable.Any(r => r.InboxId == inbox.Id && Same(r.Address, k))))
            {
                reachable.Add(OfKey(key, inbox, now));
            }
        }

        return reachable;
    }

    private static ReachableView OwnThread(Strand s, DateTimeOffset now)
    {
        var send = Of(s, now);
        return new(s.Thread.InboxId, s.InboxName, s.Channel, s.Identity?.Address, s.Identity?.Id, s.Thread.Id, send.Ok, send.Code, send.Reason, send.WindowUntil, send.Templates);
    }

    private static ReachableView OfIdentity(Known known, ConnectedInbox inbox, DateTimeOffset now)
    {
        var identity = known.Identity;
        var verdict = ReplyPolicy.Check(inbox, Audience.Private, identity.Unreachable, known.Thread?.LastInboundAt, now);
        return View(inbox, identity.Address, identity.Id, known.Thread?.Id, verdict);
    }

    private static ReachableView OfKey(CustomerKey key, ConnectedInbox inbox, DateTimeOffset now)
    {
        var verdict = key.Proven
            ? ReplyPolicy.Check(inbox, Audience.Private, null, null, now)
            : new ReplyVerdict(false, "identity_unverified", $"Nobody has proven that {key.Value} is theirs. Add it to the profile yourself when you know it is.", null);
        return View(inbox, key.Value, null, null, verdict);
    }

    private static ReachableView View(ConnectedInbox inbox, string? address, Id<Identity>? identity, Id<ChannelThread>? thread, ReplyVerdict v) =>
        new(inbox.Id, inbox.Name, inbox.Channel.Descriptor.Id, address, identity, thread, v.Ok, v.Code, v.Reason, v.WindowUntil, inbox.Channel.Descriptor.Capabilities.Templates);

    private static bool Opens(CustomerKey key, ChannelDescriptor channel) => channel.FirstContact != FirstContact.No && (key.Kind, channel.Address) switch
    {
        (KeyKind.Email, AddressKind.Email) => true,
        (KeyKind.Phone, AddressKind.Phone) => true,
        _ => false,
    };

    private static bool Same(string? address, CustomerKey key) => address is not null && (key.Kind == KeyKind.Phone
        ? string.Concat(address.Where(char.IsAsciiDigit)) == key.Value[1..]
        : string.Equals(address, key.Value, StringComparison.OrdinalIgnoreCase));
}
