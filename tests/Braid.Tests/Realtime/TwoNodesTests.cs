using System.Data.Common;
using Braid.Platform.Data;
using Braid.Platform.Events;
using Braid.Testing;
using Braid.Tests.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Braid.Tests.Realtime;

/// <summary>Two nodes on one PostgreSQL.</summary>
public class TwoNodesTests
{
    public static IEnumerable<TheoryDataRow<string>> Postgres => Engines.Both.Skip(1);

    [Theory, MemberData(nameof(Postgres))]
    public async Task What_one_node_commits_reaches_a_socket_of_the_other(string engine)
    {
        await using var here = await Seed.StartAsync(engine);
        await using var there = await SecondAsync(here);
        var seed = await Seed.OwnersAsync(here);
        var (_, anas, token) = await seed.AgentAsync("Ana");
        var talk = await seed.TalkAsync(await seed.CustomerAsync("Maya"), await seed.InboxAsync("telegram"));
        await ListeningAsync(there);
        await using var live = await LiveAgent.ConnectAsync(there, token);

        await anas.SendAsync($"/conversations/{talk.Id}/resolve");
        await live.PushedAsync("conversation.resolved");
    }

    [Theory, MemberData(nameof(Postgres))]
    public async Task A_lost_line_between_nodes_is_made_good_by_looking(string engine)
    {
        await using var here = await Seed.StartAsync(engine);
        await using var there = await SecondAsync(here);
        var seed = await Seed.OwnersAsync(here);
        var (_, anas, token) = await seed.AgentAsync("Ana");
        var talk = await seed.TalkAsync(await seed.CustomerAsync("Maya"), await seed.InboxAsync("telegram"));
        await ListeningAsync(there);
        await using var live = await LiveAgent.ConnectAsync(there, token);

        await KillLinesAsync(here.ConnectionString);
        await NotListeningAsync(there);
        await anas.SendAsync($"/conversations/{talk.Id}/resolve");
        there.Clock.Advance(Braid.Realtime.EventFeed.Look);
        await live.PushedAsync("conversation.resolved");

        var bridge = there.Services.GetRequiredService<PostgresBridge>();
        await OnceAsync(() =>
        {
            there.Clock.Advance(TimeSpan.FromSeconds(1));
            return bridge.IsListening;
        });
    }

    [Theory, MemberData(nameof(Postgres))]
    public async Task Presence_and_typing_cross_nodes(string engine)
    {
        await using var here = await Seed.StartAsync(engine);
        await using var there = await SecondAsync(here);
        await ListeningAsync(here);
        await ListeningAsync(there);
        await RealtimeTests.PresenceAsync(here, there);
    }

    [Theory, MemberData(nameof(Postgres))]
    public async Task A_commit_that_comes_late_is_never_passed_over(string engine)
    {
        await using var braid = await Seed.StartAsync(engine);
        var workspace = new Workspace { Name = "Counted" };
        await braid.WithDbAsync(async db => { db.Add(workspace); return await db.SaveChangesAsync(); });
        var database = braid.Services.GetRequiredService<Database>();
        var now = braid.Clock.GetUtcNow();
        Task<List<long>> ReadAsync(long after) => braid.WithDbAsync(db => db.Set<StoredEvent>()
            .Where(e => e.WorkspaceId == workspace.Id && e.Number > after).OrderBy(e => e.Number).Select(e => e.Number).ToListAsync());

        await using var first = await database.OpenAsync(CancellationToken.None);
        await using var held = await first.BeginTransactionAsync();
        await EventAppender.AppendAsync(first, held, Engine.Postgres, [new Happened(workspace.Id)], now, CancellationToken.None);

        await using var second = await database.OpenAsync(CancellationToken.None);
        await using var later = await second.BeginTransactionAsync();
        var pid = ((NpgsqlConnection)second).ProcessID;
        var appending = EventAppender.AppendAsync(second, later, Engine.Postgres, [new Happened(workspace.Id), new Happened(workspace.Id)], now, CancellationToken.None);
        await BlockedAsync(database, pid);
        appending.IsCompleted.ShouldBeFalse("the second writer waits at the counter");
        (await ReadAsync(0)).ShouldBeEmpty();

        await held.CommitAsync();
        await appending;
        (await ReadAsync(0)).ShouldBe([1]);
        await later.CommitAsync();
        (await ReadAsync(1)).ShouldBe([2, 3]);

        // A rollback leaves no hole.
        await using (var undone = await first.BeginTransactionAsync())
        {
            await EventAppender.AppendAsync(first, undone, Engine.Postgres, [new Happened(workspace.Id)], now, CancellationToken.None);
            await undone.RollbackAsync();
        }

        await using (var last = await first.BeginTransactionAsync())
        {
            await EventAppender.AppendAsync(first, last, Engine.Postgres, [new Happened(workspace.Id)], now, CancellationToken.None);
            await last.CommitAsync();
        }

        (await ReadAsync(3)).ShouldBe([4]);
    }

    private static Task<TestBraid> SecondAsync(TestBraid first) =>
        TestBraid.StartAsync(TestEngine.Postgres, connectionString: first.ConnectionString, folder: first.Folder, configure: Seed.Inboxes);

    private static async Task ListeningAsync(TestBraid braid)
    {
        var bridge = braid.Services.GetRequiredService<PostgresBridge>();
        await OnceAsync(() => bridge.IsListening);
    }

    private static async Task NotListeningAsync(TestBraid braid)
    {
        var bridge = braid.Services.GetRequiredService<PostgresBridge>();
        await OnceAsync(() => !bridge.IsListening);
    }

    /// <summary>The bridge has no signal for a test to wait on, so its state is asked for.</summary>
    private static async Task OnceAsync(Func<bool> state)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!state())
        {
            await Task.Delay(5, limit.Token);
        }
    }

    /// <summary>Asks the server itself whether that connection waits for a lock.</summary>
    private static async Task BlockedAsync(Database database, int pid)
    {
        await using var asking = await database.OpenAsync(CancellationToken.None);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            await using DbCommand ask = asking.CreateCommand();
            ask.CommandText = $"select wait_event_type = 'Lock' from pg_stat_activity where pid = {pid}";
            if (await ask.ExecuteScalarAsync(limit.Token) is true)
            {
                return;
            }
        }
    }

    private static async Task KillLinesAsync(string connectionString)
    {
        await using var admin = new NpgsqlConnection(connectionString + ";Pooling=false");
        await admin.OpenAsync();
        await using var kill = new NpgsqlCommand($"select count(pg_terminate_backend(pid)) from pg_stat_activity where application_name = '{PostgresBridge.ApplicationName}' and datname = current_database()", admin);
        ((long)(await kill.ExecuteScalarAsync())!).ShouldBeGreaterThan(0);
    }

    private sealed record Happened(Id<Workspace> Workspace) : DomainEvent(Workspace, "happened");
}
