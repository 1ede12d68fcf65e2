using Braid.Channels;
using Braid.Conversations;
using Braid.Customers;
using Braid.Inboxes;
using Braid.Platform.Data;
using Braid.Platform.Events;

namespace Braid.Ingest;

/// <summary>Opens the spine's transactions. One implementation per engine; both run the same statements of <see cref="SpineTables"/>.</summary>
internal abstract class SpineStore
{
    public abstract Task<SpineSession> BeginAsync(CancellationToken ct);
}

/// <summary>
/// One transaction of the spine, in the order of DESIGN §9.5: people (under unique keys), then locks by id on customers and
/// conversations, then everything else, event counters last. Dispose without commit rolls back.
/// </summary>
internal abstract class SpineSession : IAsyncDisposable
{
    /// <summary>Finds the threads that mails answer by our token, then identities and keys of all senders.</summary>
    public abstract Task LoadPeopleAsync(Situation now, People people, IReadOnlyList<Received> events, CancellationToken ct);

    /// <summary>What the holders of keys are called, for those whom a new handle would be given to.</summary>
    public abstract Task LoadHoldersAsync(People people, IReadOnlyList<Id<Customer>> holders, CancellationToken ct);

    /// <summary>False: another node was first with one of them. Nothing was written; load and resolve again.</summary>
    public abstract Task<bool> SavePeopleAsync(People people, CancellationToken ct);

    /// <summary>Locks and loads what <see cref="ReceiveMessage"/> and <see cref="ReceiveChange"/> need.</summary>
    public abstract Task LoadAsync(Situation now, IReadOnlyList<Received> events, CancellationToken ct);

    public abstract Task SaveAsync(Situation now, Decisions decided, IReadOnlyList<PendingDelivery> deliveries, ListenerPosition? position, CancellationToken ct);

    /// <summary>Only the ledger's rows, pending: for what can't be applied now.</summary>
    public abstract Task StoreAsync(IReadOnlyList<PendingDelivery> deliveries, ListenerPosition? position, DateTimeOffset now, CancellationToken ct);

    /// <summary>Commits; gives what to tell readers.</summary>
    public abstract Task<IReadOnlyList<News>> CommitAsync(CancellationToken ct);

    public abstract ValueTask DisposeAsync();

    protected static IEnumerable<string> KeysOf(Received received) =>
        new[] { received.IsContent ? received.DedupeKey : null, received.Event.TargetKey }.OfType<string>();

    /// <summary>One message of ours may have left as several: receipts, quotes and echoes can name any of them.</summary>
    protected static bool MayNameAPart(Received received) => received.Event.Outbound || received.Event.TargetKey is not null;

    protected static Identity ReadIdentity(Row r) => new()
    {
        Id = new(r.Id(0)), WorkspaceId = new(r.Id(1)), InboxId = new(r.Id(2)), ExternalId = r.Text(3), CustomerId = new(r.Id(4)),
        Name = r.TextOrNull(5), Address = r.TextOrNull(6), Verified = r.Flag(7), Unreachable = r.TextOrNull(8), CreatedAt = r.Time(9), LastSeenAt = r.TimeOrNull(10), OriginId = new(r.Id(11)),
    };

    protected const string IdentityColumns = "i.id, i.workspace_id, i.inbox_id, i.external_id, i.customer_id, i.name, i.address, i.verified, i.unreachable, i.created_at, i.last_seen_at, i.origin_id";

    protected static CustomerKey ReadKey(Row r) => new()
    {
        Id = new(r.Id(0)), WorkspaceId = new(r.Id(1)), CustomerId = new(r.Id(2)), Kind = EnumNames.Parse<KeyKind>(r.Text(3)), Value = r.Text(4), Proven = r.Flag(5), OriginId = new(r.Id(6)), Proof = r.TextOrNull(7), Shared = r.Flag(8),
    };

    protected const string KeyColumns = "k.id, k.workspace_id, k.customer_id, k.kind, k.value, k.proven, k.origin_id, k.proof, k.shared";

