using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Braid.Platform.Data;

/// <summary>The database by connection string: `Data Source=...` is SQLite, `Host=...` PostgreSQL. Opens plain connections for set-based SQL.</summary>
internal sealed class Database : IAsyncDisposable
{
    private readonly NpgsqlDataSource? postgres;

    public Database(string connectionString)
    {
        ConnectionString = connectionString;
        Engine = connectionString.Contains("Host=", StringComparison.OrdinalIgnoreCase) || connectionString.Contains("Server=", StringComparison.OrdinalIgnoreCase)
            ? Engine.Postgres
            : Engine.Sqlite;
        if (Engine == Engine.Postgres)
        {
            postgres = new NpgsqlDataSourceBuilder(connectionString).Build();
        }
        else
        {
            ConnectionString = new SqliteConnectionStringBuilder(connectionString) { DefaultTimeout = 30, ForeignKeys = true }.ToString();
        }
    }

    public Engine Engine { get; }

    public string ConnectionString { get; }

    public NpgsqlDataSource Postgres => postgres ?? throw new InvalidOperationException("This is SQLite.");

    public async Task<DbConnection> OpenAsync(CancellationToken ct)
    {
        if (postgres is not null)
        {
            return await postgres.OpenConnectionAsync(ct);
        }

        var connection = new SqliteConnection(ConnectionString);
        try
        {
            await connection.OpenAsync(ct);
            using var pragma = connection.CreateCommand();
            // FULL: a 200 to a provider means that the delivery is on the disk.
            pragma.CommandText = "pragma journal_mode=wal; pragma synchronous=full; pragma busy_timeout=30000; pragma temp_store=memory; pragma cache_size=-65536; pragma mmap_size=268435456;";
            await pragma.ExecuteNonQueryAsync(ct);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (postgres is not null)
        {
            await postgres.DisposeAsync();
        }
    }

    /// <summary>Ids and instants as this engine stores them, for raw parameters.</summary>
    public object Raw(Guid id) => Engine == Engine.Sqlite ? id.ToByteArray(true) : id;

    public static bool IsUnavailable(Exception e) => e switch
    {
        NpgsqlException { IsTransient: true } => true,
        PostgresException { SqlState: "57P01" or "57P02" or "57P03" or "53300" or "53100" } => true,
        NpgsqlException { InnerException: System.Net.Sockets.SocketException or IOException or TimeoutException } => true,
        SqliteException { SqliteErrorCode: 13 or 10 or 14 or 5 or 8 } => true, // full, I/O error, can't open, busy, read-only
        { InnerException: { } inner } => IsUnavailable(inner),
        _ => false,
    };

    /// <summary>A unique key or a serialisation refused the write; the loser of a race reads again.</summary>
    public static bool IsConflict(Exception e) => e switch
    {
        PostgresException { SqlState: "23505" or "40001" or "40P01" } => true,
        SqliteException { SqliteExtendedErrorCode: 2067 or 1555 } => true,
        { InnerException: { } inner } => IsConflict(inner),
        _ => false,
    };
}
