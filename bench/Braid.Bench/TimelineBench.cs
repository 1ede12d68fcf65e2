using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Braid.Bench.Machine;
using Braid.Testing;

namespace Braid.Bench;

/// <summary>`timeline`: one customer with 10,000 messages in 40 conversations among 200,000 others; the profile's calls, as a browser makes them on opening it.</summary>
internal static class TimelineBench
{
    private const int Calls = 200;

    public static Command Create()
    {
        var engine = Prepared.EngineOption();
        var entries = new Option<int>("--entries") { DefaultValueFactory = _ => 10_000 };
        var others = new Option<int>("--others") { DefaultValueFactory = _ => 200_000 };
        var command = new Command("timeline", "Opening a long history.") { Options = { engine, entries, others } };
        command.SetAction((p, ct) => RunAsync(p.GetValue(engine), p.GetValue(entries), p.GetValue(others)));
        return command;
    }

    private static async Task RunAsync(TestEngine engine, int entries, int others)
    {
        await using var stand = await Stand.StartAsync(engine);
        var database = await stand.DatabaseAsync("braid");
        await using var server = new BraidServer(database, stand.Folder, BraidServer.FreePort());
        await server.StartAsync();
        using var http = server.Client();
        await server.ConnectInboxAsync();
        await FillAsync(stand, database, engine, entries, others);
        using var found = System.Text.Json.JsonDocument.Parse(await http.GetStringAsync(new Uri("/api/v1/customers?q=the%20one", UriKind.Relative)));
        var id = found.RootElement.GetProperty("items")[0].GetProperty("id").GetString();
        var report = new Report("call", "median ms", "p99 ms", "answer KB");
        foreach (var (name, path) in new[]
        {
            ("profile", $"/customers/{id}"), ("timeline, first page", $"/customers/{id}/timeline"), ("timeline, searched", $"/customers/{id}/timeline?q=kettle"), ("timeline, one channel", $"/customers/{id}/timeline?channel=whatsapp"),
            ("conversations", $"/customers/{id}/conversations"), ("moments", $"/customers/{id}/moments"), ("habits", $"/customers/{id}/habits"),
        })
        {
            var times = new List<double>();
            var size = 0L;
            for (var i = 0; i < Calls + 10; i++)
            {
                var watch = Stopwatch.StartNew();
                using var response = await http.GetAsync(new Uri("/api/v1" + path, UriKind.Relative));
                var body = await response.Content.ReadAsByteArrayAsync();
                if (!response.IsSuccessStatusCode) { throw new InvalidOperationException($"{path}: {(int)response.StatusCode}"); }
                if (i >= 10) { times.Add(watch.Elapsed.TotalMilliseconds); size = body.Length; }
            }

            times.Sort();
            report.Add(name, times[Calls / 2], times[Calls * 99 / 100], (size / 1024.0).ToString("N1", CultureInfo.InvariantCulture));
        }

        report.Print($"A history of {entries:N0} among {others:N0}, {engine} (gate: the first page < 100 ms)");
    }

    /// <summary>Rows as the ingest writes them, by the engine itself: they are only read here.</summary>
    private static async Task FillAsync(Stand stand, string database, TestEngine engine, int entries, int others)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        var pg = engine == TestEngine.Postgres;
        string Series(int n) => pg ? $"generate_series(1, {n}) as s(n)" : $"(with recursive s(n) as (select 1 union all select n + 1 from s where n < {n}) select n from s) as s";
        var uuid = pg ? "gen_random_uuid()" : "randomblob(16)";
        var people = Math.Max(1, others / 50);
        await stand.ExecuteAsync(database, $"""
            insert into customers (id, workspace_id, person_id, name, name_folded, blocked, legal_hold, created_at, last_seen_at)
            select {uuid}, w.id, {uuid}, case when s.n = 1 then 'The one' else 'Person ' || s.n end, case when s.n = 1 then 'the one' else 'person ' || s.n end, {(pg ? "false, false" : "0, 0")}, {now}, {now} from {Series(people + 1)} cross join workspaces w
            """);
        await stand.ExecuteAsync(database, "update customers set person_id = id");
        await stand.ExecuteAsync(database, $"""
            insert into conversations (id, workspace_id, brand, customer_id, origin_id, status, audience, sender_unverified, opened_at, resolved_at, last_message_at, message_count, unread_count, version)
            select {uuid}, c.workspace_id, '', c.id, c.id, 'resolved', 'private', {(pg ? "false" : "0")}, {now} - 86400000, {now}, {now}, 0, 0, 0 from customers c cross join {Series(40)} where c.name = 'The one' or s.n = 1
            """);
        foreach (var (one, each) in new[] { (true, entries / 40), (false, 50) })
        {
            await stand.ExecuteAsync(database, $"""
                insert into messages (id, workspace_id, conversation_id, inbox_id, direction, kind, author_kind, author_id, author_name, text, sender_unverified, sent_at, received_at, late)
                select {uuid}, c.workspace_id, c.id, i.id, case when s.n % 2 = 0 then 'in' else 'out' end, 'message', case when s.n % 2 = 0 then 'customer' else 'agent' end, c.customer_id, 'Somebody',
                  'Message ' || s.n || ' about ' || case when s.n % 17 = 0 then 'the kettle' else 'an order' end || ', as long as people write on a phone when they have a question.', {(pg ? "false" : "0")}, {now} - s.n * 60000, {now}, {(pg ? "false" : "0")}
                from conversations c join customers p on p.id = c.customer_id cross join (select id from inboxes limit 1) i cross join {Series(each)} where p.name {(one ? "=" : "<>")} 'The one'
                """);
        }

        if (pg) { await stand.ExecuteAsync(database, "analyze"); }
    }
}
