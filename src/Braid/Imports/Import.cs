using Braid.Accounts;
using Braid.Customers;
using Braid.Platform.Data;
using Braid.Platform.Files;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Braid.Imports;

/// <summary>A file of customers on its way in: drafted, checked, run and, if need be, undone.</summary>
internal sealed class Import
{
    public Id<Import> Id { get; init; } = Id<Import>.New();
    public Id<Workspace> WorkspaceId { get; init; }
    public required string Name { get; init; }
    public Id<StoredFile> FileId { get; init; }
    public ImportState State { get; set; }
    /// <summary><see cref="ImportMapping"/> as JSON.</summary>
    public required string Mapping { get; set; }
    /// <summary>Rows read so far.</summary>
    public int Rows { get; set; }
    public int Made { get; set; }
    public int Changed { get; set; }
    public int Failed { get; set; }
    /// <summary>Why the file as a whole could not be read, in words.</summary>
    public string? Error { get; set; }
    public Id<Agent>? MadeBy { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? EndedAt { get; set; }
}

internal enum ImportState { Draft, Checking, Checked, Running, Done, Undoing, Undone, Failed }

/// <param name="Columns">Per column of the file, in order: a field's name, or null to leave it.</param>
/// <param name="Region">ISO 3166 code for phone numbers without a country.</param>
/// <param name="System">What the column `externalId` belongs to: "shop", "erp".</param>
/// <param name="Encoding">Null: found by looking.</param>
internal sealed record ImportMapping(IReadOnlyList<string?> Columns, string? Region, string? System, string? Encoding);

/// <summary>How one row ended; with what it made, so that it can be undone.</summary>
internal sealed class ImportRow
{
    public Id<Workspace> WorkspaceId { get; init; }
    public Id<Import> ImportId { get; init; }
    /// <summary>As a spreadsheet counts: the header is 1.</summary>
    public int Number { get; init; }
    public RowOutcome Outcome { get; init; }
    public Id<Customer>? CustomerId { get; init; }
    /// <summary>JSON: keys and references that were new.</summary>
    public string? Made { get; init; }
    /// <summary>What is wrong with it, in words.</summary>
    public string? Error { get; init; }
}

internal enum RowOutcome { Made, Changed, Failed }

internal sealed class ImportConfiguration : IEntityTypeConfiguration<Import>, IEntityTypeConfiguration<ImportRow>
{
    public void Configure(EntityTypeBuilder<Import> builder)
    {
        builder.ToTable("imports");
        builder.HasKey(i => i.Id);
        builder.Property(i => i.Id).ValueGeneratedNever();
        builder.Property(i => i.Name).HasMaxLength(300);
        builder.HasIndex(i => new { i.WorkspaceId, i.CreatedAt });
    }

    public void Configure(EntityTypeBuilder<ImportRow> builder)
    {
        builder.ToTable("import_rows");
        builder.HasKey(r => new { r.WorkspaceId, r.ImportId, r.Number });
        builder.Property(r => r.Error).HasMaxLength(500);
        builder.HasIndex(r => new { r.WorkspaceId, r.ImportId, r.Number }, "ix_import_rows_failed").HasFilter("outcome = 'failed'");
    }
}
