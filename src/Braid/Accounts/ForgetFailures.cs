using Braid.Platform.Data;
using Microsoft.EntityFrameworkCore;

namespace Braid.Accounts;

/// <summary>Removes wrong guesses that no longer count.</summary>
internal sealed partial class ForgetFailures(IServiceScopeFactory scopes, TimeProvider clock, ILogger<ForgetFailures> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(SignInThrottle.Window, clock);
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
        var before = clock.GetUtcNow() - SignInThrottle.Window;
        var old = db.Set<SignInFailure>().Where(f => f.At <= before);
        if (await old.AnyAsync(ct)) { await db.InTransactionAsync(c => old.ExecuteDeleteAsync(c), ct); }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Old sign-in failures stay a while longer: {Message}")]
        public static partial void NotNow(ILogger logger, string message);
    }
}
