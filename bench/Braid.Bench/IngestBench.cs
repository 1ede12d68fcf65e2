using System.CommandLine;
using Braid.Bench.Floors;
using Braid.Bench.Machine;
using Braid.Bench.Naive;
using Braid.Testing;

namespace Braid.Bench;

/// <summary>
/// `ingest`: paired rounds, back to back on the same cores: the floor, the floor that also stores the raw row, Braid's whole way (signed
/// webhook, committed, applied, pushed to one agent's screen, acknowledged) and the naive way.
/// </summary>
internal static class IngestBench
{
    private const int Warm = 20;

    public static Command Create()
    {
        var engine = Prepared.EngineOption();
        var connections = new Option<int>("--connections") { DefaultValueFactory = _ => 256 };
        var rounds = new Option<int>("--rounds") { DefaultValueFactory = _ => 3 };
        var naive = new Option<bool>("--naive") { DefaultValueFactory = _ => true, Description = "false leaves the naive way out, for a quick look" };
        var seconds = new Option<int>("--seconds") { DefaultValueFactory = _ => 10, Description = "of each way in each round" };
        var command = new Command("ingest", "Messages per second beside the floors and the naive way.") { Options = { engine, connections, rounds, naive, seconds } };
        command.SetAction((p, ct) => RunAsync(p.GetValue(engine), p.GetValue(connections), p.GetValue(rounds), p.GetValue(naive), p.GetValue(seconds)));
        return command;
    }

    private static async Task RunAsync(TestEngine engine, int connections, int rounds, bool withNaive, int seconds)
    {
        await using var stand = await Stand.StartAsync(engine);
        var floor = await FloorAsync(stand);
        await using var braid = await Prepared.StartAsync(stand);
        await using var watcher = await Watcher.ConnectAsync(braid.Server.Address);
        Task<Sample> Ours(int number) => braid.RunAsync(Load.Options(braid.Server.Target, number, connections));
        await WarmAsync(number => Ours(number), 5000, Warm);
        await using var naive = new NaiveProcess(stand);
        var naiveConnections = 16;
        if (withNaive)
        {
            await naive.StartAsync();
            await WarmAsync(number => NaiveAsync(stand, naive, number, naiveConnections), 1000, Warm);
        }

        List<Sample> bare = [], raw = [], ours = [], theirs = [];
        for (var round = 0; round < rounds; round++)
        {
            await stand.CheckpointAsync(braid.Database);
            bare.Add(await floor(false, seconds));
            raw.Add(await floor(true, seconds));
            ours.Add(await TimedAsync(Ours, 5000, seconds));
            if (withNaive) { theirs.Add(await TimedAsync(number => NaiveAsync(stand, naive, number, naiveConnections), 500, seconds)); }
        }

        var title = $"Ingest, {engine}, {connections} connections, {rounds} paired rounds of {seconds} s each";
        Sample.Table(title, [("floor: 100 per transaction, set-based", bare), ("the same, also storing the raw 1 KB", raw), ("**Braid**: webhook to committed, applied, pushed", ours), ($"naive EF Core, raw stored too ({naiveConnections} connections, warmed)", theirs)]);
        Ratios(engine, bare, raw, ours, theirs);
        var stored = await stand.CountAsync(braid.Database, "select count(*) from messages");
        var events = await stand.CountAsync(braid.Database, "select count(*) from events where message_id is not null");
        var counted = await stand.CountAsync(braid.Database, "select sum(message_count) from conversations");
        Console.WriteLine($"\nMessages {stored:N0} = events {events:N0} = sum of counters {counted:N0}; pushed to the watching agent {watcher.Events:N0} events, its socket was cut {watcher.Cuts} times for being slow.");
    }

    private static void Ratios(TestEngine engine, List<Sample> bare, List<Sample> raw, List<Sample> ours, List<Sample> theirs)
    {
        var report = new Report("ratio (median of paired rounds)", "measured", "gate");
        double Ratio(List<Sample> to) => Report.Median(ours.Zip(to, (a, b) => a.PerSecond / b.PerSecond));
        report.Add("Braid / floor", Ratio(bare), engine == TestEngine.Postgres ? ">= 0.45" : ">= 0.55");
        report.Add("Braid / floor with the raw row", Ratio(raw), "-");
        if (theirs.Count > 0) { report.Add("Braid / naive", Ratio(theirs), ">= 7"); }
        report.Print("Ratios");
    }

    private static async Task<Func<bool, int, Task<Sample>>> FloorAsync(Stand stand)
    {
        if (stand.Engine == TestEngine.Postgres)
        {
            var postgres = new PostgresFloor(stand);
            await postgres.PrepareAsync();
            return postgres.RunAsync;
        }

        var sqlite = new SqliteFloor(stand);
        await sqlite.PrepareAsync();
        return (raw, seconds) => Task.Run(() => sqlite.Run(raw, seconds));
    }

    /// <summary>By time, for Braid as for the naive way: the runtime goes on compiling hot methods anew for that long.</summary>
    private static async Task WarmAsync(Func<int, Task<Sample>> run, int messages, int seconds)
    {
        for (var start = TimeProvider.System.GetTimestamp(); TimeProvider.System.GetElapsedTime(start).TotalSeconds < seconds;) { await run(messages); }
    }

    /// <summary>As long as the floors: right after a checkpoint the first change of each page costs most, and that must not weigh more on one side.</summary>
    private static async Task<Sample> TimedAsync(Func<int, Task<Sample>> run, int probe, int seconds) =>
        await run(Math.Max(probe, (int)((await run(probe)).PerSecond * seconds)));

    private static Task<Sample> NaiveAsync(Stand stand, NaiveProcess naive, int messages, int connections) =>
        Load.RunAsync(Load.Options(naive.Target, messages, connections), naive.ProcessId, stand.DatabaseProcess);
}
