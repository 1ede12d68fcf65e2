using System.CommandLine;
using System.Data.Common;
using Braid.Bench.Machine;
using Braid.Simulator.Load;
using Braid.Testing;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Braid.Bench;

/// <summary>
/// `kill`: SIGKILL under load, again and again. The generator keeps book of what was acknowledged and sends the rest again, as providers do;
/// then every acknowledged message must be stored exactly once, counted exactly once and told exactly once.
/// </summary>
internal static class KillBench
{
    public static Command Create()
    {
        var engine = Prepared.EngineOption();
        var times = new Option<int>("--times") { DefaultValueFactory = _ => 20 };
        var messages = new Option<int>("--messages") { DefaultValueFactory = _ => 6_000, Description = "a kill" };
        var command = new Command("kill", "kill -9 under load: counts what was lost or doubled.") { Options = { engine, times, messages } };
        command.SetAction((p, ct) => RunAsync(p.GetValue(engine), p.GetValue(times), p.GetValue(messages)));
        return command;
    }

    private static async Task<int> RunAsync(TestEngine engine, int times, int messages)
    {
        await using var stand = await Stand.StartAsync(engine);
        await using var braid = await Prepared.StartAsync(stand, people: 0);
        var runs = new List<LoadResult>();
        var random = new Random(7);
        var retries = 0;
        for (var i = 0; i < times; i++)
        {
            var options = Load.Options(braid.Server.Target, messages, 64) with { RetryUntilAcknowledged = true, RetryAfter = TimeSpan.FromMilliseconds(50), People = 500 };
            var load = new LoadGenerator(options).RunAsync(CancellationToken.None);
            await Task.Delay(random.Next(150, 900));
            await braid.Server.KillAsync();
            var underLoad = !load.IsCompleted;
            await braid.Server.StartAsync();
            runs.Add(await load);
            retries += runs[^1].Retries;
            Console.WriteLine($"kill {i + 1}: {(underLoad ? "under load" : "after the load")}, {runs[^1].Acknowledged:N0} acknowledged, {runs[^1].Retries:N0} sent again");
        }

        return await JudgeAsync(stand, braid.Database, engine, runs, times);
    }

    private static async Task<int> JudgeAsync(Stand stand, string database, TestEngine engine, List<LoadResult> runs, int times)
    {
        // What was stored but not applied at the last kill is the sweeper's: it looks every 5 s.
        while (await stand.CountAsync(database, "select count(*) from deliveries where state = 'pending'") > 0) { await Task.Delay(500); }

        var stored = (await IdsAsync(database, engine)).GroupBy(id => id.Split('-')[0]).ToDictionary(g => g.Key, g => g.ToList());
        int lost = 0, doubled = 0, unknown = 0, unacknowledged = 0;
        foreach (var run in runs)
        {
            var check = run.Ledger.Compare(stored.GetValueOrDefault(run.Ledger.Id(0).Split('-')[0], []));
            lost += check.Lost.Count;
            doubled += check.Doubled.Count;
            unknown += check.Unknown;
            unacknowledged += check.StoredWithoutAcknowledgement;
        }

        var report = new Report("", "count");
        report.Add("kills", times);
        report.Add("acknowledged messages", runs.Sum(r => r.Acknowledged));
        report.Add("sent again (no answer seen)", runs.Sum(r => r.Retries));
        report.Add("**lost** (acknowledged, not stored)", lost);
        report.Add("**doubled** (stored twice)", doubled);
        report.Add("stored, unknown", unknown);
        report.Add("stored without an acknowledgement seen", unacknowledged);
        var rows = await stand.CountAsync(database, "select count(*) from messages");
        var counted = await stand.CountAsync(database, "select sum(message_count) from conversations");
        var told = await stand.CountAsync(database, "select count(*) from events where message_id is not null");
        report.Add("messages stored", rows);
        report.Add("sum of the conversations' counters", counted);
        report.Add("message events", told);
        report.Print($"kill -9 under load, {engine}");
        var sound = lost + doubled + unknown == 0 && rows == counted && rows == told;
        Console.WriteLine(sound ? "\nSound." : "\nNOT SOUND.");
        return sound ? 0 : 1;
    }

    private static async Task<List<string>> IdsAsync(string database, TestEngine engine)
    {
        await using DbConnection connection = engine == TestEngine.Sqlite ? new SqliteConnection(database) : new NpgsqlConnection(database);
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "select external_id from messages where external_id is not null";
        await using var reader = await command.ExecuteReaderAsync();
        var ids = new List<string>();
        while (await reader.ReadAsync()) { ids.Add(reader.GetString(0)); }
        return ids;
    }
}
