using System.Net.Http;

namespace Braid.Channels.Tests.Conformance;

/// <summary>Keeps what a listener stores, as the product's ledger would; a test awaits the next batch instead of sleeping.</summary>
internal sealed class TestListenerHost(string? position = null, TimeProvider? clock = null) : IListenerHost
{
    private readonly System.Threading.Channels.Channel<IReadOnlyList<RawDelivery>> batches = System.Threading.Channels.Channel.CreateUnbounded<IReadOnlyList<RawDelivery>>();

    public HttpClient Http { get; init; } = new(new SocketsHttpHandler { UseProxy = false });
    public TimeProvider Clock { get; } = clock ?? TimeProvider.System;
    public IKeptTokens Tokens { get; init; } = new MemoryTokens(clock ?? TimeProvider.System);
    public string? Position { get; private set; } = position;
    public List<RawDelivery> Deliveries { get; } = [];
    public List<string?> Reports { get; } = [];
    public List<(DateTimeOffset From, DateTimeOffset Until, string Reason)> Gaps { get; } = [];
    public Func<IReadOnlyList<RawDelivery>, Task> Storing { get; set; } = _ => Task.CompletedTask;

    public async Task StoreAsync(IReadOnlyList<RawDelivery> deliveries, string position, CancellationToken ct)
    {
        await Storing(deliveries);
        lock (Deliveries)
        {
            Deliveries.AddRange(deliveries);
            Position = position;
        }

        await batches.Writer.WriteAsync(deliveries, ct);
    }

    public void Report(string? trouble)
    {
        lock (Reports) { Reports.Add(trouble); }
    }

    public void ReportGap(DateTimeOffset from, DateTimeOffset until, string reason)
    {
        lock (Gaps) { Gaps.Add((from, until, reason)); }
    }

    /// <summary>The next call of StoreAsync, an empty one included.</summary>
    public async Task<IReadOnlyList<RawDelivery>> NextAsync(CancellationToken ct)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        return await batches.Reader.ReadAsync(patience.Token);
    }
}
