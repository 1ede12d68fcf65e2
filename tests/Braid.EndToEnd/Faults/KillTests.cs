using System.Net;
using System.Net.Http.Headers;
using Braid.Conversations;
using Braid.Ingest;
using Braid.Platform.Events;
using Braid.Simulator.Load;
using Braid.Testing;
using Microsoft.EntityFrameworkCore;

namespace Braid.EndToEnd.Faults;

/// <summary>The promise of the ledger: what was acknowledged is there, once, whenever the power fails.</summary>
public sealed class KillTests
{
    private const int Kills = 3;
    private const int MessagesEach = 800;
    private const int People = 40;
    private const int Messages = Kills * MessagesEach;

    public static IEnumerable<TheoryDataRow<string>> Engines =>
    [
        new("Sqlite"),
        new("Postgres") { Skip = TestBraid.Has(TestEngine.Postgres) ? null : "PostgreSQL is not installed" },
    ];

    [Theory, MemberData(nameof(Engines))]
    public async Task Killed_three_times_under_load_it_lost_nothing_and_doubled_nothing(string name)
    {
        var ct = TestContext.Current.CancellationToken;
        var engine = Enum.Parse<TestEngine>(name);
        var folder = Directory.CreateTempSubdirectory("braid-kill-").FullName;
        var connection = await TestBraid.DatabaseAsync(engine, folder);
        await using var server = new ServerProcess(folder, connection);
        await server.StartAsync(ct);
        var webhook = await EchoInboxAsync(server.Address);
        var ledgers = new List<SentLedger>();
        for (var kill = 0; kill < Kills; kill++)
        {
            ledgers.Add(await KilledUnderLoadAsync(server, webhook, $"kill{kill}", ct));
        }

        await server.KillAsync();

        // Who starts next applies what the last kill left behind.
        await using var after = await TestBraid.StartAsync(engine, connection, folder, TimeProvider.System);
        using var desk = new Desk(after);
        await desk.SeesAsync("/deliveries?state=pending", page => page.List().Count == 0, "everything applied");
        await HoldsEachOnceAsync(after, ledgers);
    }

    /// <summary>Two seconds of load; somewhere within, the server dies and comes back. The sender tries again until each is acknowledged.</summary>
    private static async Task<SentLedger> KilledUnderLoadAsync(ServerProcess server, Uri webhook, string run, CancellationToken ct)
    {
        var load = new LoadGenerator(new LoadOptions
        {
            Target = new LoadTarget.Echo(webhook, "an-echo-secret"), Messages = MessagesEach, Rate = 400, People = People, RetryUntilAcknowledged = true, Run = run,
        }).RunAsync(ct);
        // Any moment will do, but none that we chose.
        await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(200, 1500)), TimeProvider.System, ct);
        load.IsCompleted.ShouldBeFalse();
        await server.KillAsync();
        await server.StartAsync(ct);
        var result = await load;
        result.Acknowledged.ShouldBe(MessagesEach);
        result.Retries.ShouldBeGreaterThan(0, "the kill was felt");
        return result.Ledger;
    }

    private static async Task HoldsEachOnceAsync(TestBraid braid, List<SentLedger> sent)
    {
        var stored = await braid.WithDbAsync(db => db.Set<Message>().AsNoTracking().Select(m => m.ExternalId!).ToListAsync());
        for (var i = 0; i < sent.Count; i++)
        {
            var check = sent[i].Compare(stored.Where(id => id.StartsWith($"kill{i}-", StringComparison.Ordinal)));
            check.IsSound.ShouldBeTrue($"lost {check.Lost.Count}, doubled {check.Doubled.Count}, unknown {check.Unknown}");
        }

        stored.Count.ShouldBe(Messages);
        (await braid.WithDbAsync(db => db.Set<Conversation>().SumAsync(c => c.MessageCount))).ShouldBe(Messages, "the counters agree");
        (await braid.WithDbAsync(db => db.Set<Conversation>().SumAsync(c => c.UnreadCount))).ShouldBe(Messages);
        (await braid.WithDbAsync(db => db.Set<StoredEvent>().CountAsync(e => e.Kind == "message.received"))).ShouldBe(Messages, "each was told to the screens once");
        var numbers = await braid.WithDbAsync(db => db.Set<StoredEvent>().OrderBy(e => e.Number).Select(e => e.Number).ToListAsync());
        numbers.ShouldBe(Enumerable.Range(0, numbers.Count).Select(i => numbers[0] + i), "no number is missing");
        (await braid.WithDbAsync(db => db.Set<DeliveryEvent>().CountAsync(e => e.Outcome == EventOutcome.Applied))).ShouldBe(Messages);
        (await braid.WithDbAsync(db => db.Set<Conversation>().CountAsync())).ShouldBe(People, "one conversation a person");
    }

    private static async Task<Uri> EchoInboxAsync(Uri address)
    {
        using var api = new HttpClient { BaseAddress = address };
        api.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", TestBraid.OwnerToken);
        var inbox = await api.PostAsync("/inboxes", new { channel = "echo", name = "Echo", settings = new { secret = "an-echo-secret" } }, HttpStatusCode.Created);
        return new Uri(inbox.Text("webhookUrl")!);
    }
}
