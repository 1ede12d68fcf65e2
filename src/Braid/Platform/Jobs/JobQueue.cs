using Braid.Platform.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Braid.Platform.Jobs;

/// <summary>Queues background work in the current transaction: it runs if, and only if, its cause is committed.</summary>
internal sealed class JobQueue(BraidDb db, JobBells bells, TimeProvider clock)
{
    public Task EnqueueAsync(NewJob job, CancellationToken ct) => EnqueueAsync([job], ct);

    public Task EnqueueAsync(IReadOnlyCollection<NewJob> jobs, CancellationToken ct) => db.InTransactionAsync(async inner =>
    {
        await JobSql.InsertAsync(db.Database.GetDbConnection(), db.Database.CurrentTransaction!.GetDbTransaction(), db.Engine, jobs, clock.GetUtcNow(), inner);
        db.AfterCommit(() => bells.Ring(jobs.Select(j => j.Kind)));
    }, ct);
}
