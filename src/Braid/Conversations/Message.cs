using Braid.Channels;
using Braid.Inboxes;
using Braid.Platform.Data;
using Braid.Platform.Files;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Braid.Conversations;

/// <summary>One thing said, in or out, on one channel thread; or an internal note.</summary>
internal sealed class Message
{
    /// <summary>Order of arrival in the database; SQLite's rowid.</summary>
    public long Seq { get; init; }
    public Id<Message> Id { get; init; } = Id<Message>.New();
    public Id<Workspace> WorkspaceId { get; init; }
    public Id<Conversation> ConversationId { get; set; }
    /// <summary>Null for notes.</summary>
    public Id<ChannelThread>? ThreadId { get; init; }
    public Id<Inbox>? InboxId { get; init; }
    public Direction Direction { get; init; }
    public MessageKind Kind { get; init; }
    public AuthorKind AuthorKind { get; init; }
    /// <summary>The customer's or the agent's id.</summary>
    public Guid? AuthorId { get; init; }
    public string? AuthorName { get; init; }
    /// <summary>The provider's id; ours once it was sent.</summary>
    public string? ExternalId { get; set; }
    /// <summary>Unique in the inbox for ever, so that a redelivery years later is still a duplicate.</summary>
    public string? DedupeKey { get; set; }
    /// <summary>The client's id of a send: unique in the workspace for ever.</summary>
    public string? ClientId { get; init; }
    public string? Text { get; set; }
    /// <summary>Mail: the quoted history and signature that <see cref="Text"/> leaves out.</summary>
    public string? HiddenText { get; set; }
    /// <summary>Mail: the HTML as received; sanitised when shown.</summary>
    public string? Html { get; set; }
    public string? Subject { get; set; }
    public Id<Message>? ReplyToId { get; set; }
    /// <summary>The dedupe key of the quoted message, kept for when it arrives later.</summary>
    public string? ReplyToKey { get; init; }
    /// <summary>JSON of what only some messages have: payload, to, cc, template, mail ids, provider extras (<see cref="MessageExtras"/>).</summary>
    public string? Extras { get; set; }
    public bool SenderUnverified { get; init; }
    /// <summary>By the provider's clock, within bounds (DESIGN §9.4); ours for what we send.</summary>
    public DateTimeOffset SentAt { get; init; }
    public DateTimeOffset ReceivedAt { get; init; }
    /// <summary>It landed above what an agent had already read.</summary>
    public bool Late { get; init; }
    public SendStatus? Status { get; set; }
    public DateTimeOffset? StatusAt { get; set; }
    public string? StatusReason { get; set; }
    public FailureKind? Failure { get; set; }
    public DateTimeOffset? EditedAt { get; set; }
    /// <summary>Which of several edits of one instant is shown: the provider's count, else the arrival in milliseconds.</summary>
    public long? EditOrder { get; set; }
    public DateTimeOffset? DeletedAt { get; set; }
    public Guid? DeliveryId { get; init; }
}

internal enum Direction { In, Out }

internal enum MessageKind { Message, Comment, Postback, Note, AutoReply, Bounce, Call, Unsupported }

internal enum AuthorKind { Customer, Agent, Ai, System }

/// <summary>Only rises along queued, sending, sent, delivered, read; failed and unconfirmed are kept apart.</summary>
internal enum SendStatus { Queued, Sending, Sent, Delivered, Read, Failed, Unconfirmed }

/// <summary>An earlier text of an edited message.</summary>
internal sealed class MessageVersion
{
    public Id<Workspace> WorkspaceId { get; init; }
    public Id<Message> MessageId { get; init; }
    /// <summary>The instant of the edit that brought this text.</summary>
    public DateTimeOffset At { get; init; }
    public long EditOrder { get; init; }
    public string? Text { get; init; }
}

internal sealed class Reaction
{
    public Id<Workspace> WorkspaceId { get; init; }
    public Id<Message> MessageId { get; init; }
    /// <summary>The actor of what we ourselves put there: the provider shows one account for all of us.</summary>
    public const string Us = "us";

