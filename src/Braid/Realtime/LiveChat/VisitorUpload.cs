using Braid.Inboxes;
using Braid.Platform.Data;
using Braid.Platform.Files;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Braid.Realtime.LiveChat;

/// <summary>Whose upload a file is: only this visitor's messages may name it.</summary>
internal sealed class VisitorUpload
{
    public Id<StoredFile> FileId { get; init; }
    public Id<Workspace> WorkspaceId { get; init; }
    public Id<Inbox> InboxId { get; init; }
    public required string VisitorId { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    /// <summary>When a message named it. Those that none names within a day are removed.</summary>
    public DateTimeOffset? NamedAt { get; set; }
}

internal sealed class VisitorUploadConfiguration : IEntityTypeConfiguration<VisitorUpload>
{
    public void Configure(EntityTypeBuilder<VisitorUpload> builder)
    {
        builder.ToTable("visitor_uploads");
        builder.HasKey(u => u.FileId);
        builder.Property(u => u.FileId).ValueGeneratedNever();
        builder.Property(u => u.VisitorId).HasMaxLength(64);
        builder.HasIndex(u => u.CreatedAt).HasFilter("named_at is null");
    }
}
