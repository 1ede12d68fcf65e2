using Braid.Accounts;
using Braid.Channels;
using Braid.Inboxes;
using Braid.Platform.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Braid.Customers;

/// <summary>
/// The person. One profile over all channels. Profiles that were found to be one person are linked (<see cref="CustomerLink"/>): the oldest
/// stands for all, and what belongs to the others carries its id too, beside the profile it came in on (decision 0009).
/// </summary>
internal sealed class Customer
{
    private Id<Customer>? person;

    public Id<Customer> Id { get; init; } = Id<Customer>.New();
    public Id<Workspace> WorkspaceId { get; init; }
    /// <summary>The profile that stands for this person: itself, unless it was linked to an older one.</summary>
    public Id<Customer> PersonId { get => person ?? Id; set => person = value; }
    public string? Name { get; set; }
    /// <summary>Lower-cased in .NET for search, the same on both engines.</summary>
    public string? NameFolded { get; set; }
    public string? Company { get; set; }
    /// <summary>"vip", ...: a word of the workspace.</summary>
    public string? Tier { get; set; }
    public string? Language { get; set; }
    public string? TimeZone { get; set; }
    public bool Blocked { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? LastSeenAt { get; set; }
    /// <summary>The workspace's own fields, as a flat JSON object; null when there are none.</summary>
    public string? Attributes { get; set; }
    /// <summary>"|vip|wholesale|", lower case, in order; null when there are none.</summary>
    public string? Tags { get; set; }
    /// <summary>Folded, so that people of one company are found whatever its capitals.</summary>
    public string? CompanyFolded { get; set; }
    /// <summary>The file with their picture.</summary>
    public string? PhotoId { get; set; }
    /// <summary>Under a legal hold: neither erased nor forgotten until an admin lifts it.</summary>
    public bool LegalHold { get; set; }

    public void Rename(string? name)
    {
        Name = name;
        NameFolded = name is null ? null : CustomerNames.Fold(name);
    }
}

/// <summary>A customer's handle on one inbox, as the provider names it. Unique per inbox and provider id.</summary>
internal sealed class Identity : IOfPerson
{
    private Id<Customer>? origin;

    public Id<Identity> Id { get; init; } = Id<Identity>.New();
    public Id<Workspace> WorkspaceId { get; init; }
    public Id<Inbox> InboxId { get; init; }
    public required string ExternalId { get; init; }
    public Id<Customer> CustomerId { get; set; }
    /// <summary>The profile it came in on, whoever that is linked to.</summary>
    public Id<Customer> OriginId { get => origin ?? CustomerId; set => origin = value; }
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
internal sealed class CustomerKey : IOfPerson
{
    private Id<Customer>? origin;

    public Id<CustomerKey> Id { get; init; } = Id<CustomerKey>.New();
    public Id<Workspace> WorkspaceId { get; init; }
    public Id<Customer> CustomerId { get; set; }
    public Id<Customer> OriginId { get => origin ?? CustomerId; set => origin = value; }
    public KeyKind Kind { get; init; }
    /// <summary>E.164, lower-cased email, or the signed id.</summary>
    public required string Value { get; init; }
    /// <summary>Held by this profile: one at a time does, and it is who the key matches.</summary>
    public bool Proven { get; set; }
    /// <summary>Where the proof comes from, in words. With a key that is not held: proven here too, while another profile holds it.</summary>
    public string? Proof { get; set; }
    /// <summary>Belongs to several (a household's phone, a team's mailbox): matches nobody.</summary>
    public bool Shared { get; set; }
    public Id<Agent>? AddedBy { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>What agents write on the profile.</summary>
internal sealed class CustomerNote : IOfPerson
{
    private Id<Customer>? origin;

    public Id<CustomerNote> Id { get; init; } = Id<CustomerNote>.New();
    public Id<Workspace> WorkspaceId { get; init; }
    public Id<Customer> CustomerId { get; set; }
    public Id<Customer> OriginId { get => origin ?? CustomerId; set => origin = value; }
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
        builder.HasIndex(c => new { c.WorkspaceId, c.PersonId });
        builder.HasIndex(c => new { c.WorkspaceId, c.CompanyFolded }).HasFilter("company_folded is not null");
        builder.Property(c => c.Tier).HasMaxLength(60);
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
        builder.HasIndex(k => new { k.WorkspaceId, k.OriginId, k.Kind, k.Value }).IsUnique();
        builder.HasIndex(k => new { k.WorkspaceId, k.CustomerId });
    }

    public void Configure(EntityTypeBuilder<CustomerNote> builder)
    {
        builder.ToTable("customer_notes");
        builder.HasKey(n => n.Id);
        builder.Property(n => n.Id).ValueGeneratedNever();
        builder.HasIndex(n => new { n.WorkspaceId, n.CustomerId, n.CreatedAt });
    }
}
