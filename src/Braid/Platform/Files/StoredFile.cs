using Braid.Platform.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Braid.Platform.Files;

/// <summary>A file addressed by its content within its workspace (never shared over workspaces).</summary>
internal sealed class StoredFile
{
    public Id<StoredFile> Id { get; init; } = Id<StoredFile>.New();
    public Id<Workspace> WorkspaceId { get; init; }
    /// <summary>SHA-256, lower-case hex: the name in the store.</summary>
    public required string Hash { get; init; }
    public required string Name { get; init; }
    public required string ContentType { get; init; }
    public long Size { get; init; }
    public Guid? UploadedBy { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
}

internal sealed class StoredFileConfiguration : IEntityTypeConfiguration<StoredFile>
{
    public void Configure(EntityTypeBuilder<StoredFile> builder)
    {
        builder.ToTable("files");
        builder.HasKey(f => f.Id);
        builder.Property(f => f.Id).ValueGeneratedNever();
        builder.Property(f => f.Hash).HasMaxLength(64);
        builder.Property(f => f.Name).HasMaxLength(300);
        builder.Property(f => f.ContentType).HasMaxLength(200);
        builder.HasIndex(f => new { f.WorkspaceId, f.Hash });
    }
}
