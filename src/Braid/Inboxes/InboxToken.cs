using Braid.Platform.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Braid.Inboxes;

/// <summary>A short-lived token of an inbox's provider, encrypted: kept so that a rotated refresh token outlives a restart and is shared by all nodes.</summary>
internal sealed class InboxToken
{
    public Id<Workspace> WorkspaceId { get; init; }
    public Id<Inbox> InboxId { get; init; }
    public required string Name { get; init; }
    public required string Value { get; set; }
    public DateTimeOffset RenewedAt { get; set; }
}

internal sealed class InboxTokenConfiguration : IEntityTypeConfiguration<InboxToken>
{
    public void Configure(EntityTypeBuilder<InboxToken> builder)
    {
        builder.ToTable("inbox_tokens");
        builder.HasKey(t => new { t.WorkspaceId, t.InboxId, t.Name });
        builder.Property(t => t.Name).HasMaxLength(60);
    }
}
