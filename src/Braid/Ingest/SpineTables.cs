using Braid.Channels;
using Braid.Conversations;
using Braid.Customers;
using Braid.Platform.Data;
using Braid.Platform.Jobs;
using NpgsqlTypes;

namespace Braid.Ingest;

/// <summary>The spine's set-based writes, one definition per statement for both engines. Long, but only a list.</summary>
internal static class SpineTables
{
    public static readonly Rows<Customer> InsertCustomers = new("customers",
    [
        Uuid<Customer>("id", c => c.Id.Value), Uuid<Customer>("workspace_id", c => c.WorkspaceId.Value), Text<Customer>("name", c => c.Name), Text<Customer>("name_folded", c => c.NameFolded),
        Uuid<Customer>("person_id", c => c.PersonId.Value), Text<Customer>("language", c => c.Language), Flag<Customer>("blocked", c => c.Blocked), Flag<Customer>("legal_hold", c => c.LegalHold),
        Time<Customer>("created_at", c => c.CreatedAt), Time<Customer>("last_seen_at", c => c.LastSeenAt),
    ]);

    public static readonly Rows<Customer> UpdateCustomers = new("customers",
        [Uuid<Customer>("id", c => c.Id.Value), Text<Customer>("name", c => c.Name), Text<Customer>("name_folded", c => c.NameFolded), Text<Customer>("language", c => c.Language), Time<Customer>("last_seen_at", c => c.LastSeenAt)], ["id"]);

    public static readonly Rows<CustomerValue> InsertValues = new("customer_values",
    [
        Uuid<CustomerValue>("workspace_id", v => v.WorkspaceId.Value), Uuid<CustomerValue>("customer_id", v => v.CustomerId.Value), Text<CustomerValue>("field", v => v.Field),
        Name<CustomerValue, ValueSource>("source", v => v.Source), Uuid<CustomerValue>("source_id", v => v.SourceId), Text<CustomerValue>("value", v => v.Value), Time<CustomerValue>("at", v => v.At),
    ], suffix: "on conflict do nothing");

    public static readonly Rows<Identity> InsertIdentities = new("identities",
    [
        Uuid<Identity>("id", i => i.Id.Value), Uuid<Identity>("workspace_id", i => i.WorkspaceId.Value), Uuid<Identity>("inbox_id", i => i.InboxId.Value), Text<Identity>("external_id", i => i.ExternalId),
        Uuid<Identity>("customer_id", i => i.CustomerId.Value), Uuid<Identity>("origin_id", i => i.OriginId.Value), Text<Identity>("name", i => i.Name), Text<Identity>("address", i => i.Address), Flag<Identity>("verified", i => i.Verified),
        Time<Identity>("created_at", i => i.CreatedAt), Time<Identity>("last_seen_at", i => i.LastSeenAt),
    ], suffix: "on conflict do nothing");

    public static readonly Rows<Identity> UpdateIdentities = new("identities",
    [
        Uuid<Identity>("id", i => i.Id.Value), Uuid<Identity>("customer_id", i => i.CustomerId.Value), Uuid<Identity>("origin_id", i => i.OriginId.Value), Text<Identity>("name", i => i.Name), Text<Identity>("address", i => i.Address),
        Flag<Identity>("verified", i => i.Verified), Text<Identity>("unreachable", i => i.Unreachable), Time<Identity>("last_seen_at", i => i.LastSeenAt),
    ], ["id"]);

    public static readonly Rows<CustomerKey> InsertKeys = new("customer_keys",
    [
        Uuid<CustomerKey>("id", k => k.Id.Value), Uuid<CustomerKey>("workspace_id", k => k.WorkspaceId.Value), Uuid<CustomerKey>("customer_id", k => k.CustomerId.Value), Uuid<CustomerKey>("origin_id", k => k.OriginId.Value), Name<CustomerKey, KeyKind>("kind", k => k.Kind),
        Text<CustomerKey>("value", k => k.Value), Flag<CustomerKey>("proven", k => k.Proven), Text<CustomerKey>("proof", k => k.Proof), Flag<CustomerKey>("shared", k => k.Shared), Time<CustomerKey>("created_at", k => k.CreatedAt),
    ], suffix: "on conflict do nothing");

    public static readonly Rows<CustomerKey> ProveKeys = new("customer_keys",
        [Uuid<CustomerKey>("id", k => k.Id.Value), Flag<CustomerKey>("proven", k => k.Proven), Text<CustomerKey>("proof", k => k.Proof)], ["id"]);

