using System.Text.Json;
using Braid.Platform.Data;
using Microsoft.EntityFrameworkCore;

namespace Braid.Platform.Jobs;

/// <summary>
/// Does one kind of job; registered by <see cref="JobsModule.AddJobHandler{T}"/> and made anew, in a scope of its own, for each run.
/// A job may run twice (a node died before it could say "done"), so what it does must bear that.
/// </summary>
internal interface IJobHandler
{
    string Kind { get; }

    /// <summary>How many of this kind run at once on one node; other kinds have their own, so none starves another.</summary>
    int Parallel => 4;

    /// <summary>Failures until it is dead and waits for a person.</summary>
    int Tries => 10;

    /// <summary>Returning finishes the job; an exception tries again later, <see cref="JobIsDeadException"/> never.</summary>
    Task RunAsync(JobRun run, CancellationToken ct);
}

/// <summary>Trying again can't help. The message is the reason that people see.</summary>
internal sealed class JobIsDeadException(string reason, Exception? inner = null) : Exception(reason, inner);

/// <summary>One attempt at a job, held by a lease that the runner renews.</summary>
internal sealed record JobRun(Id<Job> Id, Id<Workspace> Workspace, string Kind, string Payload, int Attempt, int Failures)
{
    public T Read<T>() => JsonSerializer.Deserialize<T>(Payload, JsonSerializerOptions.Web) ?? throw new JobIsDeadException("The job's payload is empty.");

    /// <summary>
    /// Finishes the job in the caller's transaction, so that its effects and its end are one. Throws when another node has taken it
    /// over meanwhile: then nothing of the transaction may stand.
    /// </summary>
    public async Task FinishAsync(BraidDb db, CancellationToken ct)
    {
        var (id, attempt) = (Id, Attempt);
        if (await db.Set<Job>().Where(j => j.Id == id && j.Attempt == attempt && j.State == JobState.Waiting).ExecuteDeleteAsync(ct) == 0)
        {
            throw new JobLostException(this);
        }
    }
}

/// <summary>The lease ran out and another node took the job: what this one did too late is refused.</summary>
internal sealed class JobLostException(JobRun run) : Exception($"Attempt {run.Attempt} of the job {run.Kind} {run.Id} was taken over.");
