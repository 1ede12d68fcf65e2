namespace Braid.Channels.Email.Transport;

/// <summary>A time limit for one step; tells a time-out (TimeoutException) from a cancellation by the caller.</summary>
internal static class Deadline
{
    public static async Task<T> RunAsync<T>(TimeSpan limit, TimeProvider clock, Func<CancellationToken, Task<T>> step, CancellationToken ct)
    {
        using var timer = new CancellationTokenSource(limit, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(ct, timer.Token);
        try
        {
            return await step(both.Token);
        }
        catch (OperationCanceledException) when (timer.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            throw new TimeoutException($"The server did not answer within {limit.TotalSeconds:0} seconds.");
        }
    }

    public static Task RunAsync(TimeSpan limit, TimeProvider clock, Func<CancellationToken, Task> step, CancellationToken ct) =>
        RunAsync(limit, clock, async token => { await step(token); return true; }, ct);
}