    /// <summary>The provider's id of who reacted.</summary>
    public required string ActorId { get; init; }
    public required string Emoji { get; init; }
    public string? ActorName { get; init; }
    public DateTimeOffset At { get; init; }
    /// <summary>Kept when taken back, so that an older "added" that arrives later does not bring it back.</summary>
    public bool Removed { get; set; }
}

internal sealed class Attachment
{
    public Id<Attachment> Id { get; init; } = Id<Attachment>.New();
    public Id<Workspace> WorkspaceId { get; init; }
    public Id<Message> MessageId { get; init; }
    public int Position { get; init; }
    public AttachmentKind Kind { get; init; }
    public string? Name { get; set; }
    public string? ContentType { get; set; }
    public long? Size { get; set; }
    public string? MediaRef { get; init; }
    public string? ContentId { get; init; }
    /// <summary>Flat JSON of what to show for locations, contacts, orders.</summary>
    public string? Facts { get; init; }
    public AttachmentState State { get; set; }
    public string? Reason { get; set; }
    public Id<StoredFile>? FileId { get; set; }
}

/// <summary>None: there are no bytes to fetch (a location).</summary>
internal enum AttachmentState { None, Pending, Ready, Failed }

/// <summary>An edit, delete, reaction or receipt that arrived before its message; applied when it comes, ignored after 24 hours.</summary>
internal sealed class WaitingChange
{
    public Id<WaitingChange> Id { get; init; } = Id<WaitingChange>.New();
    public Id<Workspace> WorkspaceId { get; init; }
    public Id<Inbox> InboxId { get; init; }
    public required string TargetKey { get; init; }
    /// <summary>The inbound event as JSON.</summary>
    public required string Event { get; init; }
    public Guid DeliveryId { get; init; }
    public int EventIndex { get; init; }
    public DateTimeOffset ArrivedAt { get; init; }
}

internal sealed class MessageConfiguration
    : IEntityTypeConfiguration<Message>, IEntityTypeConfiguration<MessageVersion>, IEntityTypeConfiguration<Reaction>,
      IEntityTypeConfiguration<Attachment>, IEntityTypeConfiguration<WaitingChange>
{
    public void Configure(EntityTypeBuilder<Message> builder)
    {
        builder.ToTable("messages");
        builder.HasKey(m => m.Seq);
        builder.Property(m => m.Seq).ValueGeneratedOnAdd();
        builder.HasIndex(m => m.Id).IsUnique();
        builder.HasIndex(m => new { m.WorkspaceId, m.ConversationId, m.SentAt, m.Seq });
        builder.HasIndex(m => new { m.WorkspaceId, m.InboxId, m.DedupeKey }).IsUnique().HasFilter("dedupe_key is not null");
        builder.HasIndex(m => new { m.WorkspaceId, m.ClientId }).IsUnique().HasFilter("client_id is not null");
        builder.HasIndex(m => new { m.WorkspaceId, m.InboxId, m.ReplyToKey }).HasFilter("reply_to_key is not null and reply_to_id is null");
    }

    public void Configure(EntityTypeBuilder<MessageVersion> builder)
    {
        builder.ToTable("message_versions");
        builder.HasKey(v => new { v.WorkspaceId, v.MessageId, v.At, v.EditOrder });
    }

    public void Configure(EntityTypeBuilder<Reaction> builder)
    {
        builder.ToTable("reactions");
        builder.HasKey(r => new { r.WorkspaceId, r.MessageId, r.ActorId, r.Emoji });
    }

    public void Configure(EntityTypeBuilder<Attachment> builder)
    {
        builder.ToTable("attachments");
        builder.HasKey(a => a.Id);
        builder.Property(a => a.Id).ValueGeneratedNever();
        builder.HasIndex(a => new { a.WorkspaceId, a.MessageId, a.Position }).IsUnique();
    }

    public void Configure(EntityTypeBuilder<WaitingChange> builder)
    {
        builder.ToTable("waiting_changes");
        builder.HasKey(w => w.Id);
        builder.Property(w => w.Id).ValueGeneratedNever();
        builder.HasIndex(w => new { w.WorkspaceId, w.InboxId, w.TargetKey });
        builder.HasIndex(w => w.ArrivedAt);
    }
}
