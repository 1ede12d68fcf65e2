namespace Braid.Platform.Data;

/// <summary>
/// What time it is for leases. Nodes need not agree on the time: on PostgreSQL the server's clock decides. SQLite runs in this process,
/// and a clock that a test moves stands for the server's.
/// </summary>
internal sealed class DatabaseClock(Database database, TimeProvider clock)
{
    /// <summary>An SQL expression in Unix milliseconds; it may name the parameter @now.</summary>
    public string Sql { get; } = database.Engine == Engine.Postgres && clock == TimeProvider.System
        ? "(extract(epoch from clock_timestamp()) * 1000)::bigint"
        : "@now";

    /// <summary>The value to give as @now, whether the expression uses it or not.</summary>
    public long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();
}
