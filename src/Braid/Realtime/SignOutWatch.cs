using Braid.Accounts;

namespace Braid.Realtime;

/// <summary>Ends the sockets of people who were signed out, disabled or given another role: within 5 s, on every node.</summary>
internal sealed partial class SignOutWatch(AgentConnections connections, AccountsGate gate, TimeProvider clock, ILogger<SignOutWatch> logger) : BackgroundService
{
    /// <summary>The gate remembers for 3 s; with this it stays below 5.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(1.5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken)) { await CheckAsync(stoppingToken); }
    }

    public async Task CheckAsync(CancellationToken ct)
    {
        foreach (var connection in connections.All)
        {
            try
            {
                if (!await gate.IsStillValidAsync(connection.Caller, ct))
                {
                    connections.Remove(connection.Id);
                    _ = EndAsync(connection, ct);
                }
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // The database is away: nobody's rights changed there either.
                Log.NotNow(logger, e.GetBaseException().Message);
            }
        }
    }

    /// <summary>A client that does not take its last word is cut off all the same.</summary>
    private static async Task EndAsync(AgentConnection connection, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(TimeSpan.FromSeconds(1));
        try
        {
            await connection.SignOutAsync(limit.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or InvalidOperationException)
        {
            // Gone already.
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Could not check who is still signed in: {Message}")]
        public static partial void NotNow(ILogger logger, string message);
    }
}
