using Braid.Accounts.Teams;
using Braid.Platform.Data;

namespace Braid.Realtime;

/// <summary>
/// Writes down, every 20 s on every node, whose screens are open there and who touched theirs: what the router calls online and away. A node
/// that dies says nothing more, and its people are offline a minute later.
/// </summary>
internal sealed partial class SeenWatch(AgentConnections connections, IServiceScopeFactory scopes, TimeProvider clock, ILogger<SeenWatch> logger) : BackgroundService
{
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(20);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        do { await WriteAsync([.. connections.All], stoppingToken); }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    public async Task WriteAsync(IReadOnlyCollection<AgentConnection> open, CancellationToken ct)
    {
        var people = open.Where(c => c.Actor.AgentId is not null).Select(c => (c.Actor.Workspace, Agent: c.Actor.AgentId!.Value)).Distinct().ToList();
        if (people.Count == 0) { return; }
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var active = open.Where(c => c.TakeActive()).Select(c => c.Actor.AgentId!.Value).ToHashSet();
            await scope.ServiceProvider.GetRequiredService<SeenAgents>().RunAsync(people, active, ct);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The next one says the same.
            Log.NotNow(logger, e.GetBaseException().Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Could not write down who is there: {Message}")]
        public static partial void NotNow(ILogger logger, string message);
    }
}
