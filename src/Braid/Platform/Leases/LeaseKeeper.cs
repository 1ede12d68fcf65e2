namespace Braid.Platform.Leases;

/// <summary>
/// Runs work on one node at a time. The work's token falls when the lease is lost, and a third of its length before it could be lost
/// without us knowing: whoever comes next finds the work over.
/// </summary>
internal sealed partial class LeaseKeeper(LeaseStore leases, TimeProvider clock, ILogger<LeaseKeeper> logger)
{
    /// <summary>How long a dead node keeps its work from others.</summary>
    public static readonly TimeSpan Length = TimeSpan.FromSeconds(15);

    /// <summary>Waits for the lease, runs the work once and gives the lease back. Returns when the work ended or its lease was lost.</summary>
    public async Task RunAsync(string name, Func<HeldLease, CancellationToken, Task> work, CancellationToken ct)
    {
        var lease = await AcquireAsync(name, ct);
        using var lost = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var renewing = RenewAsync(lease, lost);
        try
        {
            await work(lease, lost.Token);
        }
        catch (OperationCanceledException) when (lost.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            // Lost: the next owner goes on.
        }
        finally
        {
            await lost.CancelAsync();
            await renewing;
            await GiveBackAsync(lease);
        }
    }

    private async Task<HeldLease> AcquireAsync(string name, CancellationToken ct)
    {
        while (true)
        {
            try
            {
                if (await leases.TryAcquireAsync(name, Length, ct) is { } lease)
                {
                    return lease;
                }
            }
            catch (Exception e) when (Data.Database.IsUnavailable(e))
            {
                Log.Unavailable(logger, e, name);
            }

            await Task.Delay(Length / 5, clock, ct);
        }
    }

    private async Task RenewAsync(HeldLease lease, CancellationTokenSource lost)
    {
        try
        {
            var renewed = clock.GetTimestamp();
            while (true)
            {
                await Task.Delay(Length / 5, clock, lost.Token);
                var asked = clock.GetTimestamp();
                var held = await TryRenewAsync(lease, lost.Token);
                renewed = held == true ? asked : renewed;
                if (held == false || clock.GetElapsedTime(renewed) > Length * 2 / 3)
                {
                    Log.Lost(logger, lease.Name, lease.Fence);
                    await lost.CancelAsync();
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The work ended, or the lease did.
        }
    }

    /// <summary>Null when the database could not say.</summary>
    private async Task<bool?> TryRenewAsync(HeldLease lease, CancellationToken ct)
    {
        using var brief = CancellationTokenSource.CreateLinkedTokenSource(ct);
        using var timer = clock.CreateTimer(_ => brief.Cancel(), null, Length / 5, Timeout.InfiniteTimeSpan);
        try
        {
            return await leases.RenewAsync(lease, Length, brief.Token);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            Log.Unavailable(logger, e, lease.Name);
            return null;
        }
    }

    private async Task GiveBackAsync(HeldLease lease)
    {
        try
        {
            await leases.ReleaseAsync(lease, CancellationToken.None);
        }
        catch (Exception e) when (Data.Database.IsUnavailable(e))
        {
            Log.Unavailable(logger, e, lease.Name);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The lease {Name} can't be reached.")]
        public static partial void Unavailable(ILogger logger, Exception e, string name);

        [LoggerMessage(LogLevel.Warning, "The lease {Name} (fence {Fence}) was lost.")]
        public static partial void Lost(ILogger logger, string name, long fence);
    }
}
