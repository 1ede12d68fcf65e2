using Braid.Simulator.Load;
using Braid.Testing;

namespace Braid.Bench.Machine;

/// <summary>A running Braid with one inbox and 50,000 people who have written once, which also warms it.</summary>
internal sealed class Prepared(Stand stand, BraidServer server, string database) : IAsyncDisposable
{
    public BraidServer Server => server;
    public string Database => database;

    public static async Task<Prepared> StartAsync(Stand stand, int people = Load.People)
    {
        var database = await stand.DatabaseAsync("braid");
        var server = new BraidServer(database, stand.Folder, BraidServer.FreePort());
        await server.StartAsync();
        await server.ConnectInboxAsync();
        var prepared = new Prepared(stand, server, database);
        if (people > 0)
        {
            var warm = await prepared.RunAsync(Load.Options(server.Target, people, 256));
            Console.WriteLine($"Preloaded {people:N0} people and conversations through the webhook ({warm.PerSecond:N0} a second, foreign CPU {warm.Cpu.Foreign:N2} cores).");
            await stand.SettleAsync(database);
        }

        return prepared;
    }

    public Task<Sample> RunAsync(LoadOptions options) => Load.RunAsync(options, server.ProcessId, stand.DatabaseProcess);

    public ValueTask DisposeAsync() => server.DisposeAsync();

    public static System.CommandLine.Option<TestEngine> EngineOption() => new("--engine") { DefaultValueFactory = _ => TestEngine.Postgres, Description = "postgres (a durable one of its own) or sqlite" };
}
