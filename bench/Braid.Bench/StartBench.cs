using System.CommandLine;
using System.Diagnostics;
using Braid.Bench.Machine;
using Braid.Simulator.Load;
using Braid.Testing;

namespace Braid.Bench;

/// <summary>`start`: from process start to the first committed webhook, and memory after ten idle seconds; as built and as ReadyToRun publish.</summary>
internal static class StartBench
{
    public static Command Create()
    {
        var engine = Prepared.EngineOption();
        var rounds = new Option<int>("--rounds") { DefaultValueFactory = _ => 5 };
        var published = new Option<string?>("--published") { Description = "folder of a ReadyToRun publish: dotnet publish src/Braid -c Release -r linux-x64 --self-contained false -p:PublishReadyToRun=true -o FOLDER" };
        var command = new Command("start", "Start to first committed webhook, and idle memory.") { Options = { engine, rounds, published } };
        command.SetAction((p, ct) => RunAsync(p.GetValue(engine), p.GetValue(rounds), p.GetValue(published)));
        return command;
    }

    private static async Task RunAsync(TestEngine engine, int rounds, string? published)
    {
        await using var stand = await Stand.StartAsync(engine);
        var database = await stand.DatabaseAsync("braid");
        var port = BraidServer.FreePort();
        LoadTarget target;
        await using (var first = new BraidServer(database, stand.Folder, port))
        {
            await first.StartAsync();
            await first.ConnectInboxAsync();
            target = first.Target;
        }

        var report = new Report("build", "first committed webhook, ms: median (min-max)", "idle memory after 10 s, MiB: median (min-max)", "foreign CPU, cores");
        foreach (var (build, program) in new[] { ("framework-dependent", BraidServer.Built), ("ReadyToRun", published is null ? null : Path.Combine(published, "Braid.dll")) })
        {
            if (program is null) { continue; }
            List<double> times = [], memory = [], foreign = [];
            for (var round = 0; round < rounds; round++)
            {
                var one = await OnceAsync(stand, database, port, program, target);
                times.Add(one.Milliseconds);
                memory.Add(one.MiB);
                foreign.Add(one.Foreign);
            }

            report.Add(build, $"{Report.Median(times):N0} ({times.Min():N0}-{times.Max():N0})", $"{Report.Median(memory):N0} ({memory.Min():N0}-{memory.Max():N0})", string.Join(", ", foreign.Select(f => f.ToString("N2", System.Globalization.CultureInfo.InvariantCulture))));
        }

        report.Print($"Start, {engine} (gates: first webhook <= 600 ms with ReadyToRun, idle <= 150 MiB)");
    }

    private static async Task<(double Milliseconds, double MiB, double Foreign)> OnceAsync(Stand stand, string database, int port, string program, LoadTarget target)
    {
        await using var server = new BraidServer(database, stand.Folder, port, program);
        var start = Stopwatch.GetTimestamp();
        server.Launch();
        var cpu = new CpuMeter(server.ProcessId, stand.DatabaseProcess);
        await new LoadGenerator(Load.Options(target, 1, 1) with { RetryUntilAcknowledged = true, RetryAfter = TimeSpan.FromMilliseconds(2) }).RunAsync(CancellationToken.None);
        var took = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        await Task.Delay(TimeSpan.FromSeconds(10));
        return (took, server.ResidentMiB(), cpu.Stop().Foreign);
    }
}