    public static readonly Rows<ChannelThread> InsertThreads = new("channel_threads",
    [
        Uuid<ChannelThread>("id", t => t.Id.Value), Uuid<ChannelThread>("workspace_id", t => t.WorkspaceId.Value), Uuid<ChannelThread>("inbox_id", t => t.InboxId.Value), Text<ChannelThread>("external_id", t => t.ExternalId),
        Uuid<ChannelThread>("customer_id", t => t.CustomerId.Value), Uuid<ChannelThread>("origin_id", t => t.OriginId.Value), Uuid<ChannelThread>("identity_id", t => t.IdentityId?.Value), Uuid<ChannelThread>("conversation_id", t => t.ConversationId.Value),
        Name<ChannelThread, Audience>("audience", t => t.Audience), Text<ChannelThread>("subject", t => t.Subject), Flag<ChannelThread>("verified", t => t.Verified), Text<ChannelThread>("token", t => t.Token),
        Time<ChannelThread>("created_at", t => t.CreatedAt), Time<ChannelThread>("last_message_at", t => t.LastMessageAt), Time<ChannelThread>("last_inbound_at", t => t.LastInboundAt),
    ]);

    public static readonly Rows<ChannelThread> UpdateThreads = new("channel_threads",
    [
        Uuid<ChannelThread>("id", t => t.Id.Value), Uuid<ChannelThread>("conversation_id", t => t.ConversationId.Value), Name<ChannelThread, Audience>("audience", t => t.Audience), Text<ChannelThread>("subject", t => t.Subject),
        Flag<ChannelThread>("verified", t => t.Verified), Time<ChannelThread>("last_message_at", t => t.LastMessageAt), Time<ChannelThread>("last_inbound_at", t => t.LastInboundAt),
    ], ["id"]);

    public static readonly Rows<ChannelThread> HearThreads = new("channel_threads",
        [Uuid<ChannelThread>("id", t => t.Id.Value), Time<ChannelThread>("last_message_at", t => t.LastMessageAt), Time<ChannelThread>("last_inbound_at", t => t.LastInboundAt)], ["id"]);

    public static readonly Rows<Conversation> InsertConversations = new("conversations",
    [
        Uuid<Conversation>("id", c => c.Id.Value), Uuid<Conversation>("workspace_id", c => c.WorkspaceId.Value), Text<Conversation>("brand", c => c.Brand), Uuid<Conversation>("customer_id", c => c.CustomerId.Value), Uuid<Conversation>("origin_id", c => c.OriginId.Value),
        Name<Conversation, ConversationStatus>("status", c => c.Status), Name<Conversation, Audience>("audience", c => c.Audience), Flag<Conversation>("sender_unverified", c => c.SenderUnverified),
        Uuid<Conversation>("restricted_to", c => c.RestrictedTo?.Value), Text<Conversation>("joins", c => c.Joins), Text<Conversation>("subject", c => c.Subject), Time<Conversation>("opened_at", c => c.OpenedAt),
        Uuid<Conversation>("last_message_id", c => c.LastMessageId?.Value), Time<Conversation>("last_message_at", c => c.LastMessageAt), Time<Conversation>("last_inbound_at", c => c.LastInboundAt),
        Time<Conversation>("waiting_since", c => c.WaitingSince), Long<Conversation>("message_count", c => c.MessageCount), Long<Conversation>("unread_count", c => c.UnreadCount), Long<Conversation>("version", c => c.Version),
    ]);

    public static readonly Rows<Conversation> UpdateConversations = new("conversations",
    [
        Uuid<Conversation>("id", c => c.Id.Value), Name<Conversation, ConversationStatus>("status", c => c.Status), Text<Conversation>("joins", c => c.Joins), Time<Conversation>("snoozed_until", c => c.SnoozedUntil),
        Time<Conversation>("resolved_at", c => c.ResolvedAt), Uuid<Conversation>("last_message_id", c => c.LastMessageId?.Value), Time<Conversation>("last_message_at", c => c.LastMessageAt),
        Time<Conversation>("last_inbound_at", c => c.LastInboundAt), Time<Conversation>("waiting_since", c => c.WaitingSince), Long<Conversation>("message_count", c => c.MessageCount),
        Long<Conversation>("unread_count", c => c.UnreadCount), Long<Conversation>("version", c => c.Version),
    ], ["id"]);

