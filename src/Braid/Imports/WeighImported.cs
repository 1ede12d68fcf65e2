using Braid.Customers;
using Braid.Platform.Data;
using Braid.Platform.Jobs;
using Microsoft.EntityFrameworkCore;

namespace Braid.Imports;

/// <summary>After an import: may those it made be people we know by another key? A few at a time, so that those who write now are weighed before them.</summary>
internal sealed class WeighImported(BraidDb db, JobQueue jobs, TimeProvider clock) : IJobHandler
{
    public const string KindName = "import.weigh";
    private const int Step = 200;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    /// <param name="After">Rows up to this number were done.</param>
    public sealed record Payload(Id<Import> ImportId, int After);

    public string Kind => KindName;

    public int Parallel => 1;

    public static NewJob Of(Import import, int after) => NewJob.Of(import.WorkspaceId, KindName, new Payload(import.Id, after)) with { UniqueKey = $"{import.Id}:{after}" };

    public async Task RunAsync(JobRun run, CancellationToken ct)
    {
        var (id, after) = run.Read<Payload>();
        if (await db.Set<Import>().AsNoTracking().FirstOrDefaultAsync(i => i.WorkspaceId == run.Workspace && i.Id == id, ct) is not { State: ImportState.Done } import) { return; }
        var rows = await db.Set<ImportRow>().AsNoTracking().Where(r => r.WorkspaceId == run.Workspace && r.ImportId == id && r.Number > after && r.Outcome == RowOutcome.Made && r.CustomerId != null).OrderBy(r => r.Number).Take(Step)
            .Select(r => new { r.Number, Customer = r.CustomerId!.Value }).ToListAsync(ct);
        if (rows.Count == 0) { return; }
        await jobs.EnqueueAsync([.. rows.Select(r => r.Customer).Distinct().Select(c => WeighPersons.Of(run.Workspace, c)), Of(import, rows[^1].Number) with { RunAt = clock.GetUtcNow() + Pause }], ct);
    }
}
