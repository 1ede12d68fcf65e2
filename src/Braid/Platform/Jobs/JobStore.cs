using Braid.Platform.Data;

namespace Braid.Platform.Jobs;

/// <summary>Claims and settles jobs. Every write after the claim names the attempt, so a worker that was given up can't change anything.</summary>
internal sealed class JobStore(Database database, WriteGate gate, DatabaseClock time)
{
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);

    private const string Live = "id = @id and attempt = @attempt and state = 'waiting'";

    private string ClaimSql { get; } = $"""
        update jobs set attempt = attempt + 1, leased_until = {time.Sql} + @lease, unique_key = null
        where id in (
          select id from jobs where kind = @kind and state = 'waiting' and run_at <= {time.Sql} and (leased_until is null or leased_until <= {time.Sql})
          order by run_at limit @most {(database.Engine == Engine.Postgres ? "for update skip locked" : "")})
        returning id, workspace_id, kind, payload, attempt, failures
        """;

    public async Task<IReadOnlyList<JobRun>> ClaimAsync(string kind, int most, CancellationToken ct)
    {
        using var held = await gate.EnterAsync(ct);
        await using var connection = await database.OpenAsync(ct);
        await using var claim = connection.Sql(null, ClaimSql, ("@kind", kind), ("@most", most), ("@lease", (long)Lease.TotalMilliseconds), ("@now", time.Now));
        await using var rows = await claim.ExecuteReaderAsync(ct);
        var claimed = new List<JobRun>();
        while (await rows.ReadAsync(ct))
        {
            claimed.Add(new(new(rows.Id(0)), new(rows.Id(1)), rows.GetString(2), rows.GetString(3), rows.GetInt32(4), rows.GetInt32(5)));
        }

        return claimed;
    }

    public Task<bool> RenewAsync(JobRun run, CancellationToken ct) =>
        WriteAsync(run, $"update jobs set leased_until = {time.Sql} + @lease where {Live}", ct, ("@lease", (long)Lease.TotalMilliseconds));

    public Task<bool> FinishAsync(JobRun run, CancellationToken ct) => WriteAsync(run, $"delete from jobs where {Live}", ct);

    public Task<bool> RetryAsync(JobRun run, string error, TimeSpan after, CancellationToken ct) => WriteAsync(
        run, $"update jobs set leased_until = null, failures = failures + 1, last_error = @error, run_at = {time.Sql} + @after where {Live}", ct,
        ("@error", error), ("@after", (long)after.TotalMilliseconds));

    /// <summary>Interrupted by a shutdown: free for any node, at once.</summary>
    public Task<bool> ReleaseAsync(JobRun run, CancellationToken ct) => WriteAsync(run, $"update jobs set leased_until = null where {Live}", ct);

    public Task<bool> BuryAsync(JobRun run, string reason, CancellationToken ct) => WriteAsync(
        run, $"update jobs set state = 'dead', leased_until = null, failures = failures + 1, last_error = @error where {Live}", ct, ("@error", reason));

    /// <returns>False when another attempt owns the job by now.</returns>
    private async Task<bool> WriteAsync(JobRun run, string sql, CancellationToken ct, params (string, object?)[] parameters)
    {
        using var held = await gate.EnterAsync(ct);
        await using var connection = await database.OpenAsync(ct);
        await using var write = connection.Sql(null, sql, [("@id", database.Raw(run.Id.Value)), ("@attempt", run.Attempt), ("@now", time.Now), .. parameters]);
        return await write.ExecuteNonQueryAsync(ct) == 1;
    }
}