    public static readonly Rows<Conversation> CountConversations = new("conversations",
    [
        Uuid<Conversation>("id", c => c.Id.Value), Uuid<Conversation>("last_message_id", c => c.LastMessageId?.Value), Time<Conversation>("last_message_at", c => c.LastMessageAt),
        Time<Conversation>("last_inbound_at", c => c.LastInboundAt), Time<Conversation>("waiting_since", c => c.WaitingSince), Long<Conversation>("message_count", c => c.MessageCount),
        Long<Conversation>("unread_count", c => c.UnreadCount),
    ], ["id"]);

    public static readonly Rows<Strand> InsertStrands = new("strands",
    [
        Uuid<Strand>("workspace_id", s => s.WorkspaceId.Value), Uuid<Strand>("conversation_id", s => s.ConversationId.Value), Uuid<Strand>("thread_id", s => s.ThreadId.Value), Uuid<Strand>("inbox_id", s => s.InboxId.Value),
        Time<Strand>("first_at", s => s.FirstAt), Time<Strand>("last_at", s => s.LastAt),
    ], suffix: "on conflict (workspace_id, conversation_id, thread_id) do update set last_at = excluded.last_at");

    public static readonly Rows<Strand> UpdateStrands = new("strands",
        [Uuid<Strand>("workspace_id", s => s.WorkspaceId.Value), Uuid<Strand>("conversation_id", s => s.ConversationId.Value), Uuid<Strand>("thread_id", s => s.ThreadId.Value), Time<Strand>("last_at", s => s.LastAt)],
        ["workspace_id", "conversation_id", "thread_id"]);

    public static readonly Rows<Message> InsertMessages = new("messages",
    [
        Uuid<Message>("id", m => m.Id.Value), Uuid<Message>("workspace_id", m => m.WorkspaceId.Value), Uuid<Message>("conversation_id", m => m.ConversationId.Value), Uuid<Message>("thread_id", m => m.ThreadId?.Value),
        Uuid<Message>("inbox_id", m => m.InboxId?.Value), Name<Message, Direction>("direction", m => m.Direction), Name<Message, MessageKind>("kind", m => m.Kind), Name<Message, AuthorKind>("author_kind", m => m.AuthorKind),
        Uuid<Message>("author_id", m => m.AuthorId), Text<Message>("author_name", m => m.AuthorName), Text<Message>("external_id", m => m.ExternalId), Text<Message>("dedupe_key", m => m.DedupeKey),
        Text<Message>("text", m => m.Text), Text<Message>("hidden_text", m => m.HiddenText), Text<Message>("html", m => m.Html), Text<Message>("subject", m => m.Subject), Uuid<Message>("reply_to_id", m => m.ReplyToId?.Value),
        Text<Message>("reply_to_key", m => m.ReplyToKey), Text<Message>("extras", m => m.Extras), Flag<Message>("sender_unverified", m => m.SenderUnverified), Time<Message>("sent_at", m => m.SentAt),
        Time<Message>("received_at", m => m.ReceivedAt), Flag<Message>("late", m => m.Late), Text<Message>("status", m => m.Status is { } s ? EnumNames.Of(s) : null), Time<Message>("edited_at", m => m.EditedAt), Long<Message>("edit_order", m => m.EditOrder),
        Time<Message>("deleted_at", m => m.DeletedAt), Uuid<Message>("delivery_id", m => m.DeliveryId),
    ], rare: ["hidden_text", "html", "subject", "reply_to_id", "reply_to_key", "status", "edited_at", "deleted_at"]);

    public static readonly Rows<Message> UpdateMessages = new("messages",
    [
        Uuid<Message>("id", m => m.Id.Value), Text<Message>("text", m => m.Text), Text<Message>("external_id", m => m.ExternalId), Text<Message>("dedupe_key", m => m.DedupeKey), Text<Message>("extras", m => m.Extras),
        Text<Message>("status", m => m.Status is { } s ? EnumNames.Of(s) : null), Time<Message>("status_at", m => m.StatusAt), Text<Message>("status_reason", m => m.StatusReason),
        Text<Message>("failure", m => m.Failure is { } f ? EnumNames.Of(f) : null), Time<Message>("edited_at", m => m.EditedAt), Long<Message>("edit_order", m => m.EditOrder), Time<Message>("deleted_at", m => m.DeletedAt),
    ], ["id"]);

    public static readonly Rows<MessageVersion> InsertVersions = new("message_versions",
        [Uuid<MessageVersion>("workspace_id", v => v.WorkspaceId.Value), Uuid<MessageVersion>("message_id", v => v.MessageId.Value), Time<MessageVersion>("at", v => v.At), Long<MessageVersion>("edit_order", v => v.EditOrder), Text<MessageVersion>("text", v => v.Text)], suffix: "on conflict do nothing");

