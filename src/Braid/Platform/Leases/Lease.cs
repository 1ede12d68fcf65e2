using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Braid.Platform.Leases;

/// <summary>One node owns a mailbox, a socket or an inbox's sending. The fence rises with each new owner; writes under an old fence are refused.</summary>
internal sealed class Lease
{
    public required string Name { get; init; }
    public required string Owner { get; set; }
    public long Fence { get; set; }
    /// <summary>By the database's clock.</summary>
    public DateTimeOffset Until { get; set; }
}

internal sealed class LeaseConfiguration : IEntityTypeConfiguration<Lease>
{
    public void Configure(EntityTypeBuilder<Lease> builder)
    {
        builder.ToTable("leases");
        builder.HasKey(l => l.Name);
        builder.Property(l => l.Name).HasMaxLength(120);
        builder.Property(l => l.Owner).HasMaxLength(120);
    }
}
