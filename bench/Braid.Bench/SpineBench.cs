using System.CommandLine;
using Braid.Bench.Machine;
using Braid.Ingest;
using Braid.Simulator.Load;
using Braid.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Braid.Bench;

/// <summary>`spine`: where a batch's time goes. Braid runs in this process, with a clock between the spine and its store.</summary>
internal static class SpineBench
{
    public static Command Create()
    {
        var engine = Prepared.EngineOption();
        var connections = new Option<int>("--connections") { DefaultValueFactory = _ => 256 };
        var messages = new Option<int>("--messages") { DefaultValueFactory = _ => 30_000 };
        var rate = new Option<int?>("--rate") { Description = "messages a second (open loop); as fast as they are answered when left out" };
        var ledgerFirst = new Option<bool>("--ledger-first") { Description = "stores and answers first, applies in a transaction of its own: see decision 0003" };
        var command = new Command("spine", "The stages of a batch: microseconds per message.") { Options = { engine, connections, messages, rate, ledgerFirst } };
        command.SetAction((p, ct) => RunAsync(p.GetValue(engine), p.GetValue(connections), p.GetValue(messages), p.GetValue(rate), p.GetValue(ledgerFirst)));
        return command;
    }

    private static async Task RunAsync(TestEngine engine, int connections, int messages, int? rate, bool ledgerFirst)
    {
        await using var stand = await Stand.StartAsync(engine, watched: true);
        var database = await stand.DatabaseAsync("braid");
        await using var braid = await TestBraid.StartAsync(engine, database, stand.Folder, TimeProvider.System, builder =>
        {
            var made = builder.Services.Last(s => s.ServiceType == typeof(SpineStore));
            // One session at a time, else the stages could not be told apart.
            builder.Configuration["Braid:Ingest:Lanes"] = "1";
            builder.Services.Replace(ServiceDescriptor.Singleton<SpineStore>(s => new TimedSpine((SpineStore)made.ImplementationFactory!(s))));
            if (ledgerFirst) { builder.Services.Replace(ServiceDescriptor.Singleton<IIntake, LedgerFirst>()); }
        });
        var target = await BraidServer.ConnectInboxAsync(braid.Api, braid.Address);
        var clock = (TimedSpine)braid.Services.GetRequiredService<SpineStore>();
        await new LoadGenerator(Load.Options(target, Load.People, connections)).RunAsync(CancellationToken.None);
        await stand.SettleAsync(database);

        if (engine == TestEngine.Postgres) { await stand.ExecuteAsync(database, "create extension if not exists pg_stat_statements; select pg_stat_statements_reset()"); }
        var report = new Report("stage", "us/msg, 3 rounds", "median");
        var rounds = new List<IReadOnlyList<double>>();
        for (var round = 0; round < 3; round++)
        {
            clock.Reset();
            var allocated = GC.GetTotalAllocatedBytes();
            var start = TimeProvider.System.GetTimestamp();
            var sample = await Load.RunAsync(Load.Options(target, messages, connections, rate), Environment.ProcessId, stand.DatabaseProcess, () => AppliedAsync(braid));
            var seconds = TimeProvider.System.GetElapsedTime(start).TotalSeconds;
            rounds.Add(clock.Micros);
            Console.WriteLine(
                $"{messages / seconds:N0} msg/s applied, answered after p50 {sample.P50.TotalMilliseconds:N1} / p99 {sample.P99.TotalMilliseconds:N1} ms, {clock.Batches} batches of {(double)messages / clock.Batches:N0}, app and load {sample.Cpu.AppMicros(messages):N0} us/msg, "
                + $"database {sample.Cpu.DatabaseMicros(messages):N0} us/msg, {(GC.GetTotalAllocatedBytes() - allocated) / messages:N0} bytes allocated/msg, foreign CPU {sample.Cpu.Foreign:N2} cores");
        }

        for (var i = 0; i < TimedSpine.Stages.Length; i++)
        {
            var values = rounds.Select(r => r[i] / messages).ToList();
            report.Add(TimedSpine.Stages[i], string.Join(", ", values.Select(v => v.ToString("N1", System.Globalization.CultureInfo.InvariantCulture))), Report.Median(values));
        }

        if (ledgerFirst) { Console.WriteLine("Two transactions at a time: their stages overlap, so the table below means nothing."); }
        report.Print($"Stages of a batch, {engine}, {connections} connections");
        if (engine != TestEngine.Postgres) { return; }
        var statements = new Report("us/msg in PostgreSQL", "calls", "statement");
        foreach (var (milliseconds, calls, text) in await stand.StatementsAsync(database)) { statements.Add(milliseconds * 1000 / (3.0 * messages), calls, text.Length > 110 ? text[..110] : text); }
        statements.Print("Statements");
    }

    private static async Task AppliedAsync(TestBraid braid)
    {
        while (braid.Services.GetRequiredService<IIntake>() is LedgerFirst { IsIdle: false }) { await Task.Delay(1); }
    }
}
