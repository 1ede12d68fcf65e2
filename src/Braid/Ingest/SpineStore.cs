using System.Data.Common;
using Braid.Channels;
using Braid.Conversations;
using Braid.Customers;
using Braid.Inboxes;
using Braid.Platform.Data;

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

    /// <summary>False: another node was first with one of them. Nothing was written; load and resolve again.</summary>
    public abstract Task<bool> SavePeopleAsync(People people, CancellationToken ct);

    /// <summary>Locks and loads what <see cref="ReceiveMessage"/> and <see cref="ReceiveChange"/> need.</summary>
    public abstract Task LoadAsync(Situation now, IReadOnlyList<Received> events, CancellationToken ct);

    public abstract Task SaveAsync(Situation now, Decisions decided, IReadOnlyList<PendingDelivery> deliveries, ListenerPosition? position, CancellationToken ct);

    /// <summary>Only the ledger's rows, pending: for what can't be applied now.</summary>
    public abstract Task StoreAsync(IReadOnlyList<PendingDelivery> deliveries, ListenerPosition? position, DateTimeOffset now, CancellationToken ct);

    /// <summary>Commits; gives the last event number per workspace, to wake readers with.</summary>
    public abstract Task<IReadOnlyDictionary<Id<Workspace>, long>> CommitAsync(CancellationToken ct);

    public abstract ValueTask DisposeAsync();

    protected static IEnumerable<string> KeysOf(Received received) =>
        new[] { received.IsContent ? received.DedupeKey : null, received.Event.TargetKey }.OfType<string>();

    protected static IEnumerable<ContactKey> KeysOf(IEnumerable<Received> events) => events.SelectMany(r => r.Event.Sender?.Keys ?? []);

    protected static Identity ReadIdentity(DbDataReader r, Func<DbDataReader, int, Guid> id) => new()
    {
        Id = new(id(r, 0)), WorkspaceId = new(id(r, 1)), InboxId = new(id(r, 2)), ExternalId = r.GetString(3), CustomerId = new(id(r, 4)),
        Name = Text(r, 5), Address = Text(r, 6), Verified = r.GetBoolean(7), Unreachable = Text(r, 8), CreatedAt = Time(r, 9)!.Value, LastSeenAt = Time(r, 10),
    };

    protected const string IdentityColumns = "i.id, i.workspace_id, i.inbox_id, i.external_id, i.customer_id, i.name, i.address, i.verified, i.unreachable, i.created_at, i.last_seen_at";

    protected static CustomerKey ReadKey(DbDataReader r, Func<DbDataReader, int, Guid> id) => new()
    {
        Id = new(id(r, 0)), WorkspaceId = new(id(r, 1)), CustomerId = new(id(r, 2)), Kind = EnumNames.Parse<KeyKind>(r.GetString(3)), Value = r.GetString(4), Proven = r.GetBoolean(5),
    };

    protected const string KeyColumns = "k.id, k.workspace_id, k.customer_id, k.kind, k.value, k.proven";

    protected static Customer ReadCustomer(DbDataReader r, Func<DbDataReader, int, Guid> id) => new()
    {
        Id = new(id(r, 0)), WorkspaceId = new(id(r, 1)), Name = Text(r, 2), NameFolded = Text(r, 3), NameEdited = r.GetBoolean(4), Language = Text(r, 5), Blocked = r.GetBoolean(6), LastSeenAt = Time(r, 7),
    };

    protected const string CustomerColumns = "c.id, c.workspace_id, c.name, c.name_folded, c.name_edited, c.language, c.blocked, c.last_seen_at";

    protected static ChannelThread ReadThread(DbDataReader r, Func<DbDataReader, int, Guid> id) => new()
    {
        Id = new(id(r, 0)), WorkspaceId = new(id(r, 1)), InboxId = new(id(r, 2)), ExternalId = r.GetString(3), CustomerId = new(id(r, 4)), IdentityId = r.IsDBNull(5) ? null : new(id(r, 5)),
        ConversationId = new(id(r, 6)), Audience = EnumNames.Parse<Audience>(r.GetString(7)), Subject = Text(r, 8), Verified = r.GetBoolean(9), Token = Text(r, 10),
        LastMessageAt = Time(r, 11)!.Value, LastInboundAt = Time(r, 12),
    };

    protected const string ThreadColumns =
        "t.id, t.workspace_id, t.inbox_id, t.external_id, t.customer_id, t.identity_id, t.conversation_id, t.audience, t.subject, t.verified, t.token, t.last_message_at, t.last_inbound_at";

    protected static Conversation ReadConversation(DbDataReader r, Func<DbDataReader, int, Guid> id) => new()
    {
        Id = new(id(r, 0)), WorkspaceId = new(id(r, 1)), Brand = r.GetString(2), CustomerId = new(id(r, 3)), Status = EnumNames.Parse<ConversationStatus>(r.GetString(4)),
        Audience = EnumNames.Parse<Audience>(r.GetString(5)), SenderUnverified = r.GetBoolean(6), RestrictedTo = r.IsDBNull(7) ? null : new(id(r, 7)), Joins = Text(r, 8), Subject = Text(r, 9),
        SnoozedUntil = Time(r, 10), ResolvedAt = Time(r, 11), LastMessageId = r.IsDBNull(12) ? null : new(id(r, 12)), LastMessageAt = Time(r, 13)!.Value, LastInboundAt = Time(r, 14),
        WaitingSince = Time(r, 15), MessageCount = r.GetInt32(16), UnreadCount = r.GetInt32(17), Version = r.GetInt32(18),
    };

    protected const string ConversationColumns =
        "c.id, c.workspace_id, c.brand, c.customer_id, c.status, c.audience, c.sender_unverified, c.restricted_to, c.joins, c.subject, c.snoozed_until, c.resolved_at, "
        + "c.last_message_id, c.last_message_at, c.last_inbound_at, c.waiting_since, c.message_count, c.unread_count, c.version, rm.sent_at";

    /// <summary>Column after those of <see cref="ReadConversation"/>: when the newest message an agent has read was sent.</summary>
    protected static void Keep(Situation now, Conversation conversation, DbDataReader r)
    {
        if (!now.Conversations.TryAdd(conversation.Id, conversation)) { return; }
        if (conversation.Joins is { } joins) { now.Places[joins] = conversation; }
        if (Time(r, 19) is { } read) { now.ReadUpToAt[conversation.Id] = read; }
    }

    protected static Message ReadMessage(DbDataReader r, Func<DbDataReader, int, Guid> id) => new()
    {
        Id = new(id(r, 0)), WorkspaceId = new(id(r, 1)), ConversationId = new(id(r, 2)), ThreadId = r.IsDBNull(3) ? null : new(id(r, 3)), InboxId = r.IsDBNull(4) ? null : new(id(r, 4)),
        Direction = EnumNames.Parse<Direction>(r.GetString(5)), ExternalId = Text(r, 6), DedupeKey = Text(r, 7), Text = Text(r, 8), SentAt = Time(r, 9)!.Value,
        Status = Text(r, 10) is { } status ? EnumNames.Parse<SendStatus>(status) : null, StatusAt = Time(r, 11), StatusReason = Text(r, 12),
        Failure = Text(r, 13) is { } failure ? EnumNames.Parse<FailureKind>(failure) : null, EditedAt = Time(r, 14), DeletedAt = Time(r, 15),
    };

    protected const string MessageColumns =
        "m.id, m.workspace_id, m.conversation_id, m.thread_id, m.inbox_id, m.direction, m.external_id, m.dedupe_key, m.text, m.sent_at, m.status, m.status_at, m.status_reason, m.failure, m.edited_at, m.deleted_at";

    protected const int PartColumn = 16;

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

    protected static WaitingChange ReadWaiting(DbDataReader r, Func<DbDataReader, int, Guid> id) => new()
    {
        Id = new(id(r, 0)), WorkspaceId = new(id(r, 1)), InboxId = new(id(r, 2)), TargetKey = r.GetString(3), Event = r.GetString(4), DeliveryId = id(r, 5), EventIndex = r.GetInt32(6), ArrivedAt = Time(r, 7)!.Value,
    };

    protected const string WaitingColumns = "w.id, w.workspace_id, w.inbox_id, w.target_key, w.event, w.delivery_id, w.event_index, w.arrived_at";

    protected static void Keep(Situation now, WaitingChange change)
    {
        if (!now.Waiting.TryGetValue((change.InboxId, change.TargetKey), out var list)) { now.Waiting[(change.InboxId, change.TargetKey)] = list = []; }
        list.Add(change);
    }

    protected static Strand ReadStrand(DbDataReader r, Func<DbDataReader, int, Guid> id) => new()
    {
        WorkspaceId = new(id(r, 0)), ConversationId = new(id(r, 1)), ThreadId = new(id(r, 2)), InboxId = new(id(r, 3)), FirstAt = Time(r, 4)!.Value, LastAt = Time(r, 5)!.Value,
    };

    protected const string StrandColumns = "s.workspace_id, s.conversation_id, s.thread_id, s.inbox_id, s.first_at, s.last_at";

    private static string? Text(DbDataReader r, int i) => r.IsDBNull(i) ? null : r.GetString(i);

    private static DateTimeOffset? Time(DbDataReader r, int i) => r.IsDBNull(i) ? null : DateTimeOffset.FromUnixTimeMilliseconds(r.GetInt64(i));
}
