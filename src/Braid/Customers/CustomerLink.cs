using Braid.Accounts;
using Braid.Platform.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Braid.Customers;

/// <summary>
/// "These two are one person", until it is undone. The person is whoever active links connect; circles do no harm. Rows are never removed,
/// so that every merge and its undoing can be told later.
/// </summary>
internal sealed class CustomerLink
{
    public Id<CustomerLink> Id { get; init; } = Id<CustomerLink>.New();
    public Id<Workspace> WorkspaceId { get; init; }
    public Id<Customer> LeftId { get; init; }
    public Id<Customer> RightId { get; init; }
    /// <summary>Null: a proven key said so.</summary>
    public Id<Agent>? MadeBy { get; init; }
    /// <summary>In words.</summary>
    public required string Reason { get; init; }
    public DateTimeOffset MadeAt { get; init; }
    public Id<Agent>? UndoneBy { get; set; }
    public DateTimeOffset? UndoneAt { get; set; }
}

/// <summary>
/// One value of one field of a profile, and who says so. All are kept; the profile shows the best (<see cref="GoldenRecord"/>), so that
/// nothing is lost by a merge, an import or a sync, and each can be taken back. Belongs to the profile it was given to, never moved.
/// </summary>
internal sealed class CustomerValue
{
    public Id<Workspace> WorkspaceId { get; init; }
    public Id<Customer> CustomerId { get; init; }
    /// <summary>One of <see cref="CustomerFieldNames"/>, or `custom.` and an attribute's key.</summary>
    public required string Field { get; init; }
    public ValueSource Source { get; init; }
    /// <summary>The agent, inbox, import, connector; empty for the API.</summary>
    public Guid SourceId { get; init; }
    /// <summary>Text; numbers, dates and flags as JSON writes them.</summary>
    public required string Value { get; set; }
    public DateTimeOffset At { get; set; }
}

internal enum ValueSource
{
    /// <summary>What the channel said: the weakest.</summary>
    Channel,
    Import,
    Api,
    /// <summary>A segment that gives a tier.</summary>
    Rule,
    Crm,
    /// <summary>What an agent wrote: channels and imports leave it alone; a sync takes its place where its rules say so.</summary>
    Agent,
}

internal static class CustomerFieldNames
{
    public const string Name = "name";
    public const string Company = "company";
    public const string Tier = "tier";
    public const string Language = "language";
    public const string TimeZone = "timeZone";
    /// <summary>"true" while any of the person's profiles is blocked.</summary>
    public const string Blocked = "blocked";
    /// <summary>The id of the stored file with their picture.</summary>
    public const string Photo = "photo";
    public const string Custom = "custom.";
    /// <summary>`tag.` and the tag, with the value "true" or "false".</summary>
    public const string Tag = "tag.";
    public static readonly IReadOnlyList<string> All = [Name, Company, Tier, Language, TimeZone, Blocked];
}

internal sealed class CustomerLinkConfiguration : IEntityTypeConfiguration<CustomerLink>, IEntityTypeConfiguration<CustomerValue>
{
    public void Configure(EntityTypeBuilder<CustomerLink> builder)
    {
        builder.ToTable("customer_links");
        builder.HasKey(l => l.Id);
        builder.Property(l => l.Id).ValueGeneratedNever();
        builder.HasIndex(l => new { l.WorkspaceId, l.LeftId });
        builder.HasIndex(l => new { l.WorkspaceId, l.RightId });
    }

    public void Configure(EntityTypeBuilder<CustomerValue> builder)
    {
        builder.ToTable("customer_values");
        builder.HasKey(v => new { v.WorkspaceId, v.CustomerId, v.Field, v.Source, v.SourceId });
        builder.Property(v => v.Field).HasMaxLength(80);
    }
}
