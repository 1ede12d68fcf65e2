using Braid.Accounts;
using Braid.Platform.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Braid.Customers;

/// <summary>"These two may be one person", with reasons, until somebody decides. A pair is asked once: what was rejected is remembered.</summary>
internal sealed class Suggestion
{
    public Id<Suggestion> Id { get; init; } = Id<Suggestion>.New();
    public Id<Workspace> WorkspaceId { get; init; }
    /// <summary>The older profile.</summary>
    public Id<Customer> LeftId { get; init; }
    public Id<Customer> RightId { get; init; }
    /// <summary>0 to 100.</summary>
    public int Score { get; set; }
    /// <summary><see cref="LikenessReason"/>s as JSON.</summary>
    public required string Reasons { get; set; }
    public SuggestionState State { get; set; }
    public DateTimeOffset MadeAt { get; init; }
    public Id<Agent>? DecidedBy { get; set; }
    public DateTimeOffset? DecidedAt { get; set; }
    /// <summary>What accepting it made.</summary>
    public Id<CustomerLink>? LinkId { get; set; }
}

internal enum SuggestionState { Open, Accepted, Rejected }

internal sealed class SuggestionConfiguration : IEntityTypeConfiguration<Suggestion>
{
    public void Configure(EntityTypeBuilder<Suggestion> builder)
    {
        builder.ToTable("suggestions");
        builder.HasKey(s => s.Id);
        builder.Property(s => s.Id).ValueGeneratedNever();
        builder.HasIndex(s => new { s.WorkspaceId, s.LeftId, s.RightId }).IsUnique();
        builder.HasIndex(s => new { s.WorkspaceId, s.RightId });
        builder.HasIndex(s => new { s.WorkspaceId, s.State, s.Score, s.Id });
    }
}
