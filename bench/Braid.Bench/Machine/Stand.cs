using Braid.Testing;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Braid.Bench.Machine;

/// <summary>Where databases of a run lie: a durable PostgreSQL of our own, or a folder for SQLite's files. Gone with the run.</summary>
internal sealed class Stand : IAsyncDisposable
{
    private const string Settings = "-c shared_buffers=4GB -c max_wal_size=16GB -c wal_compression=lz4 -c synchronous_commit=on";
    private readonly PostgresServer? server;

    private Stand(TestEngine engine, PostgresServer? server)
    {
        Engine = engine;
        this.server = server;
    }

    public TestEngine Engine { get; }
    public string Folder { get; } = Directory.CreateTempSubdirectory("braid-bench-").FullName;
    public int? DatabaseProcess => server?.ProcessId;

    /// <param name="watched">PostgreSQL counts its time per statement, which costs a little.</param>
    public static async Task<Stand> StartAsync(TestEngine engine, bool watched = false) =>
        new(engine, engine == TestEngine.Postgres ? await PostgresServer.StartAsync(durable: true, watched ? Settings + " -c shared_preload_libraries=pg_stat_statements" : Settings) : null);

    /// <summary>An empty database; on SQLite a file that is yet to be made.</summary>
    public async Task<string> DatabaseAsync(string name)
    {
        if (server is null) { return $"Data Source={Path.Combine(Folder, name + ".db")}"; }
        await server.ExecuteAsync($"create database {name}");
        return server.ConnectionString(name);
    }

    public async Task ExecuteAsync(string connectionString, string sql)
    {
        await using System.Data.Common.DbConnection connection = server is null ? new SqliteConnection(connectionString) : new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.CommandTimeout = 600;
        await command.ExecuteNonQueryAsync();
    }

    public async Task<long> CountAsync(string connectionString, string sql)
    {
        await using System.Data.Common.DbConnection connection = server is null ? new SqliteConnection(connectionString) : new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToInt64(await command.ExecuteScalarAsync(), System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>The statements PostgreSQL spent most time in: milliseconds, calls, text.</summary>
    public async Task<List<(double Milliseconds, long Calls, string Text)>> StatementsAsync(string connectionString)
    {
        var statements = new List<(double, long, string)>();
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("select total_exec_time, calls, regexp_replace(left(query, 200), '\\s+', ' ', 'g') from pg_stat_statements order by 1 desc limit 24", connection);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync()) { statements.Add((reader.GetDouble(0), reader.GetInt64(1), reader.GetString(2))); }
        return statements;
    }

    /// <summary>After a preload: statistics, and pages that are on the disk, so that the first round pays for no other's work.</summary>
    public Task SettleAsync(string connectionString) => server is null
        ? ExecuteAsync(connectionString, "pragma wal_checkpoint(truncate); analyze")
        : ExecuteAsync(connectionString, "vacuum analyze");

    public async Task CheckpointAsync(string connectionString)
    {
        if (server is not null) { await ExecuteAsync(connectionString, "checkpoint"); }
    }

    public async ValueTask DisposeAsync()
    {
        SqliteConnection.ClearAllPools();
        if (server is not null) { await server.DisposeAsync(); }
        try { Directory.Delete(Folder, recursive: true); }
        catch (IOException) { /* The system cleans its temporary folder. */ }
    }
}
