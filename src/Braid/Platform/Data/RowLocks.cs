using Microsoft.EntityFrameworkCore;

namespace Braid.Platform.Data;

/// <summary>
/// Row locks for commands that meet the ingest at the same rows (DESIGN §9.5): customers first, then conversations. On SQLite the
/// transaction itself is the lock, there is one writer.
/// </summary>
internal static class RowLocks
{
    /// <summary>Holds the row until the transaction ends. The table's name is a constant of the caller.</summary>
    public static async Task LockAsync(this BraidDb db, string table, Guid id, CancellationToken ct)
    {
        if (db.Engine == Engine.Postgres)
        {
#pragma warning disable EF1002 // The table's name comes from our own code.
            await db.Database.ExecuteSqlRawAsync($"select 1 from {table} where id = {{0}} for update", [id], ct);
#pragma warning restore EF1002
        }
    }
}
