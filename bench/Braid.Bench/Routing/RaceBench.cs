using System.CommandLine;
using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Braid.Bench.Machine;
using Braid.Simulator.Load;
using Braid.Testing;

namespace Braid.Bench.Routing;

/// <summary>
/// `routing-race`: three servers on one PostgreSQL give 10,000 waiting conversations to 500 agents, while one of the three is killed. And
/// `routing-place`: how soon a message has its agent at 200 messages a second.
/// </summary>
internal static class RaceBench
{
    private const int Agents = 500;

    public static Command CreateRace()
    {
        var waiting = new Option<int>("--waiting") { DefaultValueFactory = _ => 10_000 };
        var command = new Command("routing-race", "Three servers place at once: counts what was given twice.") { Options = { waiting } };
        command.SetAction((p, ct) => RaceAsync(p.GetValue(waiting)));
        return command;
    }

    public static Command CreatePlace()
    {
        var engine = Prepared.EngineOption();
        var rate = new Option<int>("--rate") { DefaultValueFactory = _ => 200 };
        var seconds = new Option<int>("--seconds") { DefaultValueFactory = _ => 30 };
        var command = new Command("routing-place", "From a message's commit to its agent.") { Options = { engine, rate, seconds } };
        command.SetAction((p, ct) => PlaceAsync(p.GetValue(engine), p.GetValue(rate), p.GetValue(seconds)));
        return command;
    }

    public static Command CreateWhatIf()
    {
        var count = new Option<int>("--conversations") { DefaultValueFactory = _ => 100_000 };
        var command = new Command("routing-what-if", "A recorded month by other rules, with all reading, as the screen asks for it.") { Options = { count } };
        command.SetAction((p, ct) => WhatIfAsync(p.GetValue(count)));
        return command;
    }

    private static async Task WhatIfAsync(int count)
    {
        await using var stand = await Stand.StartAsync(TestEngine.Postgres);
        var database = await stand.DatabaseAsync("braid");
        await using var server = new BraidServer(database, stand.Folder, BraidServer.FreePort());
        await server.StartAsync();
        await server.ConnectInboxAsync();
        await StaffAsync(stand, database, TestEngine.Postgres, 60);
        await stand.ExecuteAsync(database, Waiting(count));
        // A month's worth, spread evenly; answered six minutes later by one of the agents, twice.
        await stand.ExecuteAsync(database, $"""
            update conversations c set opened_at = c.opened_at - x.n * (30.0 * 86400000 / {count}), status = 'resolved', waiting_since = null from (select id, row_number() over () as n from conversations) x where x.id = c.id;
            insert into messages (id, workspace_id, conversation_id, inbox_id, direction, kind, author_kind, author_id, text, sender_unverified, sent_at, received_at, late)
            select gen_random_uuid(), c.workspace_id, c.id, i.id, 'out', 'message', 'agent', a.id, 'It left this morning.', false, c.opened_at + s.n * 360000, c.opened_at + s.n * 360000, false
            from (select *, row_number() over () as k from conversations) c join (select id, row_number() over () as k from agents where role = 'agent') a on a.k = c.k % {Agents} + 1 cross join generate_series(1, 2) as s(n) cross join (select id from inboxes limit 1) i
            """);
        await stand.SettleAsync(database);
        using var http = server.Client();
        http.Timeout = TimeSpan.FromMinutes(5);
        await PublishAsync(http);
        var report = new Report("conversations", "agents", "seconds", "placed, live", "placed, draft");
        for (var i = 0; i < 3; i++)
        {
            var watch = Stopwatch.StartNew();
            using var answer = await http.PostAsJsonAsync("/api/v1/routing/compare", new { days = 31 });
            using var told = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
            var root = told.RootElement;
            report.Add(root.GetProperty("conversations").GetInt32(), Agents, watch.Elapsed.TotalSeconds, root.GetProperty("live").GetProperty("placed").GetInt32(), root.GetProperty("draft").GetProperty("placed").GetInt32());
        }

        report.Print("What if: a month read and run twice, live and draft (goal: under 30 s)");
    }

