using Braid.Channels;
using Braid.Customers;
using Braid.Inboxes;
using Braid.Platform.Data;

namespace Braid.Ingest;

/// <summary>One event of a delivery, with what the decision needs to know about where it came from.</summary>
internal sealed class Received(ConnectedInbox inbox, InboundEvent e, PendingDelivery delivery, int position)
{
    /// <summary>The inbox the event belongs to: one delivery may carry several accounts.</summary>
    public ConnectedInbox Inbox { get; } = inbox;
    public InboundEvent Event { get; } = WithCountry(inbox, e);
    public PendingDelivery Delivery { get; } = delivery;
    public int Position { get; } = position;

    public Id<Workspace> Workspace => Inbox.Workspace;

    /// <summary>The thread whose token a mail carries: it answers ours, so it is proven for that thread and belongs to it.</summary>
    public string? TokenThread { get; set; }

    public bool ProvenByToken => TokenThread is not null;

    public bool Verified => ProvenByToken || (Event.Sender?.Verified ?? true);

    /// <summary>
    /// The thread's key. An unproven sender never lands on a proven thread, whatever ids the mail claims: it has a thread of its own
    /// per claimed thread and address.
    /// </summary>
    public string? ThreadKey => (TokenThread ?? Event.ThreadId) is { } thread
        ? Verified ? thread : $"{thread}\u001funverified\u001f{Event.Sender?.Id}"
        : null;

    public string? DedupeKey => Event.Key;

    /// <summary>
    /// The provider's id of the person on the other side: the sender, or whom our side wrote to elsewhere. Null where our side wrote to
    /// a group or in public: that names a thread, no person.
    /// </summary>
    public string? PersonId => !Event.Outbound ? Event.Sender?.Id : Event.Audience == Audience.Private ? Event.RecipientId ?? Event.ThreadId : null;

    public bool IsContent => Event.Kind is InboundKind.Message or InboundKind.Comment or InboundKind.Postback or InboundKind.Call;

    /// <summary>Numbers typed without their country are read as the inbox's; those that are none are no keys.</summary>
    private static InboundEvent WithCountry(ConnectedInbox inbox, InboundEvent e)
    {
        if (e.Sender is not { Keys.Count: > 0 } sender || !sender.Keys.Any(Typed)) { return e; }
        var keys = sender.Keys.Select(k => !Typed(k) ? k : PhoneNumbers.Normalise(k.Value, inbox.Region) is { } phone ? k with { Value = phone } : null).OfType<ContactKey>().Distinct().ToList();
        return e with { Sender = sender with { Keys = keys } };

        static bool Typed(ContactKey key) => key is { Kind: KeyKind.Phone, Proven: false } && !key.Value.StartsWith('+');
    }

    /// <summary>By the provider's clock, never after arrival; not more than 7 days before it, except mail (DESIGN §9.4).</summary>
    public DateTimeOffset SentAt => TimeOf(Event, Delivery.ReceivedAt);

    public static DateTimeOffset TimeOf(InboundEvent e, DateTimeOffset arrived)
    {
        if (e.Timestamp is not { } at || at > arrived) { return arrived; }
        return e.Mail is null && at < arrived.AddDays(-7) ? arrived.AddDays(-7) : at;
    }
}

/// <summary>A ledger row on its way: new, or claimed again after a crash, a failure or for a replay.</summary>
internal sealed class PendingDelivery(ConnectedInbox inbox, RawDelivery raw, DeliverySource source, Reading reading)
{
    public Id<Delivery> Id { get; init; } = Id<Delivery>.New();
    public ConnectedInbox Inbox { get; } = inbox;
    public RawDelivery Raw { get; } = raw;
    public DeliverySource Source { get; } = source;
    public Reading Reading { get; } = reading;
    public DateTimeOffset ReceivedAt => Raw.ReceivedAt;

    /// <summary>True: the row exists already and only its outcome is written.</summary>
    public bool Stored { get; init; }

    /// <summary>True: one event of several is applied alone; the row's own outcome is written when all are done.</summary>
    public bool Partial { get; init; }

    /// <summary>Set when the body lies in the file store.</summary>
    public string? FileHash { get; init; }

    public List<Received> Events { get; } = [];
    public List<EventResult> Results { get; } = [];
}

/// <summary>How one event ended.</summary>
internal sealed record EventResult(
    PendingDelivery Delivery, int Position, Id<Inbox> Inbox, string Kind, string? ExternalId, EventOutcome Outcome, string? Reason = null, Guid? MessageId = null, Guid? ConversationId = null);
