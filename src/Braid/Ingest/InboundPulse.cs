using System.Collections.Concurrent;
using Braid.Inboxes;
using Braid.Platform.Data;
using Microsoft.EntityFrameworkCore;

namespace Braid.Ingest;

/// <summary>When each inbox last heard something: kept in memory and written every 2 seconds, so that messages don't fight over its row.</summary>
internal sealed partial class InboundPulse(IServiceScopeFactory scopes, TimeProvider clock, ILogger<InboundPulse> logger) : BackgroundService
{
    private readonly ConcurrentDictionary<Id<Inbox>, DateTimeOffset> heard = new();

    public void Heard(ConnectedInbox inbox, DateTimeOffset at) => heard[inbox.Id] = at;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(2), clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await FlushAsync(stoppingToken);
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await FlushAsync(cancellationToken);
    }

    private async Task FlushAsync(CancellationToken ct)
    {
        if (heard.IsEmpty) { return; }
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<BraidDb>();
            foreach (var id in heard.Keys.Order().ToList())
            {
                if (!heard.TryRemove(id, out var at)) { continue; }
                using var gate = await db.Gate.EnterAsync(ct);
                var row = db.Set<Inbox>().Where(i => i.Id == id && (i.LastInboundAt == null || i.LastInboundAt < at));
                if (await row.Select(i => new { i.LastInboundAt, i.LongestPause, i.PausesSeen }).FirstOrDefaultAsync(ct) is not { } before) { continue; }
                var (longest, seen) = InboxHabit.Learn(before.LongestPause, before.PausesSeen, before.LastInboundAt, at);
                await row.ExecuteUpdateAsync(s => s.SetProperty(i => i.LastInboundAt, at).SetProperty(i => i.LongestPause, longest).SetProperty(i => i.PausesSeen, seen)
                    .SetProperty(i => i.QuietSince, (DateTimeOffset?)null), ct);
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Log.Failed(logger, e.GetBaseException().Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "When inboxes last heard something could not be written: {Message}")]
        public static partial void Failed(ILogger logger, string message);
    }
}