    private static async Task<int> RaceAsync(int waiting)
    {
        await using var stand = await Stand.StartAsync(TestEngine.Postgres);
        var database = await stand.DatabaseAsync("braid");
        await using var first = new BraidServer(database, stand.Folder, BraidServer.FreePort());
        await first.StartAsync();
        await first.ConnectInboxAsync();
        await StaffAsync(stand, database, TestEngine.Postgres, waiting / Agents * 10);
        await stand.ExecuteAsync(database, Waiting(waiting));
        await stand.SettleAsync(database);
        await using var second = new BraidServer(database, stand.Folder, BraidServer.FreePort());
        await using var third = new BraidServer(database, stand.Folder, BraidServer.FreePort());
        await Task.WhenAll(second.StartAsync(), third.StartAsync());
        using var http = first.Client();
        var watch = Stopwatch.StartNew();
        await PublishAsync(http);
        var killed = false;
        long left;
        while ((left = await stand.CountAsync(database, "select count(*) from conversations where assignee_id is null")) > 0 && watch.Elapsed < TimeSpan.FromMinutes(5))
        {
            if (!killed && left < waiting / 2) { await third.KillAsync(); killed = true; }
            await Task.Delay(100);
        }

        var took = watch.Elapsed;
        // One more full look of each server: a second placement would show.
        await Task.Delay(4000);
        var report = new Report("", "count");
        report.Add("conversations", waiting);
        report.Add("left without an agent", left);
        report.Add("**given twice** (two placements logged)", await stand.CountAsync(database, "select count(*) from (select conversation_id from routing_log where act = 'placed' group by 1 having count(*) > 1) x"));
        report.Add("**agents above their capacity**", await stand.CountAsync(database, "select count(*) from (select w.agent_id from routing_work w join agent_work a on a.agent_id = w.agent_id group by 1, a.capacity having sum(w.weight) > a.capacity) x"));
        report.Add("placed by the log, not in the books", await stand.CountAsync(database, "select count(*) from conversations c where not exists (select 1 from routing_work w where w.conversation_id = c.id and w.agent_id = c.assignee_id)"));
        report.Add("killed while it ran", killed ? 1 : 0);
        report.Add("seconds", took.TotalSeconds);
        report.Print("Three servers, one queue");
        return 0;
    }

    private static async Task PlaceAsync(TestEngine engine, int rate, int seconds)
    {
        await using var stand = await Stand.StartAsync(engine);
        var database = await stand.DatabaseAsync("braid");
        await using var server = new BraidServer(database, stand.Folder, BraidServer.FreePort());
        await server.StartAsync();
        await server.ConnectInboxAsync();
        await StaffAsync(stand, database, engine, 10_000);
        using var http = server.Client();
        await PublishAsync(http);
        var total = rate * seconds;
        // Everybody is new: each message opens a conversation that wants an agent.
        var options = Load.Options(server.Target, total, 64) with { People = total, Rate = rate };
        // Warm: the first seconds of a server are another bench's.
        await new LoadGenerator(Load.Options(server.Target, rate * 8, 64) with { People = rate * 8, Rate = rate }).RunAsync(CancellationToken.None);
        await Task.Delay(2000);
        using var ending = new CancellationTokenSource();
        var seen = WatchAsync(http, ending.Token);
        await new LoadGenerator(options).RunAsync(CancellationToken.None);
        // The last ones are still on their way.
        await Task.Delay(3000);
        await ending.CancelAsync();
        var (opened, assigned) = await seen;
        var times = assigned.Where(a => opened.ContainsKey(a.Key)).Select(a => (a.Value - opened[a.Key]).TotalMilliseconds).Order().ToList();
        var report = new Report("messages/s", "opened", "placed", "median ms", "p99 ms", "most ms");
        report.Add(rate, opened.Count, times.Count, times[times.Count / 2], times[times.Count * 99 / 100], times[^1]);
        report.Print($"From a message to its agent, as a client sees both, warm, {engine} (goal: p99 <= 100 ms)");
    }

