using Braid.Platform.Data;
using Braid.Testing;
using Braid.Tests.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Braid.Tests.Platform;

/// <summary>What tools/migrations wrote is what the entities' configuration says now.</summary>
public class ModelTests
{
    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task The_compiled_model_and_the_baseline_are_those_of_the_code(string engine)
    {
        await using var braid = await TestBraid.StartAsync(Engines.Parse(engine));
        var (compiled, configured, pending) = await braid.WithDbAsync(db =>
            Task.FromResult((Lines(db.Model).ToList(), Lines(db.GetService<IDesignTimeModel>().Model).ToList(), db.Database.HasPendingModelChanges())));

        compiled.ShouldBe(configured, "run tools/migrations");
        pending.ShouldBeFalse("run tools/migrations");
    }

    private static IEnumerable<string> Lines(IModel model) =>
        from entity in model.GetEntityTypes().OrderBy(e => e.Name, StringComparer.Ordinal)
        from line in entity.GetProperties().Select(Line).Order(StringComparer.Ordinal)
            .Concat(entity.GetIndexes().Select(i => $"index {Names(i.Properties)} {i.IsUnique}").Order(StringComparer.Ordinal))
            .Concat(entity.GetForeignKeys().Select(f => $"refers {Names(f.Properties)} to {f.PrincipalEntityType.Name} {f.DeleteBehavior}").Order(StringComparer.Ordinal))
        select $"{entity.GetTableName()} {line}";

    private static string Line(IProperty p) =>
        $"{p.GetColumnName()} {p.GetColumnType()} {p.ClrType.Name} {(p.IsNullable ? "null" : "not null")} {p.IsConcurrencyToken} {p.ValueGenerated} {p.IsPrimaryKey()} {p.GetTypeMapping().Converter?.GetType().Name}";

    private static string Names(IEnumerable<IReadOnlyProperty> properties) => string.Join(",", properties.Select(p => p.Name));
}
