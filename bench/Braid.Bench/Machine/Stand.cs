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

    public static async Task<Stand> StartAsync(TestEngine engine) =>
        new(engine, engine == TestEngine.Postgres ? await PostgresServer.StartAsync(durable: true, Settings) : null);

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
