using System.Xml.Linq;
using Braid.Platform.Data;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Braid.Platform.Secrets;

/// <summary>A key of ASP.NET Data Protection, shared by all nodes; its secret part is wrapped by the <see cref="MasterKey"/>.</summary>
internal sealed class DataProtectionKey
{
    public Id<DataProtectionKey> Id { get; init; } = Id<DataProtectionKey>.New();
    public required string Name { get; init; }
    public required string Xml { get; init; }
}

/// <summary>The framework asks for keys synchronously; it does so at start and then once a day.</summary>
internal sealed class KeyRingStore(Database database, IServiceScopeFactory scopes) : IXmlRepository
{
    /// <summary>By plain SQL: every start waits for it, and EF may come later.</summary>
    public IReadOnlyCollection<XElement> GetAllElements()
    {
        using var connection = database.OpenAsync(CancellationToken.None).GetAwaiter().GetResult();
        using var command = connection.Sql(null, "select xml from data_protection_keys");
        using var row = command.ExecuteReader();
        var keys = new List<XElement>();
        while (row.Read()) { keys.Add(XElement.Parse(row.GetString(0))); }
        return keys;
    }

    public void StoreElement(XElement element, string friendlyName)
    {
        using var scope = scopes.CreateScope();
        var db = scope.ServiceProvider.GetRequiredService<BraidDb>();
        db.Add(new DataProtectionKey { Name = friendlyName, Xml = element.ToString(SaveOptions.DisableFormatting) });
        db.SaveChanges();
    }
}

internal sealed class DataProtectionKeyConfiguration : IEntityTypeConfiguration<DataProtectionKey>
{
    public void Configure(EntityTypeBuilder<DataProtectionKey> builder)
    {
        builder.ToTable("data_protection_keys");
        builder.HasKey(k => k.Id);
        builder.Property(k => k.Id).ValueGeneratedNever();
        builder.Property(k => k.Name).HasMaxLength(200);
    }
}
