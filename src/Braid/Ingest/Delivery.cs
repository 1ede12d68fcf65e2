using Braid.Inboxes;
using Braid.Platform.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Braid.Ingest;

/// <summary>The ledger's row: one raw webhook, mail or frame as received. Narrow; the bytes lie in <see cref="DeliveryBody"/>.</summary>
internal sealed class Delivery
{
    public Id<Delivery> Id { get; init; } = Id<Delivery>.New();
    public Id<Workspace> WorkspaceId { get; init; }
    public Id<Inbox> InboxId { get; init; }
    public required string Channel { get; init; }
    public DeliverySource Source { get; init; }
    public DateTimeOffset ReceivedAt { get; init; }
    public DateTimeOffset? AppliedAt { get; set; }
    public DeliveryState State { get; set; }
    public string? Reason { get; set; }
    public int Size { get; init; }
    public int Attempts { get; set; }
    public DateTimeOffset? BodyRemovedAt { get; set; }
    /// <summary>What a removed body was, to whoever brings it and to nobody else (<see cref="BodyHash"/>).</summary>
    public string? BodyHash { get; set; }
}

internal enum DeliverySource { Webhook, Listener, Widget }

/// <summary>Pending rows are what a crash or a poison event left; the sweeper applies them.</summary>
internal enum DeliveryState { Pending, Applied, Ignored, Parked, Duplicate }

/// <summary>The raw bytes, without secret headers. Removed after the inbox's retention (30 days); the row above stays.</summary>
internal sealed class DeliveryBody
{
    public Id<Workspace> WorkspaceId { get; init; }
    public Id<Delivery> DeliveryId { get; init; }
    /// <summary>Null when the body was over 64 KB and lies in the file store under <see cref="FileHash"/>.</summary>
    public byte[]? Body { get; init; }
    public string? FileHash { get; init; }
    public string? ContentType { get; init; }
    /// <summary>JSON object of headers and query.</summary>
    public string? Headers { get; init; }
}

/// <summary>How each event of a delivery ended: applied, duplicate, ignored(reason), parked(error) or still waiting for its message.</summary>
internal sealed class DeliveryEvent
{
    public Id<Workspace> WorkspaceId { get; init; }
    public Id<Delivery> DeliveryId { get; init; }
    public int Position { get; init; }
    public Id<Inbox> InboxId { get; init; }
    public required string Kind { get; init; }
    public string? ExternalId { get; init; }
    public EventOutcome Outcome { get; set; }
    public string? Reason { get; set; }
    public Guid? MessageId { get; set; }
    public Guid? ConversationId { get; set; }
    public DateTimeOffset At { get; set; }
}

internal enum EventOutcome { Applied, Duplicate, Ignored, Parked, Waiting }

internal sealed class DeliveryConfiguration
    : IEntityTypeConfiguration<Delivery>, IEntityTypeConfiguration<DeliveryBody>, IEntityTypeConfiguration<DeliveryEvent>
{
    public void Configure(EntityTypeBuilder<Delivery> builder)
    {
        builder.ToTable("deliveries");
        builder.HasKey(d => d.Id);
        builder.Property(d => d.Id).ValueGeneratedNever();
        builder.Property(d => d.Channel).HasMaxLength(40);
        builder.Property(d => d.BodyHash).HasMaxLength(64);
        builder.HasIndex(d => new { d.WorkspaceId, d.ReceivedAt, d.Id });
        builder.HasIndex(d => d.ReceivedAt, "ix_deliveries_pending").HasFilter("state = 'pending'");
        builder.HasIndex(d => new { d.WorkspaceId, d.ReceivedAt }, "ix_deliveries_parked").HasFilter("state = 'parked'");
    }

    public void Configure(EntityTypeBuilder<DeliveryBody> builder)
    {
        builder.ToTable("delivery_bodies");
        builder.HasKey(b => new { b.WorkspaceId, b.DeliveryId });
        builder.HasIndex(b => new { b.WorkspaceId, b.FileHash }).HasFilter("file_hash is not null");
    }

    public void Configure(EntityTypeBuilder<DeliveryEvent> builder)
    {
        builder.ToTable("delivery_events");
        builder.HasKey(e => new { e.WorkspaceId, e.DeliveryId, e.Position });
        builder.HasIndex(e => new { e.WorkspaceId, e.ExternalId });
    }
}
