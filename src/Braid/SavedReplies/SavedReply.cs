using Braid.Platform.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Braid.SavedReplies;

/// <summary>Words that agents use again and again, with places for what is known of the customer.</summary>
internal sealed class SavedReply
{
    public Id<SavedReply> Id { get; init; } = Id<SavedReply>.New();
    public Id<Workspace> WorkspaceId { get; init; }
    public required string Name { get; set; }
    public string? Folder { get; set; }
    /// <summary>With places such as {firstName}, {company} or {custom.plan}.</summary>
    public required string Text { get; set; }
    public DateTimeOffset UpdatedAt { get; set; }
}

internal sealed class SavedReplyConfiguration : IEntityTypeConfiguration<SavedReply>
{
    public void Configure(EntityTypeBuilder<SavedReply> builder)
    {
        builder.ToTable("saved_replies");
        builder.HasKey(r => r.Id);
        builder.Property(r => r.Id).ValueGeneratedNever();
        builder.Property(r => r.Name).HasMaxLength(80);
        builder.Property(r => r.Folder).HasMaxLength(40);
        builder.HasIndex(r => new { r.WorkspaceId, r.Name });
    }
}