    protected static Customer ReadCustomer(Row r) => new()
    {
        Id = new(r.Id(0)), WorkspaceId = new(r.Id(1)), Name = r.TextOrNull(2), NameFolded = r.TextOrNull(3), Language = r.TextOrNull(4), Blocked = r.Flag(5), LastSeenAt = r.TimeOrNull(6),
    };

    protected const string CustomerColumns = "c.id, c.workspace_id, c.name, c.name_folded, c.language, c.blocked, c.last_seen_at";

    protected static ChannelThread ReadThread(Row r) => new()
    {
        Id = new(r.Id(0)), WorkspaceId = new(r.Id(1)), InboxId = new(r.Id(2)), ExternalId = r.Text(3), CustomerId = new(r.Id(4)), IdentityId = r.IdOrNull(5) is { } id5 ? new(id5) : null,
        ConversationId = new(r.Id(6)), Audience = EnumNames.Parse<Audience>(r.Text(7)), Subject = r.TextOrNull(8), Verified = r.Flag(9), Token = r.TextOrNull(10),
        LastMessageAt = r.Time(11), LastInboundAt = r.TimeOrNull(12),
    };

    protected const string ThreadColumns =
        "t.id, t.workspace_id, t.inbox_id, t.external_id, t.customer_id, t.identity_id, t.conversation_id, t.audience, t.subject, t.verified, t.token, t.last_message_at, t.last_inbound_at, s.first_at, s.last_at";

    protected static Conversation ReadConversation(Row r) => new()
    {
        Id = new(r.Id(0)), WorkspaceId = new(r.Id(1)), Brand = r.Text(2), CustomerId = new(r.Id(3)), Status = EnumNames.Parse<ConversationStatus>(r.Text(4)),
        Audience = EnumNames.Parse<Audience>(r.Text(5)), SenderUnverified = r.Flag(6), RestrictedTo = r.IdOrNull(7) is { } id7 ? new(id7) : null, Joins = r.TextOrNull(8), Subject = r.TextOrNull(9),
        SnoozedUntil = r.TimeOrNull(10), ResolvedAt = r.TimeOrNull(11), LastMessageId = r.IdOrNull(12) is { } id12 ? new(id12) : null, LastMessageAt = r.Time(13), LastInboundAt = r.TimeOrNull(14),
        WaitingSince = r.TimeOrNull(15), MessageCount = r.Int(16), UnreadCount = r.Int(17), Version = r.Int(18),
    };

    protected const string ConversationColumns =
        "c.id, c.workspace_id, c.brand, c.customer_id, c.status, c.audience, c.sender_unverified, c.restricted_to, c.joins, c.subject, c.snoozed_until, c.resolved_at, "
        + "c.last_message_id, c.last_message_at, c.last_inbound_at, c.waiting_since, c.message_count, c.unread_count, c.version, rm.sent_at";

    /// <summary>Column after those of <see cref="ReadConversation"/>: when the newest message an agent has read was sent.</summary>
    protected static void Keep(Situation now, Conversation conversation, Row r)
    {
        if (!now.Conversations.TryAdd(conversation.Id, conversation)) { return; }
        if (conversation.Joins is { } joins) { now.Places[joins] = conversation; }
        if (r.TimeOrNull(19) is { } read) { now.ReadUpToAt[conversation.Id] = read; }
    }

    protected static Message ReadMessage(Row r) => new()
    {
        Id = new(r.Id(0)), WorkspaceId = new(r.Id(1)), ConversationId = new(r.Id(2)), ThreadId = r.IdOrNull(3) is { } id3 ? new(id3) : null, InboxId = r.IdOrNull(4) is { } id4 ? new(id4) : null,
        Direction = EnumNames.Parse<Direction>(r.Text(5)), ExternalId = r.TextOrNull(6), DedupeKey = r.TextOrNull(7), Text = r.TextOrNull(8), SentAt = r.Time(9),
        Status = r.TextOrNull(10) is { } status ? EnumNames.Parse<SendStatus>(status) : null, StatusAt = r.TimeOrNull(11), StatusReason = r.TextOrNull(12),
        Failure = r.TextOrNull(13) is { } failure ? EnumNames.Parse<FailureKind>(failure) : null, EditedAt = r.TimeOrNull(14), DeletedAt = r.TimeOrNull(15),
        EditOrder = r.IsNull(18) ? null : r.Long(18), Kind = EnumNames.Parse<MessageKind>(r.Text(16)), Extras = r.TextOrNull(17),
    };

