using System.Data.Common;
using Microsoft.EntityFrameworkCore;

namespace Braid.Platform.Data;

/// <summary>
/// The database's shape at start: empty (made), ours (used), of another baseline (refused with what to do). Read by plain SQL, so that
/// EF's model need not be built before the first request. One baseline per engine until 1.0.
/// </summary>
internal sealed class Schema(Database database, IServiceProvider services)
{
    /// <summary>Changed with every change of the baseline; see tools/migrations.</summary>
    public static string Baseline => Migrations.Baseline.Id;

    /// <summary>Throws <see cref="WrongSchemaException"/> for a database of another baseline.</summary>
    public async Task EnsureAsync(bool mayMigrate, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        if (await FoundAsync(connection, ct) is not { } found)
        {
            await MakeAsync(connection, ct);
            return;
        }

        if (found != Baseline)
        {
            throw new WrongSchemaException(
                $"The database was made by another version of Braid (its schema is {found}, this one needs {Baseline}). " +
                "Before version 1.0 schemas are not upgraded: start with an empty database or data folder, or run the version that made it.");
        }

        _ = mayMigrate;
    }

    private async Task MakeAsync(DbConnection connection, CancellationToken ct)
    {
        var db = services.GetRequiredService<BraidDb>();
        if (database.Engine == Engine.Postgres)
        {
            // Two nodes that start at once: the second waits here and then finds the schema made.
            await ExecuteAsync(connection, "select pg_advisory_lock(4207001)", ct);
            try
            {
                if (await FoundAsync(connection, ct) is null) { await MigrateAsync(db, connection, ct); }
            }
            finally
            {
                await ExecuteAsync(connection, "select pg_advisory_unlock(4207001)", CancellationToken.None);
            }
        }
        else
        {
            await MigrateAsync(db, connection, ct);
        }
    }

    private static async Task MigrateAsync(BraidDb db, DbConnection connection, CancellationToken ct)
    {
        await db.Database.MigrateAsync(ct);
        foreach (var statement in db.Engine == Engine.Sqlite ? SchemaExtras.Sqlite : SchemaExtras.Postgres)
        {
            await ExecuteAsync(connection, statement, ct);
        }

        await ExecuteAsync(connection, $"create table braid_schema (baseline text not null); insert into braid_schema values ('{Baseline}')", ct);
    }

    private async Task<string?> FoundAsync(DbConnection connection, CancellationToken ct)
    {
        await using var exists = connection.CreateCommand();
        exists.CommandText = database.Engine == Engine.Sqlite
            ? "select (select count(*) from sqlite_master where name = 'braid_schema') + 0, (select count(*) from sqlite_master where type = 'table') + 0"
            : "select (select count(*) from pg_tables where tablename = 'braid_schema' and schemaname = current_schema()), (select count(*) from pg_tables where schemaname = current_schema())";
        bool made, empty;
        await using (var row = await exists.ExecuteReaderAsync(ct))
        {
            await row.ReadAsync(ct);
            made = row.GetInt64(0) > 0;
            empty = row.GetInt64(1) == 0;
        }

        if (!made)
        {
            return empty ? null : "unknown, or a start that was cut short";
        }

        await using var version = connection.CreateCommand();
        version.CommandText = "select baseline from braid_schema";
        return (string?)await version.ExecuteScalarAsync(ct);
    }

    private static async Task ExecuteAsync(DbConnection connection, string sql, CancellationToken ct)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(ct);
    }
}

/// <summary>The message is the sentence for the person who started Braid.</summary>
internal sealed class WrongSchemaException(string message) : Exception(message);
