using Braid.Accounts;
using Braid.Channels;
using Braid.Inboxes;
using Braid.Platform.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Braid.Customers;

/// <summary>The person. One profile over all channels.</summary>
internal sealed class Customer
{
    public Id<Customer> Id { get; init; } = Id<Customer>.New();
    public Id<Workspace> WorkspaceId { get; init; }
    public string? Name { get; set; }
    /// <summary>Lower-cased in .NET for search, the same on both engines.</summary>
    public string? NameFolded { get; set; }
    /// <summary>True once an agent wrote the name; channels then no longer change it.</summary>
    public bool NameEdited { get; set; }
    public string? Company { get; set; }
    public string? Language { get; set; }
    public string? TimeZone { get; set; }
    public bool Blocked { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? LastSeenAt { get; set; }

    /// <summary>By an agent: channels leave the name alone from now on, until it is cleared.</summary>
    public void Rename(string? name)
    {
        Name = name;
        NameFolded = name is null ? null : CustomerNames.Fold(name);
        NameEdited = name is not null;
    }
}

/// <summary>A customer's handle on one inbox, as the provider names it. Unique per inbox and provider id.</summary>
internal sealed class Identity
{
    public Id<Identity> Id { get; init; } = Id<Identity>.New();
    public Id<Workspace> WorkspaceId { get; init; }
    public Id<Inbox> InboxId { get; init; }
    public required string ExternalId { get; init; }
    public Id<Customer> CustomerId { get; set; }
    public string? Name { get; set; }
    public string? Address { get; set; }
    /// <summary>The provider vouched for this sender at least once.</summary>
    public bool Verified { get; set; }
    /// <summary>Blocked us, bounced or no longer exists, in words; null when reachable.</summary>
    public string? Unreachable { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? LastSeenAt { get; set; }
}

/// <summary>A key that reaches over channels: phone, email, signed user id. Only proven, unshared ones match, and those are unique.</summary>
internal sealed class CustomerKey
{
    public Id<CustomerKey> Id { get; init; } = Id<CustomerKey>.New();
    public Id<Workspace> WorkspaceId { get; init; }
    public Id<Customer> CustomerId { get; set; }
    public KeyKind Kind { get; init; }
    /// <summary>E.164, lower-cased email, or the signed id.</summary>
    public required string Value { get; init; }
    public bool Proven { get; set; }
    /// <summary>Where the proof comes from, in words.</summary>
    public string? Proof { get; set; }
    public Id<Agent>? AddedBy { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>What agents write on the profile.</summary>
internal sealed class CustomerNote
{
    public Id<CustomerNote> Id { get; init; } = Id<CustomerNote>.New();
    public Id<Workspace> WorkspaceId { get; init; }
    public Id<Customer> CustomerId { get; init; }
    public Id<Agent> AgentId { get; init; }
    public required string Text { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
}

internal sealed class CustomerConfiguration
    : IEntityTypeConfiguration<Customer>, IEntityTypeConfiguration<Identity>, IEntityTypeConfiguration<CustomerKey>, IEntityTypeConfiguration<CustomerNote>
{
    public void Configure(EntityTypeBuilder<Customer> builder)
    {
        builder.ToTable("customers");
        builder.HasKey(c => c.Id);
        builder.Property(c => c.Id).ValueGeneratedNever();
        builder.HasIndex(c => new { c.WorkspaceId, c.LastSeenAt });
        builder.HasIndex(c => new { c.WorkspaceId, c.NameFolded });
    }

    public void Configure(EntityTypeBuilder<Identity> builder)
    {
        builder.ToTable("identities");
        builder.HasKey(i => i.Id);
        builder.Property(i => i.Id).ValueGeneratedNever();
        builder.HasIndex(i => new { i.WorkspaceId, i.InboxId, i.ExternalId }).IsUnique();
        builder.HasIndex(i => new { i.WorkspaceId, i.CustomerId });
    }

    public void Configure(EntityTypeBuilder<CustomerKey> builder)
    {
        builder.ToTable("customer_keys");
        builder.HasKey(k => k.Id);
        builder.Property(k => k.Id).ValueGeneratedNever();
        builder.HasIndex(k => new { k.WorkspaceId, k.Kind, k.Value }, "ux_customer_keys_proven").IsUnique().HasFilter("proven");
        builder.HasIndex(k => new { k.WorkspaceId, k.Kind, k.Value });
        builder.HasIndex(k => new { k.WorkspaceId, k.CustomerId, k.Kind, k.Value }).IsUnique();
    }

    public void Configure(EntityTypeBuilder<CustomerNote> builder)
    {
        builder.ToTable("customer_notes");
        builder.HasKey(n => n.Id);
        builder.Property(n => n.Id).ValueGeneratedNever();
        builder.HasIndex(n => new { n.WorkspaceId, n.CustomerId, n.CreatedAt });
    }
}
