using System.Reflection;
using System.Text;
using Braid.Platform.Events;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Braid.Platform.Data;

/// <summary>
/// The model of both engines. Each module configures its own entities (`IEntityTypeConfiguration`), found in this assembly. Tables and
/// columns are snake_case on both engines, so that raw SQL reads the same. Events added to <see cref="DomainEvents"/> are numbered and
/// written as the last statement of the same transaction (DESIGN §9.1).
/// </summary>
internal abstract class BraidDb(DbContextOptions options, DomainEvents events, WriteGate gate) : DbContext(options)
{
    /// <summary>Facts to commit with the next `SaveChangesAsync`.</summary>
    public DomainEvents Events { get; } = events;

    public WriteGate Gate { get; } = gate;

    /// <summary>Runs once the current transaction is committed, at once when there is none: for waking loops. Forgotten on a rollback.</summary>
    public void AfterCommit(Action wake)
    {
        if (Database.CurrentTransaction is null) { wake(); } else { AfterCommits.Add(wake); }
    }

    internal List<Action> AfterCommits { get; } = [];

    public abstract Engine Engine { get; }

    public override async Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        if (Database.CurrentTransaction is not null)
        {
            return await base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
        }

        var rows = 0;
        await this.InTransactionAsync(async ct => rows = await base.SaveChangesAsync(acceptAllChangesOnSuccess, ct), cancellationToken);
        return rows;
    }

    protected override void OnConfiguring(DbContextOptionsBuilder optionsBuilder) =>
        optionsBuilder.ConfigureWarnings(w => w.Ignore(RelationalEventId.PendingModelChangesWarning));

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(BraidDb).Assembly);
        foreach (var entity in modelBuilder.Model.GetEntityTypes())
        {
            entity.SetTableName(Snake(entity.GetTableName()!));
            foreach (var property in entity.GetProperties())
            {
                property.SetColumnName(Snake(property.Name));
            }

            foreach (var index in entity.GetIndexes().Where(i => i.GetDatabaseName() is { } name && name.StartsWith("IX_", StringComparison.Ordinal)))
            {
                index.SetDatabaseName(Snake("ix_" + entity.GetTableName() + "_" + string.Join("_", index.Properties.Select(p => p.Name))));
            }

            foreach (var key in entity.GetKeys())
            {
                key.SetName((key.IsPrimaryKey() ? "pk_" : "ak_") + entity.GetTableName());
            }
        }
    }

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<InstantToMilliseconds>();
        foreach (var type in ValueTypesInUse())
        {
            if (type.IsEnum)
            {
                configurationBuilder.Properties(type).HaveConversion(typeof(EnumToName<>).MakeGenericType(type)).HaveMaxLength(40);
            }
            else
            {
                var converter = Engine == Engine.Sqlite ? typeof(IdToBytes<>) : typeof(IdToGuid<>);
                configurationBuilder.Properties(type).HaveConversion(converter.MakeGenericType(type.GetGenericArguments()));
            }
        }

        if (Engine == Engine.Sqlite)
        {
            configurationBuilder.Properties<Guid>().HaveConversion<GuidToBytes>();
        }
        else
        {
            // Text that is paged or compared must order by code point on every server.
            configurationBuilder.Properties<string>().UseCollation("C");
        }
    }

    private static IEnumerable<Type> ValueTypesInUse() =>
        typeof(BraidDb).Assembly.GetTypes()
            .Where(t => t.GetInterfaces().Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IEntityTypeConfiguration<>)))
            .SelectMany(t => t.GetInterfaces().Where(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IEntityTypeConfiguration<>)))
            .Select(i => i.GetGenericArguments()[0])
            .SelectMany(entity => entity.GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
            .Select(p => Nullable.GetUnderlyingType(p.PropertyType) ?? p.PropertyType)
            .Where(t => t.IsEnum || (t.IsGenericType && t.GetGenericTypeDefinition() == typeof(Id<>)))
            .Distinct();

    private static string Snake(string name)
    {
        var text = new StringBuilder(name.Length + 8);
        for (var i = 0; i < name.Length; i++)
        {
            if (char.IsUpper(name[i]) && i > 0 && name[i - 1] != '_' && !char.IsUpper(name[i - 1])) { text.Append('_'); }
            text.Append(char.ToLowerInvariant(name[i]));
        }

        return text.ToString();
    }
}

internal sealed class SqliteBraidDb(DbContextOptions<SqliteBraidDb> options, DomainEvents events, WriteGate gate) : BraidDb(options, events, gate)
{
    public override Engine Engine => Engine.Sqlite;
}

internal sealed class PostgresBraidDb(DbContextOptions<PostgresBraidDb> options, DomainEvents events, WriteGate gate) : BraidDb(options, events, gate)
{
    public override Engine Engine => Engine.Postgres;
}

internal enum Engine { Sqlite, Postgres }
