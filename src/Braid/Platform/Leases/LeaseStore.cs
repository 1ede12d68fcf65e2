using System.Data.Common;
using Braid.Platform.Data;

namespace Braid.Platform.Leases;

/// <summary>Who owns what, by name. Times are the database's; the row stays after a release, so that the fence never falls.</summary>
internal sealed class LeaseStore(Database database, WriteGate gate, DatabaseClock time)
{
    /// <summary>This process. A restart is another owner.</summary>
    public string Owner { get; } = $"{Environment.MachineName}:{Environment.ProcessId}:{Guid.NewGuid():n}";

    /// <summary>Null while somebody else holds it.</summary>
    public async Task<HeldLease?> TryAcquireAsync(string name, TimeSpan length, CancellationToken ct)
    {
        var fence = await RunAsync($"""
            insert into leases as l (name, owner, fence, until) values (@name, @owner, 1, {time.Sql} + @length)
            on conflict (name) do update set owner = excluded.owner, fence = l.fence + 1, until = excluded.until
            where l.until <= {time.Sql} or l.owner = excluded.owner
            returning fence
            """, name, 0, length, ct);
        return fence is { } number ? new(name, Owner, number) : null;
    }

    /// <summary>False when it was lost: stop at once.</summary>
    public async Task<bool> RenewAsync(HeldLease lease, TimeSpan length, CancellationToken ct) =>
        await RunAsync($"update leases set until = {time.Sql} + @length where name = @name and owner = @owner and fence = @fence and until > {time.Sql} returning fence", lease.Name, lease.Fence, length, ct) is not null;

    public Task ReleaseAsync(HeldLease lease, CancellationToken ct) =>
        RunAsync("update leases set until = 0 where name = @name and owner = @owner and fence = @fence returning fence", lease.Name, lease.Fence, TimeSpan.Zero, ct);

    /// <summary>
    /// Asked inside the transaction that writes: true while this fence is the newest, and until the commit nobody can take the lease over.
    /// </summary>
    public static async Task<bool> HoldsAsync(DbConnection connection, DbTransaction transaction, Engine engine, string name, long fence, CancellationToken ct)
    {
        var sql = "select fence from leases where name = @name" + (engine == Engine.Postgres ? " for share" : "");
        await using var ask = connection.Sql(transaction, sql, ("@name", name));
        return await ask.ExecuteScalarAsync(ct) is long current && current == fence;
    }

    private async Task<long?> RunAsync(string sql, string name, long fence, TimeSpan length, CancellationToken ct)
    {
        using var held = await gate.EnterAsync(ct);
        await using var connection = await database.OpenAsync(ct);
        await using var command = connection.Sql(null, sql, ("@name", name), ("@owner", Owner), ("@fence", fence), ("@length", (long)length.TotalMilliseconds), ("@now", time.Now));
        return (long?)await command.ExecuteScalarAsync(ct);
    }
}