    protected const string MessageColumns =
        "m.id, m.workspace_id, m.conversation_id, m.thread_id, m.inbox_id, m.direction, m.external_id, m.dedupe_key, m.text, m.sent_at, m.status, m.status_at, m.status_reason, m.failure, m.edited_at, m.deleted_at, m.kind, m.extras, m.edit_order";

    protected const int PartColumn = 19;

    /// <returns>The one object that stands for this row in the batch.</returns>
    protected static Message Keep(Situation now, Message message)
    {
        if (!now.MessagesById.TryAdd(message.Id, message)) { return now.MessagesById[message.Id]; }
        if (message is { InboxId: { } inbox, DedupeKey: { } key }) { now.Messages.TryAdd((inbox, key), message); }
        return message;
    }

    /// <summary>A further part of a message that was sent in several: what is said of it is said of the message.</summary>
    protected static void KeepPart(Situation now, Message? message, string? part)
    {
        if (part is not null && message?.InboxId is { } inbox) { now.Messages.TryAdd((inbox, part), message); }
    }

    protected static WaitingChange ReadWaiting(Row r) => new()
    {
        Id = new(r.Id(0)), WorkspaceId = new(r.Id(1)), InboxId = new(r.Id(2)), TargetKey = r.Text(3), Event = r.Text(4), DeliveryId = r.Id(5), EventIndex = r.Int(6), ArrivedAt = r.Time(7),
    };

    protected const string WaitingColumns = "w.id, w.workspace_id, w.inbox_id, w.target_key, w.event, w.delivery_id, w.event_index, w.arrived_at";

    protected static void Keep(Situation now, WaitingChange change)
    {
        if (!now.Waiting.TryGetValue((change.InboxId, change.TargetKey), out var list)) { now.Waiting[(change.InboxId, change.TargetKey)] = list = []; }
        list.Add(change);
    }

    protected static Strand ReadStrand(Row r) => new()
    {
        WorkspaceId = new(r.Id(0)), ConversationId = new(r.Id(1)), ThreadId = new(r.Id(2)), InboxId = new(r.Id(3)), FirstAt = r.Time(4), LastAt = r.Time(5),
    };

    protected const string StrandColumns = "s.workspace_id, s.conversation_id, s.thread_id, s.inbox_id, s.first_at, s.last_at";

    /// <summary>The thread, and its strand in the conversation it is in: both are there or neither.</summary>
    protected static void KeepThread(Situation now, Row r)
    {
        var thread = ReadThread(r);
        now.Threads[(thread.InboxId, thread.ExternalId)] = thread;
        if (r.TimeOrNull(13) is not { } first) { return; }
        now.Strands[(thread.ConversationId, thread.Id)] = new Strand
        {
            WorkspaceId = thread.WorkspaceId, ConversationId = thread.ConversationId, ThreadId = thread.Id, InboxId = thread.InboxId, FirstAt = first, LastAt = r.Time(14),
        };
    }

    /// <summary>A thread whose conversation is resolved may go on in another one where it was before: then that one's strands matter too.</summary>
    protected static bool MayMove(Situation now) =>
        now.Threads.Values.Any(t => now.Conversations.GetValueOrDefault(t.ConversationId) is { Status: ConversationStatus.Resolved });

    protected const string ThreadWithStrand = "left join strands s on s.workspace_id = t.workspace_id and s.conversation_id = t.conversation_id and s.thread_id = t.id";
}
