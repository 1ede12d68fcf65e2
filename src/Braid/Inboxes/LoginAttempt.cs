using Braid.Accounts;
using Braid.Platform.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Braid.Inboxes;

/// <summary>An admin on the way to a provider's sign-in page and back. Found by the hash of the state that the provider returns; used once.</summary>
internal sealed class LoginAttempt
{
    public required string StateHash { get; init; }
    public Id<Workspace> WorkspaceId { get; init; }
    public Id<Inbox> InboxId { get; init; }
    public Id<Agent> AgentId { get; init; }
    /// <summary>The PKCE verifier, encrypted.</summary>
    public required string Verifier { get; init; }
    public required string RedirectUri { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
}

internal sealed class LoginAttemptConfiguration : IEntityTypeConfiguration<LoginAttempt>
{
    public void Configure(EntityTypeBuilder<LoginAttempt> builder)
    {
        builder.ToTable("login_attempts");
        builder.HasKey(a => a.StateHash);
        builder.Property(a => a.StateHash).HasMaxLength(64);
        builder.HasIndex(a => a.CreatedAt);
    }
}