    public static readonly Rows<Reaction> UpsertReactions = new("reactions",
    [
        Uuid<Reaction>("workspace_id", r => r.WorkspaceId.Value), Uuid<Reaction>("message_id", r => r.MessageId.Value), Text<Reaction>("actor_id", r => r.ActorId), Text<Reaction>("emoji", r => r.Emoji),
        Text<Reaction>("actor_name", r => r.ActorName), Time<Reaction>("at", r => r.At), Flag<Reaction>("removed", r => r.Removed),
    ], suffix: "on conflict (workspace_id, message_id, actor_id, emoji) do update set at = excluded.at, removed = excluded.removed where reactions.at <= excluded.at");

    public static readonly Rows<Participant> InsertParticipants = new("participants",
    [
        Uuid<Participant>("workspace_id", p => p.WorkspaceId.Value), Uuid<Participant>("thread_id", p => p.ThreadId.Value), Uuid<Participant>("customer_id", p => p.CustomerId.Value), Uuid<Participant>("origin_id", p => p.OriginId.Value), Text<Participant>("external_id", p => p.ExternalId),
        Text<Participant>("name", p => p.Name), Text<Participant>("address", p => p.Address), Time<Participant>("first_seen_at", p => p.FirstSeenAt),
    ], suffix: "on conflict do nothing");

    public static readonly Rows<Attachment> InsertAttachments = new("attachments",
    [
        Uuid<Attachment>("id", a => a.Id.Value), Uuid<Attachment>("workspace_id", a => a.WorkspaceId.Value), Uuid<Attachment>("message_id", a => a.MessageId.Value), Long<Attachment>("position", a => a.Position),
        Name<Attachment, AttachmentKind>("kind", a => a.Kind), Text<Attachment>("name", a => a.Name), Text<Attachment>("content_type", a => a.ContentType), Long<Attachment>("size", a => a.Size),
        Text<Attachment>("media_ref", a => a.MediaRef), Text<Attachment>("content_id", a => a.ContentId), Text<Attachment>("facts", a => a.Facts), Name<Attachment, AttachmentState>("state", a => a.State),
    ], suffix: "on conflict do nothing");

    public static readonly Rows<WaitingChange> InsertWaiting = new("waiting_changes",
    [
        Uuid<WaitingChange>("id", w => w.Id.Value), Uuid<WaitingChange>("workspace_id", w => w.WorkspaceId.Value), Uuid<WaitingChange>("inbox_id", w => w.InboxId.Value), Text<WaitingChange>("target_key", w => w.TargetKey),
        Text<WaitingChange>("event", w => w.Event), Uuid<WaitingChange>("delivery_id", w => w.DeliveryId), Long<WaitingChange>("event_index", w => w.EventIndex), Time<WaitingChange>("arrived_at", w => w.ArrivedAt),
    ]);

    public static readonly Rows<Activity> InsertActivities = new("activities",
    [
        Uuid<Activity>("id", a => a.Id.Value), Uuid<Activity>("workspace_id", a => a.WorkspaceId.Value), Uuid<Activity>("conversation_id", a => a.ConversationId.Value), Text<Activity>("kind", a => a.Kind),
        Time<Activity>("at", a => a.At), Name<Activity, AuthorKind>("actor_kind", a => a.ActorKind), Uuid<Activity>("actor_id", a => a.ActorId), Text<Activity>("data", a => a.Data),
    ]);

    public static readonly Rows<Job> InsertJobs = new("jobs",
    [
        Uuid<Job>("id", j => j.Id.Value), Uuid<Job>("workspace_id", j => j.WorkspaceId.Value), Text<Job>("kind", j => j.Kind), Text<Job>("unique_key", j => j.UniqueKey), Text<Job>("payload", j => j.Payload),
        Name<Job, JobState>("state", j => j.State), Time<Job>("run_at", j => j.RunAt), Long<Job>("attempt", j => j.Attempt), Time<Job>("created_at", j => j.CreatedAt),
    ], suffix: "on conflict do nothing");

    public static readonly Rows<Delivery> InsertDeliveries = new("deliveries",
    [
        Uuid<Delivery>("id", d => d.Id.Value), Uuid<Delivery>("workspace_id", d => d.WorkspaceId.Value), Uuid<Delivery>("inbox_id", d => d.InboxId.Value), Text<Delivery>("channel", d => d.Channel),
        Name<Delivery, DeliverySource>("source", d => d.Source), Time<Delivery>("received_at", d => d.ReceivedAt), Time<Delivery>("applied_at", d => d.AppliedAt), Name<Delivery, DeliveryState>("state", d => d.State),
        Text<Delivery>("reason", d => d.Reason), Long<Delivery>("size", d => d.Size), Long<Delivery>("attempts", d => d.Attempts),
    ], rare: ["reason"]);

