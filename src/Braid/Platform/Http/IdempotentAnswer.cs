using Braid.Platform.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Braid.Platform.Http;

/// <summary>The answer to an unsafe call that carried an Idempotency-Key, kept for 24 hours.</summary>
internal sealed class IdempotentAnswer
{
    public Id<Workspace> WorkspaceId { get; init; }
    public required string Key { get; init; }
    /// <summary>Method, path and a hash of the body: the same key with another request is refused.</summary>
    public required string RequestHash { get; init; }
    public int Status { get; set; }
    public string? Body { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
}

internal sealed class IdempotentAnswerConfiguration : IEntityTypeConfiguration<IdempotentAnswer>
{
    public void Configure(EntityTypeBuilder<IdempotentAnswer> builder)
    {
        builder.ToTable("idempotent_answers");
        builder.HasKey(a => new { a.WorkspaceId, a.Key });
        builder.Property(a => a.Key).HasMaxLength(200);
        builder.Property(a => a.RequestHash).HasMaxLength(64);
        builder.HasIndex(a => a.CreatedAt);
    }
}
