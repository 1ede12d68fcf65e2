using Braid.Platform.Data;
using Braid.Platform.Events;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace Design;

/// <summary>Contexts for the migration tool only: no server, no configuration.</summary>
internal sealed class SqliteFactory : IDesignTimeDbContextFactory<SqliteBraidDb>
{
    public SqliteBraidDb CreateDbContext(string[] args)
    {
        var database = new Database("Data Source=:memory:");
        return new(new DbContextOptionsBuilder<SqliteBraidDb>().UseSqlite(database.ConnectionString).Options, new(TimeProvider.System, new()), new(database));
    }
}

internal sealed class PostgresFactory : IDesignTimeDbContextFactory<PostgresBraidDb>
{
    public PostgresBraidDb CreateDbContext(string[] args)
    {
        var database = new Database("Host=localhost");
        return new(new DbContextOptionsBuilder<PostgresBraidDb>().UseNpgsql(database.Postgres).Options, new(TimeProvider.System, new()), new(database));
    }
}

internal static class Program
{
    private static void Main() => Console.WriteLine("Run tools/migrations to make the baselines anew.");
}
