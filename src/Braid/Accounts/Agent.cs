using Braid.Platform.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Braid.Accounts;

/// <summary>A person's sign-in. One person may be an agent in several workspaces.</summary>
internal sealed class User
{
    public Id<User> Id { get; init; } = Id<User>.New();
    /// <summary>Lower-cased; unique in the installation.</summary>
    public required string Email { get; set; }
    public required string PasswordHash { get; set; }
    public string Locale { get; set; } = "en";
    public string Theme { get; set; } = "system";
    public string Density { get; set; } = "roomy";
    public bool SingleKeys { get; set; } = true;
    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>Someone who answers, in one workspace.</summary>
internal sealed class Agent
{
    public Id<Agent> Id { get; init; } = Id<Agent>.New();
    public Id<Workspace> WorkspaceId { get; init; }
    /// <summary>Null until the invitation is accepted.</summary>
    public Id<User>? UserId { get; set; }
    public required string Email { get; set; }
    public required string Name { get; set; }
    public Role Role { get; set; }
    public AgentState State { get; set; }
    /// <summary>Where calls ring for them: a number in E.164, `sip:user@host`, or `client:name` for a phone in the browser. Null: nowhere.</summary>
    public string? CallAddress { get; set; }
    public string? InviteHash { get; set; }
    public DateTimeOffset? InviteExpiresAt { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
}

internal enum Role { Owner, Admin, Supervisor, Agent }

internal enum AgentState { Invited, Active, Disabled }

/// <summary>A browser that is signed in. The cookie holds a random secret; the row only its hash.</summary>
internal sealed class Session
{
    public required string SecretHash { get; init; }
    public Id<User> UserId { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset LastSeenAt { get; set; }
    public DateTimeOffset ExpiresAt { get; set; }
    public string? UserAgent { get; init; }
}

internal sealed class ApiToken
{
    public Id<ApiToken> Id { get; init; } = Id<ApiToken>.New();
    public Id<Workspace> WorkspaceId { get; init; }
    /// <summary>Whose rights it carries; disabling the agent ends it.</summary>
    public Id<Agent> AgentId { get; init; }
    public required string Name { get; set; }
    public required string SecretHash { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? LastUsedAt { get; set; }
}

/// <summary>What admins and agents did that must be traceable. Append-only; ids only.</summary>
internal sealed class AuditEntry
{
    public Id<AuditEntry> Id { get; init; } = Id<AuditEntry>.New();
    public Id<Workspace> WorkspaceId { get; init; }
    public DateTimeOffset At { get; init; }
    public Id<Agent>? AgentId { get; init; }
    public required string Action { get; init; }
    public Guid? SubjectId { get; init; }
}

internal sealed class AccountsConfiguration
    : IEntityTypeConfiguration<User>, IEntityTypeConfiguration<Agent>, IEntityTypeConfiguration<Session>, IEntityTypeConfiguration<ApiToken>, IEntityTypeConfiguration<AuditEntry>
{
    public void Configure(EntityTypeBuilder<User> builder)
    {
        builder.ToTable("users");
        builder.HasKey(u => u.Id);
        builder.Property(u => u.Id).ValueGeneratedNever();
        builder.Property(u => u.Email).HasMaxLength(320);
        builder.HasIndex(u => u.Email).IsUnique();
    }

    public void Configure(EntityTypeBuilder<Agent> builder)
    {
        builder.ToTable("agents");
        builder.HasKey(a => a.Id);
        builder.Property(a => a.Id).ValueGeneratedNever();
        builder.Property(a => a.Email).HasMaxLength(320);
        builder.Property(a => a.Name).HasMaxLength(200);
        builder.Property(a => a.CallAddress).HasMaxLength(200);
        builder.HasIndex(a => new { a.WorkspaceId, a.Email }).IsUnique();
        builder.HasIndex(a => a.UserId);
        builder.HasIndex(a => a.InviteHash).IsUnique();
    }

    public void Configure(EntityTypeBuilder<Session> builder)
    {
        builder.ToTable("sessions");
        builder.HasKey(s => s.SecretHash);
        builder.Property(s => s.SecretHash).HasMaxLength(64);
        builder.HasIndex(s => s.UserId);
    }

    public void Configure(EntityTypeBuilder<ApiToken> builder)
    {
        builder.ToTable("api_tokens");
        builder.HasKey(t => t.Id);
        builder.Property(t => t.Id).ValueGeneratedNever();
        builder.Property(t => t.SecretHash).HasMaxLength(64);
        builder.HasIndex(t => t.SecretHash).IsUnique();
        builder.HasIndex(t => t.WorkspaceId);
    }

    public void Configure(EntityTypeBuilder<AuditEntry> builder)
    {
        builder.ToTable("audit_entries");
        builder.HasKey(a => a.Id);
        builder.Property(a => a.Id).ValueGeneratedNever();
        builder.Property(a => a.Action).HasMaxLength(100);
        builder.HasIndex(a => new { a.WorkspaceId, a.At });
    }
}
