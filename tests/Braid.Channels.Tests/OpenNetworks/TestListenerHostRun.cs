using Braid.Channels.Tests.Conformance;

namespace Braid.Channels.Tests.OpenNetworks;

/// <summary>A listener started again from a position.</summary>
internal sealed class TestListenerHostRun : IAsyncDisposable
{
    private readonly IChannel channel;
    private readonly ChannelSettings settings;
    private readonly CancellationTokenSource stop = new();
    private readonly Task running;

    public TestListenerHostRun(IChannel channel, ChannelSettings settings, string? position)
    {
        (this.channel, this.settings) = (channel, settings);
        Host = new TestListenerHost(position);
        running = Task.Run(() => channel.ListenAsync(settings, Host, stop.Token));
    }

    public TestListenerHost Host { get; }

    public async Task<List<string?>> TextsAsync(int count, CancellationToken ct)
    {
        var texts = new List<string?>();
        while (texts.Count < count)
        {
            foreach (var delivery in await Host.NextAsync(ct))
            {
                if (channel.Read(delivery, settings) is Reading.Events events) { texts.AddRange(events.Items.Where(e => e.Text is not null).Select(e => e.Text)); }
            }
        }

        return texts;
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await running.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        stop.Dispose();
    }
}