    /// <summary>When a client could first read of each, asking every few milliseconds.</summary>
    private static async Task<(Dictionary<string, TimeSpan> Opened, Dictionary<string, TimeSpan> Assigned)> WatchAsync(HttpClient http, CancellationToken ct)
    {
        var (opened, assigned, after, watch) = (new Dictionary<string, TimeSpan>(), new Dictionary<string, TimeSpan>(), 0L, Stopwatch.StartNew());
        while (!ct.IsCancellationRequested)
        {
            using var page = JsonDocument.Parse(await http.GetStringAsync(new Uri($"/api/v1/events?after={after}&limit=200", UriKind.Relative), CancellationToken.None));
            var now = watch.Elapsed;
            var items = page.RootElement.GetProperty("items").EnumerateArray().ToList();
            foreach (var item in items)
            {
                after = item.GetProperty("number").GetInt64();
                if (item.GetProperty("conversationId").GetString() is not { } id) { continue; }
                if (item.GetProperty("kind").GetString() == "conversation.opened") { opened.TryAdd(id, now); }
                if (item.GetProperty("kind").GetString() == "conversation.assigned") { assigned.TryAdd(id, now); }
            }

            if (items.Count < 200) { await Task.Delay(4, CancellationToken.None); }
        }

        return (opened, assigned);
    }

    private static async Task PublishAsync(HttpClient http)
    {
        using var draft = await http.PutAsJsonAsync("/api/v1/routing/draft", new { rules = Array.Empty<object>(), otherwise = new { sticky = "nobody" }, offerSeconds = 0, graceMinutes = 60 });
        using var done = await http.PostAsJsonAsync("/api/v1/routing/publish", new { });
        if (!done.IsSuccessStatusCode) { throw new InvalidOperationException(await done.Content.ReadAsStringAsync()); }
    }

    /// <summary>Agents whose screens stay open for the whole run.</summary>
    private static Task StaffAsync(Stand stand, string database, TestEngine engine, int capacity)
    {
        var pg = engine == TestEngine.Postgres;
        var later = TimeProvider.System.GetUtcNow().AddHours(2).ToUnixTimeMilliseconds();
        var series = pg ? $"generate_series(1, {Agents}) as s(n)" : $"(with recursive s(n) as (select 1 union all select n + 1 from s where n < {Agents}) select n from s) as s";
        return stand.ExecuteAsync(database, $"""
            insert into agents (id, workspace_id, email, name, role, state, created_at) select {(pg ? "gen_random_uuid()" : "randomblob(16)")}, w.id, 'a' || s.n || '@bench.example', 'Agent ' || s.n, 'agent', 'active', {later} from {series} cross join workspaces w;
            insert into agent_work (agent_id, workspace_id, capacity, status, seen_at, active_at, wrap_up_seconds, misses) select id, workspace_id, {capacity}, 'automatic', {later}, {later}, 0, 0 from agents where role = 'agent'
            """);
    }

    private static string Waiting(int count)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        return $"""
            insert into customers (id, workspace_id, person_id, name, name_folded, blocked, legal_hold, created_at, last_seen_at)
            select gen_random_uuid(), w.id, gen_random_uuid(), 'Person ' || n, 'person ' || n, false, false, {now}, {now} from generate_series(1, {count}) as s(n) cross join workspaces w;
            update customers set person_id = id;
            insert into conversations (id, workspace_id, brand, customer_id, origin_id, status, audience, sender_unverified, opened_at, last_message_at, last_inbound_at, waiting_since, message_count, unread_count, version)
            select gen_random_uuid(), c.workspace_id, '', c.id, c.id, 'open', 'private', false, {now}, {now}, {now}, {now}, 1, 1, 0 from customers c;
            insert into messages (id, workspace_id, conversation_id, inbox_id, direction, kind, author_kind, author_id, text, sender_unverified, sent_at, received_at, late)
            select gen_random_uuid(), c.workspace_id, c.id, i.id, 'in', 'message', 'customer', c.customer_id, 'Hello, where is my order?', false, {now}, {now}, false from conversations c cross join (select id from inboxes limit 1) i
            """;
    }
}
