using System.Threading.Channels;

namespace Braid.Simulator.Webhooks;

/// <summary>
/// Posts a provider's events to one address until they are taken: in order when one connection is used, again after each answer that is not
/// 2xx, twice, shuffled or in batches when a fault says so. Each attempt is listed in the world's Webhooks.
/// </summary>
internal sealed class WebhookQueue : IAsyncDisposable
{
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(300);
    private readonly Channel<WebhookEvent> waiting = Channel.CreateUnbounded<WebhookEvent>();
    private readonly CancellationTokenSource stop = new();
    private readonly Task[] pumps;
    private readonly SimulatedProvider provider;
    private readonly Func<IReadOnlyList<WebhookEvent>, HttpRequestMessage> request;
    private readonly TimeSpan giveUpAfter;
    private readonly bool batches;
    private readonly World world;

    public WebhookQueue(
        World world, SimulatedProvider provider, bool batches, TimeSpan giveUpAfter, Func<IReadOnlyList<WebhookEvent>, HttpRequestMessage> request)
    {
        (this.world, this.provider, this.request, this.batches, this.giveUpAfter) = (world, provider, request, batches, giveUpAfter);
        pumps = [.. Enumerable.Range(0, world.Options.WebhookConnections).Select(_ => Task.Run(PumpAsync))];
    }

    public void Add(WebhookEvent item) => waiting.Writer.TryWrite(item);

    /// <summary>No further post is begun.</summary>
    public void Stop() => stop.Cancel();

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await Task.WhenAll(pumps);
        stop.Dispose();
    }

    private async Task PumpAsync()
    {
        try
        {
            while (true)
            {
                var first = await waiting.Reader.ReadAsync(stop.Token);
                await world.Faults.WhenUpAsync(provider, stop.Token);
                await HandleAsync(first);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The world ends.
        }
    }

    private async Task HandleAsync(WebhookEvent first)
    {
        switch (world.Faults.Strike(provider, "webhook"))
        {
            case Fault.Batch { Size: var size } when batches:
                await PostAsync(await GatherAsync(first, size));
                break;
            case Fault.Reorder { Window: var window }:
                var events = await GatherAsync(first, window);
                world.Faults.Shuffle(events);
                foreach (var item in events)
                {
                    await PostAsync([item]);
                }

                break;
            case Fault.Duplicate { Copies: var copies }:
                for (var i = 0; i <= copies; i++)
                {
                    await PostAsync([first]);
                }

                break;
            case Fault.Slow { By: var by }:
                await Task.Delay(by, world.Time, stop.Token);
                await PostAsync([first]);
                break;
            default:
                await PostAsync([first]);
                break;
        }
    }

    private async Task<List<WebhookEvent>> GatherAsync(WebhookEvent first, int count)
    {
        var events = new List<WebhookEvent> { first };
        using var patience = new CancellationTokenSource(Gathering, world.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, stop.Token);
        try
        {
            while (events.Count < count)
            {
                events.Add(await waiting.Reader.ReadAsync(either.Token));
            }
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            // No more came in time: go with those we have.
        }

        return events;
    }

    private async Task PostAsync(IReadOnlyList<WebhookEvent> events)
    {
        var started = world.Time.GetUtcNow();
        for (var attempt = 0; ; attempt++)
        {
            if (await TryPostAsync(events, attempt))
            {
                foreach (var item in events)
                {
                    item.Taken();
                }

                return;
            }

            var retries = world.Options.WebhookRetries;
            var wait = retries[Math.Min(attempt, retries.Count - 1)];
            if (world.Time.GetUtcNow() + wait - started > giveUpAfter)
            {
                return;
            }

            await Task.Delay(wait, world.Time, stop.Token);
            await world.Faults.WhenUpAsync(provider, stop.Token);
        }
    }

    private async Task<bool> TryPostAsync(IReadOnlyList<WebhookEvent> events, int attempt)
    {
        using var post = request(events);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
        limit.CancelAfter(world.Options.WebhookTimeout);
        try
        {
            using var response = await world.Http.SendAsync(post, limit.Token);
            var status = (int)response.StatusCode;
            world.Webhooks.Add(new WebhookAttempt(provider, post.RequestUri!, events.Count, attempt, status, null));
            return status is >= 200 and < 300;
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !stop.IsCancellationRequested))
        {
            world.Webhooks.Add(new WebhookAttempt(provider, post.RequestUri!, events.Count, attempt, null, e.Message));
            return false;
        }
    }
}
