using System.Threading.Channels;
using Braid.Ingest;

namespace Braid.Bench;

/// <summary>
/// The other shape of decision 0003, kept to be measured beside the product's: a transaction of its own for the ledger, the answer, then the
/// transaction that applies. Each step batches by itself, and both may work at once.
/// </summary>
internal sealed class LedgerFirst : IIntake
{
    private const int MostInBatch = 500;
    private readonly SpineStore store;
    private readonly Apply apply;
    private readonly TimeProvider clock;
    private readonly Channel<(PendingDelivery Delivery, TaskCompletionSource Done)> incoming = Channel.CreateUnbounded<(PendingDelivery, TaskCompletionSource)>();
    private readonly Channel<PendingDelivery> stored = Channel.CreateBounded<PendingDelivery>(10_000);
    private long accepted;
    private long applied;

    public LedgerFirst(SpineStore store, Apply apply, TimeProvider clock)
    {
        (this.store, this.apply, this.clock) = (store, apply, clock);
        _ = Task.Run(StoreAllAsync);
        _ = Task.Run(ApplyAllAsync);
    }

    public bool IsIdle => Interlocked.Read(ref accepted) == Interlocked.Read(ref applied);

    public async Task AcceptAsync(IReadOnlyList<Receipt> receipts, ListenerPosition? position, CancellationToken ct)
    {
        foreach (var receipt in receipts)
        {
            Interlocked.Increment(ref accepted);
            var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await incoming.Writer.WriteAsync((Lanes.Read(receipt, null), done), ct);
            await done.Task.WaitAsync(ct);
        }
    }

    private async Task StoreAllAsync()
    {
        while (await BatchAsync(incoming.Reader) is { Count: > 0 } batch)
        {
            await using (var session = await store.BeginAsync(CancellationToken.None))
            {
                await session.StoreAsync(batch.ConvertAll(b => b.Delivery), null, clock.GetUtcNow(), CancellationToken.None);
                await session.CommitAsync(CancellationToken.None);
            }

            foreach (var (delivery, done) in batch)
            {
                done.SetResult();
                await stored.Writer.WriteAsync(new PendingDelivery(delivery.Inbox, delivery.Raw, delivery.Source, delivery.Reading) { Id = delivery.Id, Stored = true });
            }
        }
    }

    private async Task ApplyAllAsync()
    {
        while (await BatchAsync(stored.Reader) is { Count: > 0 } batch)
        {
            await apply.RunAsync(batch, null, CancellationToken.None);
            Interlocked.Add(ref applied, batch.Count);
        }
    }

    private static async Task<List<T>> BatchAsync<T>(ChannelReader<T> from)
    {
        var batch = new List<T>();
        await from.WaitToReadAsync();
        while (batch.Count < MostInBatch && from.TryRead(out var next)) { batch.Add(next); }
        return batch;
    }
}
