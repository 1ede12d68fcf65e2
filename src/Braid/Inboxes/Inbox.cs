using Braid.Accounts;
using Braid.Platform.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Braid.Inboxes;

/// <summary>One connected account of a channel: this WhatsApp number, that mailbox.</summary>
internal sealed class Inbox
{
    public const int DefaultKeepBodiesDays = 30;

    public Id<Inbox> Id { get; init; } = Id<Inbox>.New();
    public Id<Workspace> WorkspaceId { get; init; }
    /// <summary>Conversations join only within a brand; empty while a workspace has one.</summary>
    public string Brand { get; set; } = "";
    public required string Channel { get; init; }
    public required string Name { get; set; }
    /// <summary>The channel's settings as JSON, encrypted; never leaves the server whole.</summary>
    public required string Settings { get; set; }
    /// <summary>The provider's account id, where one webhook carries several.</summary>
    public string? Account { get; set; }
    /// <summary>What customers reach it at: a number, an address, @bot.</summary>
    public string? Address { get; set; }
    public bool Enabled { get; set; } = true;
    public JoinPolicyKind Join { get; set; }
    /// <summary>Only its members see what comes in here.</summary>
    public bool Restricted { get; set; }
    /// <summary>So many days after their receipt raw bodies are removed; what became of them stays.</summary>
    public int KeepBodiesDays { get; set; } = DefaultKeepBodiesDays;
    /// <summary>So many days after the last message resolved conversations that took place here alone are removed; null: never.</summary>
    public int? KeepMessagesDays { get; set; }
    /// <summary>ISO 3166 code for numbers that come without a country; null: those are not understood.</summary>
    public string? Region { get; set; }
    /// <summary>Bodies received before this instant are gone. Moved by the job that removes them.</summary>
    public DateTimeOffset? BodiesFrom { get; set; }
    /// <summary>Last part of the webhook URL where the provider doesn't sign.</summary>
    public string? WebhookKey { get; init; }
    /// <summary>Where a listener has read up to; moved with the deliveries it stored.</summary>
    public string? ListenerPosition { get; set; }
    public DateTimeOffset? LastInboundAt { get; set; }
    public DateTimeOffset? LastOutboundAt { get; set; }
    /// <summary>The longest pause between two deliveries this inbox is used to, in milliseconds; fades slowly.</summary>
    public long LongestPause { get; set; }
    /// <summary>How many pauses that is learnt from.</summary>
    public int PausesSeen { get; set; }
    /// <summary>Since when it has been silent for longer than that; null while all is as usual.</summary>
    public DateTimeOffset? QuietSince { get; set; }
    public DateTimeOffset? LastErrorAt { get; set; }
    /// <summary>What is wrong now, in words for an admin; null when all is well.</summary>
    public string? Trouble { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
    /// <summary>Deleted inboxes keep their conversations; nothing comes in or goes out any more.</summary>
    public DateTimeOffset? DeletedAt { get; set; }
    public int Version { get; set; }
}

internal enum JoinPolicyKind { Join, Own }

internal sealed class InboxMember
{
    public Id<Workspace> WorkspaceId { get; init; }
    public Id<Inbox> InboxId { get; init; }
    public Id<Agent> AgentId { get; init; }
}

/// <summary>What happened to the connection, for the inbox's page: gaps, errors, checks.</summary>
internal sealed class InboxLogEntry
{
    public Id<InboxLogEntry> Id { get; init; } = Id<InboxLogEntry>.New();
    public Id<Workspace> WorkspaceId { get; init; }
    public Id<Inbox> InboxId { get; init; }
    public DateTimeOffset At { get; init; }
    public LogLevelName Level { get; init; }
    public required string Text { get; init; }
}

internal enum LogLevelName { Info, Warning, Error }

/// <summary>Requests turned away at the door, counted: forged, too large, overloaded. Nothing else of them is kept.</summary>
internal sealed class RefusedCount
{
    public Id<Workspace> WorkspaceId { get; init; }
    public Id<Inbox> InboxId { get; init; }
    public required string Reason { get; init; }
    public long Count { get; set; }
    public DateTimeOffset LastAt { get; set; }
    public string? Detail { get; set; }
}

internal sealed class InboxConfiguration
    : IEntityTypeConfiguration<Inbox>, IEntityTypeConfiguration<InboxMember>, IEntityTypeConfiguration<InboxLogEntry>, IEntityTypeConfiguration<RefusedCount>
{
    public void Configure(EntityTypeBuilder<Inbox> builder)
    {
        builder.ToTable("inboxes");
        builder.HasKey(i => i.Id);
        builder.Property(i => i.Id).ValueGeneratedNever();
        builder.Property(i => i.Channel).HasMaxLength(40);
        builder.Property(i => i.Name).HasMaxLength(120);
        builder.Property(i => i.Brand).HasMaxLength(60);
        builder.Property(i => i.Account).HasMaxLength(200);
        builder.Property(i => i.Address).HasMaxLength(320);
        builder.Property(i => i.Version).IsConcurrencyToken();
        builder.HasIndex(i => new { i.WorkspaceId, i.Channel, i.Account }).IsUnique().HasFilter("enabled and deleted_at is null and account is not null");
    }

    public void Configure(EntityTypeBuilder<InboxMember> builder)
    {
        builder.ToTable("inbox_members");
        builder.HasKey(m => new { m.WorkspaceId, m.InboxId, m.AgentId });
    }

    public void Configure(EntityTypeBuilder<InboxLogEntry> builder)
    {
        builder.ToTable("inbox_log");
        builder.HasKey(e => e.Id);
        builder.Property(e => e.Id).ValueGeneratedNever();
        builder.HasIndex(e => new { e.WorkspaceId, e.InboxId, e.At });
    }

    public void Configure(EntityTypeBuilder<RefusedCount> builder)
    {
        builder.ToTable("refused_counts");
        builder.HasKey(r => new { r.WorkspaceId, r.InboxId, r.Reason });
        builder.Property(r => r.Reason).HasMaxLength(40);
    }
}
