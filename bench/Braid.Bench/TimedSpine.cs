using System.Diagnostics;
using Braid.Customers;
using Braid.Ingest;
using Braid.Inboxes;
using Braid.Platform.Data;
using Braid.Platform.Events;

namespace Braid.Bench;

/// <summary>Puts a clock between the spine and its store. One lane, so one session at a time.</summary>
internal sealed class TimedSpine(SpineStore inner) : SpineStore
{
    public static readonly string[] Stages = ["begin", "load people", "resolve people", "save people", "load", "decide", "save", "commit", "after commit, next batch"];
    private readonly long[] ticks = new long[Stages.Length];
    private long since = Stopwatch.GetTimestamp();

    public int Batches { get; private set; }
    public IReadOnlyList<double> Micros => [.. ticks.Select(t => t * 1e6 / Stopwatch.Frequency)];

    public void Reset()
    {
        Array.Clear(ticks);
        Batches = 0;
        since = Stopwatch.GetTimestamp();
    }

    public override async Task<SpineSession> BeginAsync(CancellationToken ct)
    {
        Mark(8);
        Batches++;
        var session = await inner.BeginAsync(ct);
        Mark(0);
        return new Session(this, session);
    }

    private void Mark(int stage)
    {
        var now = Stopwatch.GetTimestamp();
        ticks[stage] += now - since;
        since = now;
    }

    private sealed class Session(TimedSpine clock, SpineSession inner) : SpineSession
    {
        public override async Task LoadPeopleAsync(Situation now, People people, IReadOnlyList<Received> events, CancellationToken ct)
        {
            await inner.LoadPeopleAsync(now, people, events, ct);
            clock.Mark(1);
        }

        public override Task LoadHoldersAsync(People people, IReadOnlyList<Id<Customer>> holders, CancellationToken ct) => inner.LoadHoldersAsync(people, holders, ct);

        public override async Task<bool> SavePeopleAsync(People people, CancellationToken ct)
        {
            clock.Mark(2);
            var saved = await inner.SavePeopleAsync(people, ct);
            clock.Mark(3);
            return saved;
        }

        public override async Task LoadAsync(Situation now, IReadOnlyList<Received> events, CancellationToken ct)
        {
            await inner.LoadAsync(now, events, ct);
            clock.Mark(4);
        }

        public override async Task SaveAsync(Situation now, Decisions decided, IReadOnlyList<PendingDelivery> deliveries, ListenerPosition? position, CancellationToken ct)
        {
            clock.Mark(5);
            await inner.SaveAsync(now, decided, deliveries, position, ct);
            clock.Mark(6);
        }

        public override Task StoreAsync(IReadOnlyList<PendingDelivery> deliveries, ListenerPosition? position, DateTimeOffset now, CancellationToken ct) => inner.StoreAsync(deliveries, position, now, ct);

        public override async Task<IReadOnlyList<News>> CommitAsync(CancellationToken ct)
        {
            var numbers = await inner.CommitAsync(ct);
            clock.Mark(7);
            return numbers;
        }

        public override ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
