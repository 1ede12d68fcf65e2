using System.Threading.Channels;
using Braid.Channels;
using Braid.Platform.Metrics;

namespace Braid.Ingest;

/// <summary>
/// Micro-batches: each lane takes whatever waits (no linger) and applies it in one transaction. One sender's events stay in one lane, so
/// in order on this node. What makes it right on many nodes are the locks and unique keys behind <see cref="Apply"/>.
/// </summary>
internal sealed partial class Lanes(Apply apply, DeliveryBodies bodies, InboundPulse pulse, BraidMetrics metrics, IConfiguration configuration, ILogger<Lanes> logger) : BackgroundService, IIntake
{
    private const int MostInBatch = 500;
    private const int MostWaiting = 10_000;

    /// <summary>One by default: two overlap app and database, but halve the batches and cost more CPU per message (docs/benchmarks.md).</summary>
    private readonly System.Threading.Channels.Channel<Entry>[] lanes =
    [
        .. Enumerable.Range(0, Math.Clamp(configuration.GetValue("Braid:Ingest:Lanes", 1), 1, 16))
            .Select(_ => System.Threading.Channels.Channel.CreateBounded<Entry>(new BoundedChannelOptions(MostWaiting) { SingleReader = true })),
    ];

    /// <summary>Receipts that wait on this node to be applied.</summary>
    public int Waiting => lanes.Sum(l => l.Reader.Count);

    public async Task AcceptAsync(IReadOnlyList<Receipt> receipts, ListenerPosition? position, CancellationToken ct)
    {
        var deliveries = new List<PendingDelivery>(receipts.Count);
        foreach (var receipt in receipts)
        {
            deliveries.Add(Read(receipt, await bodies.PutLargeAsync(receipt.Inbox.Workspace, receipt.Raw, ct)));
        }

        var entry = new Entry(deliveries, position);
        if (!lanes[LaneOf(entry)].Writer.TryWrite(entry))
        {
            throw new IntakeFullException();
        }

        await entry.Done.Task.WaitAsync(ct);
        foreach (var delivery in deliveries)
        {
            pulse.Heard(delivery.Inbox, delivery.ReceivedAt);
            metrics.Received(delivery.Inbox.Channel.Descriptor.Id, delivery.Inbox.Workspace);
        }
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(lanes.Select(l => Task.Run(() => DriveAsync(l), CancellationToken.None)));

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        // What was taken is applied before the process ends; the door is shut first.
        foreach (var lane in lanes) { lane.Writer.TryComplete(); }
        if (ExecuteTask is { } running) { await running.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); }
        await base.StopAsync(cancellationToken);
    }

    private async Task DriveAsync(System.Threading.Channels.Channel<Entry> lane)
    {
        var batch = new List<Entry>();
        while (await lane.Reader.WaitToReadAsync())
        {
            batch.Clear();
            var events = 0;
            while (events < MostInBatch && lane.Reader.TryPeek(out var next) && (batch.Count == 0 || (next.Position is null && batch[0].Position is null)) && lane.Reader.TryRead(out next))
            {
                batch.Add(next);
                events += next.Deliveries.Count;
            }

            await RunAsync(batch);
        }
    }

    private async Task RunAsync(List<Entry> batch)
    {
        try
        {
            await apply.RunAsync([.. batch.SelectMany(e => e.Deliveries)], batch[0].Position, CancellationToken.None);
            foreach (var entry in batch) { entry.Done.TrySetResult(); }
        }
        catch (Exception e)
        {
            // Nothing of it was stored: who sent it must be told to try again.
            Log.Refused(logger, e, batch.Count);
            foreach (var entry in batch) { entry.Done.TrySetException(e); }
        }
    }

    /// <summary>Reading is pure and may run beside other requests; a reader that fails parks the delivery, it does not lose it.</summary>
    public static PendingDelivery Read(Receipt receipt, string? fileHash)
    {
        Reading reading;
        try
        {
            reading = receipt.Inbox.Channel.Read(receipt.Raw, receipt.Inbox.Settings);
        }
        catch (Exception e)
        {
            reading = new Reading.Unreadable($"The reader failed: {e.GetType().Name}: {e.Message}");
        }

        return new PendingDelivery(receipt.Inbox, receipt.Raw, receipt.Source, reading) { FileHash = fileHash };
    }

    private int LaneOf(Entry entry)
    {
        if (lanes.Length == 1 || entry.Deliveries.Count == 0) { return 0; }
        var first = entry.Deliveries[0];
        var sender = first.Reading is Reading.Events { Items: [var e, ..] } ? e.Sender?.Id ?? e.ThreadId : null;
        return (HashCode.Combine(first.Inbox.Id, entry.Position is null ? sender : null) & int.MaxValue) % lanes.Length;
    }

    private sealed record Entry(IReadOnlyList<PendingDelivery> Deliveries, ListenerPosition? Position)
    {
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "{Count} receipts could not be stored and were refused")]
        public static partial void Refused(ILogger logger, Exception e, int count);
    }
}
