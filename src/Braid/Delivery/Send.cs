using Braid.Conversations;
using Braid.Inboxes;
using Braid.Platform.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Braid.Delivery;

/// <summary>
/// A message on its way out: queued in the transaction that stored the message, gone once it is settled. The attempt is committed before
/// the call, so that a crash in between is known as such (DESIGN §9.13).
/// </summary>
internal sealed class Send
{
    public Id<Message> MessageId { get; init; }
    public Id<Workspace> WorkspaceId { get; init; }
    public Id<Inbox> InboxId { get; init; }
    public Id<ChannelThread> ThreadId { get; init; }
    /// <summary>Order within the thread: the message's seq.</summary>
    public long Seq { get; init; }
    public SendState State { get; set; }
    public int Attempt { get; set; }
    public int PartsSent { get; set; }
    /// <summary>Not before: undo time, backoff, Retry-After.</summary>
    public DateTimeOffset DueAt { get; set; }
    public DateTimeOffset? AttemptedAt { get; set; }
    /// <summary>The fence of the lane that made the attempt.</summary>
    public long Fence { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>Calling: an attempt is under way or died. Unconfirmed: perhaps accepted; the thread waits two minutes at most.</summary>
internal enum SendState { Queued, Calling, Unconfirmed }

/// <summary>
/// One message may leave as several (a long text in parts): receipts that name a further part's key mean the message. Found by the
/// ingest when a receipt's key is no message's own.
/// </summary>
internal sealed class SentPart
{
    public Id<Workspace> WorkspaceId { get; init; }
    public Id<Inbox> InboxId { get; init; }
    public required string Key { get; init; }
    public Id<Message> MessageId { get; init; }
}

internal sealed class SendConfiguration : IEntityTypeConfiguration<Send>, IEntityTypeConfiguration<SentPart>
{
    public void Configure(EntityTypeBuilder<SentPart> builder)
    {
        builder.ToTable("sent_parts");
        builder.HasKey(p => new { p.WorkspaceId, p.InboxId, p.Key });
    }

    public void Configure(EntityTypeBuilder<Send> builder)
    {
        builder.ToTable("sends");
        builder.HasKey(s => s.MessageId);
        builder.Property(s => s.MessageId).ValueGeneratedNever();
        builder.HasIndex(s => new { s.WorkspaceId, s.InboxId, s.DueAt });
        builder.HasIndex(s => new { s.WorkspaceId, s.ThreadId, s.Seq });
    }
}
