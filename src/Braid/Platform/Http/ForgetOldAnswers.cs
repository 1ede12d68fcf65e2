using Braid.Platform.Data;
using Microsoft.EntityFrameworkCore;

namespace Braid.Platform.Http;

/// <summary>Removes idempotent answers after their 24 hours.</summary>
internal sealed partial class ForgetOldAnswers(IServiceScopeFactory scopes, TimeProvider clock, ILogger<ForgetOldAnswers> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromHours(1), clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await RunAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                Log.NotNow(logger, e.GetBaseException().Message);
            }
        }
    }

    public async Task RunAsync(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<BraidDb>();
        var before = clock.GetUtcNow() - Idempotency.Kept;
        await db.InTransactionAsync(c => db.Set<IdempotentAnswer>().Where(a => a.CreatedAt < before).ExecuteDeleteAsync(c), ct);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Old idempotent answers stay an hour longer: {Message}")]
        public static partial void NotNow(ILogger logger, string message);
    }
}
