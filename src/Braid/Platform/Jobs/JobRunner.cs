using Braid.Platform.Data;

namespace Braid.Platform.Jobs;

/// <summary>
/// Runs this node's share of the jobs: one pump per kind, each with its own limit. A pump looks when a job is committed on this node,
/// when one of its own ends, and every two seconds, which is how it finds other nodes' jobs and those of a node that died.
/// </summary>
internal sealed partial class JobRunner(
    IServiceScopeFactory scopes, IEnumerable<JobKind> kinds, JobStore store, JobBells bells, TimeProvider clock, ILogger<JobRunner> logger) : BackgroundService
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(2);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Pumps().Select(pump => Task.Run(() => PumpAsync(pump, stoppingToken), CancellationToken.None)));

    /// <summary>Runs what is due, one at a time, until nothing is: for tests and for commands that end.</summary>
    public async Task<int> DrainAsync(CancellationToken ct)
    {
        var done = 0;
        foreach (var pump in Pumps())
        {
            while (await store.ClaimAsync(pump.Kind, 1, ct) is [var run])
            {
                await RunAsync(run, pump, ct);
                done++;
            }
        }

        return done;
    }

    private List<Pump> Pumps()
    {
        using var scope = scopes.CreateScope();
        return [.. kinds.Select(k => k.Handler).Distinct().Select(type =>
        {
            var handler = Make(scope.ServiceProvider, type);
            return new Pump(handler.Kind, type, handler.Parallel, handler.Tries);
        })];
    }

    private static IJobHandler Make(IServiceProvider services, Type type) => (IJobHandler)ActivatorUtilities.CreateInstance(services, type);

    private async Task PumpAsync(Pump pump, CancellationToken ct)
    {
        var (running, bell) = (new HashSet<Task>(), bells.Of(pump.Kind));
        while (!ct.IsCancellationRequested)
        {
            try
            {
                running.RemoveWhere(t => t.IsCompleted);
                var claimed = running.Count < pump.Parallel ? await store.ClaimAsync(pump.Kind, pump.Parallel - running.Count, ct) : [];
                foreach (var run in claimed)
                {
                    running.Add(Task.Run(async () =>
                    {
                        await RunAsync(run, pump, ct);
                        bell.Ring();
                    }, CancellationToken.None));
                }

                await bell.WaitAsync(Poll, ct);
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                break;
            }
            catch (Exception e)
            {
                Log.CannotClaim(logger, e, pump.Kind);
                await Task.Delay(Poll, clock, ct).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            }
        }

        await Task.WhenAll(running);
    }

    /// <summary>Never throws: however the job ends, it is settled, or its lease runs out and another node takes it.</summary>
    private async Task RunAsync(JobRun run, Pump pump, CancellationToken ct)
    {
        using var lost = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var renewing = KeepAsync(run, lost);
        try
        {
            await SettleAsync(run, pump, lost.Token, ct);
        }
        catch (Exception e)
        {
            Log.CannotSettle(logger, e, run.Kind, run.Id);
        }
        finally
        {
            await lost.CancelAsync();
            await renewing;
        }
    }

    private async Task SettleAsync(JobRun run, Pump pump, CancellationToken work, CancellationToken ct)
    {
        try
        {
            if (run.Attempt > pump.Tries * 5)
            {
                throw new JobIsDeadException("It was started many times and never came to an end.");
            }

            await using var scope = scopes.CreateAsyncScope();
            await Make(scope.ServiceProvider, pump.Handler).RunAsync(run, work);
            // False is fine: it finished itself in its own transaction, or another node owns it.
            await store.FinishAsync(run, CancellationToken.None);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            await store.ReleaseAsync(run, CancellationToken.None);
        }
        catch (JobLostException e)
        {
            Log.Lost(logger, e.Message);
        }
        catch (Exception e) when (e is JobIsDeadException || run.Failures + 1 >= pump.Tries)
        {
            Log.Dead(logger, e, run.Kind, run.Id);
            await store.BuryAsync(run, e.Message, CancellationToken.None);
        }
        catch (Exception e)
        {
            Log.Failed(logger, e, run.Kind, run.Id);
            await store.RetryAsync(run, e.Message, Backoff.After(run.Failures + 1), CancellationToken.None);
        }
    }

    private async Task KeepAsync(JobRun run, CancellationTokenSource lost)
    {
        try
        {
            while (true)
            {
                await Task.Delay(JobStore.Lease / 3, clock, lost.Token);
                if (!await store.RenewAsync(run, lost.Token))
                {
                    await lost.CancelAsync();
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The job ended, or is no longer ours.
        }
        catch (Exception e)
        {
            // Without renewal the lease ends: stop before another node starts the same.
            Log.CannotSettle(logger, e, run.Kind, run.Id);
            await lost.CancelAsync();
        }
    }

    private sealed record Pump(string Kind, Type Handler, int Parallel, int Tries);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Jobs of kind {Kind} can't be claimed.")]
        public static partial void CannotClaim(ILogger logger, Exception e, string kind);

        [LoggerMessage(LogLevel.Warning, "The job {Kind} {Id} can't be settled now; its lease will run out.")]
        public static partial void CannotSettle(ILogger logger, Exception e, string kind, Id<Job> id);

        [LoggerMessage(LogLevel.Information, "The job {Kind} {Id} failed and will be tried again.")]
        public static partial void Failed(ILogger logger, Exception e, string kind, Id<Job> id);

        [LoggerMessage(LogLevel.Error, "The job {Kind} {Id} is dead.")]
        public static partial void Dead(ILogger logger, Exception e, string kind, Id<Job> id);

        [LoggerMessage(LogLevel.Information, "{Story}")]
        public static partial void Lost(ILogger logger, string story);
    }
}

/// <summary>A kind of job this server can run.</summary>
internal sealed record JobKind(Type Handler);
