using System.CommandLine;
using Braid.Bench.Machine;
using Braid.Testing;

namespace Braid.Bench;

/// <summary>`ack`: how long a provider waits for its 200: at a steady 2,000 messages a second (open loop) and with 64 connections as fast as they go.</summary>
internal static class AckBench
{
    public static Command Create()
    {
        var engine = Prepared.EngineOption();
        var seconds = new Option<int>("--seconds") { DefaultValueFactory = _ => 10 };
        var rounds = new Option<int>("--rounds") { DefaultValueFactory = _ => 3 };
        var command = new Command("ack", "Acknowledgement latency at 2,000 messages a second and at 64 connections.") { Options = { engine, seconds, rounds } };
        command.SetAction((p, ct) => RunAsync(p.GetValue(engine), p.GetValue(seconds), p.GetValue(rounds)));
        return command;
    }

    private static async Task RunAsync(TestEngine engine, int seconds, int rounds)
    {
        await using var stand = await Stand.StartAsync(engine);
        await using var braid = await Prepared.StartAsync(stand);
        List<Sample> open = [], closed = [];
        for (var round = 0; round < rounds; round++)
        {
            await stand.CheckpointAsync(braid.Database);
            open.Add(await braid.RunAsync(Load.Options(braid.Server.Target, 2000 * seconds, 128, 2000)));
            closed.Add(await braid.RunAsync(Load.Options(braid.Server.Target, 4000 * seconds, 64)));
        }

        Sample.Table($"Acknowledgement, {engine}, {rounds} rounds", [("open loop, 2,000 a second (gate p99 <= 10 ms)", open), ("closed loop, 64 connections (gate p99 <= 15 ms)", closed)]);
    }
}
