using System.Data.Common;
using Braid.Platform.Data;
using Npgsql;
using NpgsqlTypes;

namespace Braid.Platform.Jobs;

/// <summary>The one way jobs are written, from commands and from the ingest's set-based SQL: in the transaction of their cause.</summary>
internal static class JobSql
{
    public const string PostgresInsert = """
        insert into jobs (id, workspace_id, kind, unique_key, payload, state, run_at, attempt, failures, created_at)
        select t.id, t.workspace_id, t.kind, t.unique_key, t.payload, 'waiting', t.run_at, 0, 0, $1
        from unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::bigint[]) as t(id, workspace_id, kind, unique_key, payload, run_at)
        on conflict do nothing
        """;

    public const string SqliteInsert = """
        insert into jobs (id, workspace_id, kind, unique_key, payload, state, run_at, attempt, failures, created_at)
        values (@id, @workspace, @kind, @key, @payload, 'waiting', @run, 0, 0, @now) on conflict do nothing
        """;

    /// <summary>For a batch that already holds commands: adds the seven parameters of <see cref="PostgresInsert"/>.</summary>
    public static void AddParameters(NpgsqlParameterCollection p, IReadOnlyCollection<NewJob> jobs, DateTimeOffset now)
    {
        p.Add(new NpgsqlParameter<long> { TypedValue = now.ToUnixTimeMilliseconds() });
        p.Add(new NpgsqlParameter { Value = jobs.Select(j => j.Id.Value).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid });
        p.Add(new NpgsqlParameter { Value = jobs.Select(j => j.Workspace.Value).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid });
        foreach (var column in new Func<NewJob, string?>[] { j => j.Kind, j => j.UniqueKey, j => j.Payload })
        {
            p.Add(new NpgsqlParameter { Value = jobs.Select(column).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text });
        }

        p.Add(new NpgsqlParameter { Value = jobs.Select(j => (j.RunAt ?? now).ToUnixTimeMilliseconds()).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint });
    }

    public static async Task InsertAsync(DbConnection connection, DbTransaction transaction, Engine engine, IReadOnlyCollection<NewJob> jobs, DateTimeOffset now, CancellationToken ct)
    {
        if (engine == Engine.Postgres)
        {
            await using var batch = new NpgsqlCommand(PostgresInsert, (NpgsqlConnection)connection, (NpgsqlTransaction)transaction);
            AddParameters(batch.Parameters, jobs, now);
            await batch.ExecuteNonQueryAsync(ct);
            return;
        }

        foreach (var job in jobs)
        {
            await using var insert = connection.Sql(transaction, SqliteInsert,
                ("@id", job.Id.Value.ToByteArray(true)), ("@workspace", job.Workspace.Value.ToByteArray(true)), ("@kind", job.Kind), ("@key", job.UniqueKey),
                ("@payload", job.Payload), ("@run", (job.RunAt ?? now).ToUnixTimeMilliseconds()), ("@now", now.ToUnixTimeMilliseconds()));
            await insert.ExecuteNonQueryAsync(ct);
        }
    }
}
