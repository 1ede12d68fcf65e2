using Braid.Platform.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Braid.Platform.Events;

/// <summary>A committed event. Within a workspace, commit order is number order and there are no holes (DESIGN §9.1).</summary>
internal sealed class StoredEvent
{
    public Id<Workspace> WorkspaceId { get; init; }
    public long Number { get; init; }
    public required string Kind { get; init; }
    public DateTimeOffset At { get; init; }
    public Guid? ConversationId { get; init; }
    public Guid? MessageId { get; init; }
    public Guid? CustomerId { get; init; }
    public Guid? InboxId { get; init; }
    public Guid? RestrictedTo { get; init; }
    public string? Data { get; init; }
}

internal sealed class EventCounter
{
    public Id<Workspace> WorkspaceId { get; init; }
    public long Last { get; set; }
}

internal sealed class StoredEventConfiguration : IEntityTypeConfiguration<StoredEvent>, IEntityTypeConfiguration<EventCounter>
{
    public void Configure(EntityTypeBuilder<StoredEvent> builder)
    {
        builder.ToTable("events");
        builder.HasKey(e => new { e.WorkspaceId, e.Number });
        builder.Property(e => e.Kind).HasMaxLength(60);
    }

    public void Configure(EntityTypeBuilder<EventCounter> builder)
    {
        builder.ToTable("event_counters");
        builder.HasKey(c => c.WorkspaceId);
    }
}
