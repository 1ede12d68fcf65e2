using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Braid.Platform.Data;

/// <summary>
/// Who is who in a workspace. Ingest holds it shared while it looks people up and applies their messages; merging and its undoing hold it
/// alone, for the few milliseconds in which rows change hands. On SQLite the transaction itself is the lock, there is one writer.
/// </summary>
internal static class PeopleLock
{
    private const int Space = 4207004;

    public static NpgsqlBatchCommand Shared(Guid workspace) =>
        new("select pg_advisory_xact_lock_shared($1, $2)") { Parameters = { new NpgsqlParameter<int> { TypedValue = Space }, new NpgsqlParameter<int> { TypedValue = Number(workspace) } } };

    /// <summary>Before any row is locked; held until the transaction ends.</summary>
    public static async Task HoldPeopleAsync(this BraidDb db, Id<Workspace> workspace, CancellationToken ct)
    {
        if (db.Engine == Engine.Postgres)
        {
            await db.Database.ExecuteSqlAsync($"select pg_advisory_xact_lock({Space}, {Number(workspace.Value)})", ct);
        }
    }

    /// <summary>Two workspaces with one number only wait for each other.</summary>
    private static int Number(Guid workspace) => BitConverter.ToInt32(workspace.ToByteArray(), 12);
}