    public static readonly Rows<Delivery> UpdateDeliveries = new("deliveries",
        [Uuid<Delivery>("id", d => d.Id.Value), Time<Delivery>("applied_at", d => d.AppliedAt), Name<Delivery, DeliveryState>("state", d => d.State), Text<Delivery>("reason", d => d.Reason)], ["id"]);

    public static readonly Rows<DeliveryBody> InsertBodies = new("delivery_bodies",
    [
        Uuid<DeliveryBody>("workspace_id", b => b.WorkspaceId.Value), Uuid<DeliveryBody>("delivery_id", b => b.DeliveryId.Value), new Column<DeliveryBody, byte[]?>("body", "bytea", NpgsqlDbType.Bytea, b => b.Body, (s, i, v) => s.Bind(i, v)), Text<DeliveryBody>("file_hash", b => b.FileHash),
        Text<DeliveryBody>("content_type", b => b.ContentType), Text<DeliveryBody>("headers", b => b.Headers),
    ], rare: ["file_hash", "headers"]);

    /// <summary>Of a delivery that is stored with them: nobody else can have written them.</summary>
    public static readonly Rows<DeliveryEvent> InsertEvents = new("delivery_events", EventColumns(), rare: ["reason"]);

    /// <summary>A replay may better an outcome, but never takes back that an event was applied.</summary>
    public static readonly Rows<DeliveryEvent> UpsertEvents = new("delivery_events", EventColumns(), suffix: """
        on conflict (workspace_id, delivery_id, position) do update set outcome = excluded.outcome, reason = excluded.reason,
        message_id = excluded.message_id, conversation_id = excluded.conversation_id, at = excluded.at where delivery_events.outcome <> 'applied'
        """);

    private static Column<DeliveryEvent>[] EventColumns() =>
    [
        Uuid<DeliveryEvent>("workspace_id", e => e.WorkspaceId.Value), Uuid<DeliveryEvent>("delivery_id", e => e.DeliveryId.Value), Long<DeliveryEvent>("position", e => e.Position), Uuid<DeliveryEvent>("inbox_id", e => e.InboxId.Value),
        Text<DeliveryEvent>("kind", e => e.Kind), Text<DeliveryEvent>("external_id", e => e.ExternalId), Name<DeliveryEvent, EventOutcome>("outcome", e => e.Outcome), Text<DeliveryEvent>("reason", e => e.Reason),
        Uuid<DeliveryEvent>("message_id", e => e.MessageId), Uuid<DeliveryEvent>("conversation_id", e => e.ConversationId), Time<DeliveryEvent>("at", e => e.At),
    ];

    private static Column<T, Guid> Uuid<T>(string name, Func<T, Guid> value) => new(name, "uuid", NpgsqlDbType.Uuid, value, (s, i, v) => s.Bind(i, v));

    private static Column<T, Guid?> Uuid<T>(string name, Func<T, Guid?> value) => new(name, "uuid", NpgsqlDbType.Uuid, value, (s, i, v) => s.Bind(i, v));

    private static Column<T, string?> Text<T>(string name, Func<T, string?> value) => new(name, "text", NpgsqlDbType.Text, value, (s, i, v) => s.Bind(i, v));

    private static Column<T, long> Long<T>(string name, Func<T, long> value) => new(name, "bigint", NpgsqlDbType.Bigint, value, (s, i, v) => s.Bind(i, v));

    private static Column<T, long?> Long<T>(string name, Func<T, long?> value) => new(name, "bigint", NpgsqlDbType.Bigint, value, (s, i, v) => s.Bind(i, v));

    private static Column<T, bool> Flag<T>(string name, Func<T, bool> value) => new(name, "boolean", NpgsqlDbType.Boolean, value, (s, i, v) => s.Bind(i, v));

    private static Column<T, long> Time<T>(string name, Func<T, DateTimeOffset> value) => Long<T>(name, r => value(r).ToUnixTimeMilliseconds());

    private static Column<T, long?> Time<T>(string name, Func<T, DateTimeOffset?> value) => Long<T>(name, r => value(r)?.ToUnixTimeMilliseconds());

    private static Column<T, string?> Name<T, TEnum>(string name, Func<T, TEnum> value)
        where TEnum : struct, Enum => Text<T>(name, r => EnumNames.Of(value(r)));
}
