using System.Threading.Channels;

namespace Braid.Simulator.Load;

/// <summary>Sends signed webhooks to Braid as fast as they are answered (closed loop) or as they fall due (open loop), and keeps book.</summary>
public sealed class LoadGenerator(LoadOptions options)
{
    private readonly SentLedger ledger = new(options.Target, options.Run, options.Messages);
    private int failed;
    private int retries;

    public async Task<LoadResult> RunAsync(CancellationToken ct)
    {
        var start = options.Time.GetTimestamp();
        var due = options.Rate is not null ? Channel.CreateUnbounded<(int Number, long Since)>() : null;
        var workers = Enumerable.Range(0, options.Connections).Select(_ => Task.Run(() => WorkAsync(due?.Reader, ct), ct)).ToList();
        if (due is not null)
        {
            await PaceAsync(due.Writer, options.Rate!.Value, ct);
        }

        var latencies = await Task.WhenAll(workers);
        var all = new LatencyHistogram();
        foreach (var latency in latencies)
        {
            all.Add(latency);
        }

        return new LoadResult(ledger.Acknowledged, failed, retries, options.Time.GetElapsedTime(start), all, ledger);
    }

    private async Task<LatencyHistogram> WorkAsync(ChannelReader<(int Number, long Since)>? due, CancellationToken ct)
    {
        var latency = new LatencyHistogram();
        var body = new LoadBody(options, options.Time.GetUtcNow());
        using var connection = new LoadConnection(options.Target.Webhook.Host, options.Target.Webhook.Port);
        if (due is null)
        {
            while (ledger.Take() is { } number)
            {
                await SendAsync(connection, body, number, options.Time.GetTimestamp(), latency, ct);
            }
        }
        else
        {
            await foreach (var (number, since) in due.ReadAllAsync(ct))
            {
                await SendAsync(connection, body, number, since, latency, ct);
            }
        }

        return latency;
    }

    private async ValueTask SendAsync(LoadConnection connection, LoadBody body, int number, long since, LatencyHistogram latency, CancellationToken ct)
    {
        while (true)
        {
            ledger.Attempt(number);
            if (await connection.SendAsync(body.For(number), ct) is >= 200 and < 300)
            {
                latency.Add(options.Time.GetElapsedTime(since));
                ledger.Acknowledge(number);
                return;
            }

            if (!options.RetryUntilAcknowledged)
            {
                Interlocked.Increment(ref failed);
                return;
            }

            Interlocked.Increment(ref retries);
            await Task.Delay(options.RetryAfter, options.Time, ct);
        }
    }

    // Timers tick in milliseconds, so each tick releases all that fell due since the last. The wait for the tick is ours, not the server's,
    // and is left out of the latency; the wait for a free connection is left in.
    private async Task PaceAsync(ChannelWriter<(int Number, long Since)> due, int rate, CancellationToken ct)
    {
        var start = options.Time.GetTimestamp();
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(1), options.Time);
        for (var released = 0; released < options.Messages && await tick.WaitForNextTickAsync(ct);)
        {
            var target = Math.Min(options.Messages, (int)(options.Time.GetElapsedTime(start).TotalSeconds * rate));
            var now = options.Time.GetTimestamp();
            for (; released < target; released++)
            {
                due.TryWrite((ledger.Take()!.Value, now));
            }
        }

        due.Complete();
    }
}
