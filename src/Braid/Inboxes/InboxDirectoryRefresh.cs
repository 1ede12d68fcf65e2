using Braid.Platform.Data;
using Braid.Platform.Events;

namespace Braid.Inboxes;

/// <summary>Looks every two seconds whether another node changed an inbox, and sooner after news from afar, but at most four times a second.</summary>
internal sealed partial class InboxDirectoryRefresh(InboxDirectory directory, EventSignal signal, TimeProvider clock, ILogger<InboxDirectoryRefresh> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(250);
    private readonly SemaphoreSlim news = new(0, 1);

    public override void Dispose()
    {
        signal.Heard -= Hear;
        base.Dispose();
        news.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        signal.Heard += Hear;
        while (!stoppingToken.IsCancellationRequested)
        {
            await WaitAsync(stoppingToken);
            try
            {
                await directory.CheckAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                Log.NotNow(logger, e.GetBaseException().Message);
            }
        }
    }

    private async Task WaitAsync(CancellationToken ct)
    {
        await Task.Delay(Least, clock, ct);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct);
        await Task.WhenAny(news.WaitAsync(either.Token), Task.Delay(Every - Least, clock, either.Token));
        await either.CancelAsync();
    }

    private void Hear(News committed)
    {
        try
        {
            if (news.CurrentCount == 0)
            {
                news.Release();
            }
        }
        catch (Exception e) when (e is SemaphoreFullException or ObjectDisposedException)
        {
            // Somebody else rang, or we are closing.
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Could not look for changed inboxes: {Message}")]
        public static partial void NotNow(ILogger logger, string message);
    }
}
