using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Braid.Channels;
using Braid.Customers;
using Braid.Ingest;
using Braid.Inboxes;
using Braid.Platform.Data;
using Braid.Platform.Events;
using Braid.Platform.Leases;
using Braid.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Braid.Tests.Ingest;

/// <summary>Nothing genuine is lost, nothing forged is kept, and each event's end can be looked up. Both engines.</summary>
public class LedgerTests
{
    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task A_forged_delivery_is_refused_and_leaves_nothing_but_a_count(string engine)
    {
        await using var spine = await Spine.StartAsync(engine);
        var inbox = spine.Inbox();
        using var forged = ScriptChannel.Delivery(inbox.Id.Value, [Spine.Says("1", "x")], secret: "wrong");
        (await spine.Braid.Api.SendAsync(forged)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await DeliveriesAsync(spine)).ShouldBeEmpty();
        await spine.Braid.Services.GetRequiredService<RefusedCounter>().FlushAsync(CancellationToken.None);
        (await spine.Braid.WithDbAsync(db => db.Set<RefusedCount>().SingleAsync())).ShouldSatisfyAllConditions(r => r.Reason.ShouldBe("forged"), r => r.Count.ShouldBe(1));
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task A_genuine_body_that_can_not_be_read_is_parked_and_answered_with_200(string engine)
    {
        await using var spine = await Spine.StartAsync(engine);
        var inbox = spine.Inbox();
        using var garbled = ScriptChannel.Delivery(inbox.Id.Value, []);
        garbled.Content = new StringContent("{{{", Encoding.UTF8, "application/json");
        (await spine.Braid.Api.SendAsync(garbled)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await DeliveriesAsync(spine)).Single().ShouldSatisfyAllConditions(d => d.State.ShouldBe(DeliveryState.Parked), d => d.Reason.ShouldBe("not a list of events"));
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task A_body_over_the_limit_is_refused_and_a_large_one_lies_in_the_file_store(string engine)
    {
        await using var spine = await Spine.StartAsync(engine);
        var inbox = spine.Inbox();
        await spine.WritesAsync(inbox, Spine.Says("large", new string('x', 200_000)));
        (await spine.Braid.WithDbAsync(db => db.Set<DeliveryBody>().SingleAsync())).ShouldSatisfyAllConditions(b => b.Body.ShouldBeNull(), b => b.FileHash.ShouldNotBeNull());
        (await spine.DeliverAsync(inbox, Spine.Says("huge", new string('x', 6 * 1024 * 1024)))).ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        (await spine.MessagesAsync()).ShouldHaveSingleItem().Text!.Length.ShouldBe(200_000);
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task A_poison_event_parks_alone_and_a_replay_after_the_fix_applies_it(string engine)
    {
        var poison = new Poison();
        await using var spine = await Spine.StartAsync(engine, services: s => Decorate(s, poison));
        var inbox = spine.Inbox();
        await spine.WritesAsync(inbox, Spine.Says("1", "fine"), Spine.Says("2", "poison"), Spine.Says("3", "fine too", from: "lee"));
        (await spine.MessagesAsync()).Select(m => m.Text).ShouldBe(["fine", "fine too"], ignoreOrder: true);
        var delivery = (await DeliveriesAsync(spine)).Single();
        delivery.State.ShouldBe(DeliveryState.Parked);
        (await spine.OutcomesAsync()).OrderBy(o => o.Position).Select(o => o.Outcome).ShouldBe([EventOutcome.Applied, EventOutcome.Parked, EventOutcome.Applied]);

        poison.Active = false;
        await spine.Braid.Services.GetRequiredService<Sweeper>().ReplayAsync(delivery.Id, CancellationToken.None);
        (await spine.MessagesAsync()).Count.ShouldBe(3);
        (await spine.OutcomesAsync()).ShouldAllBe(o => o.Outcome == EventOutcome.Applied);
        (await DeliveriesAsync(spine)).Single().State.ShouldBe(DeliveryState.Applied);
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task What_a_crash_left_pending_is_applied_by_the_sweeper_once(string engine)
    {
        await using var spine = await Spine.StartAsync(engine);
        var inbox = spine.Inbox();
        var raw = new RawDelivery { Body = JsonSerializer.SerializeToUtf8Bytes(new[] { Spine.Says("1", "left behind") }, JsonSerializerOptions.Web), ReceivedAt = spine.Now.AddSeconds(-10) };
        var store = spine.Braid.Services.GetRequiredService<SpineStore>();
        await using (var session = await store.BeginAsync(CancellationToken.None))
        {
            await session.StoreAsync([Lanes.Read(new Receipt(inbox, raw, DeliverySource.Webhook), null)], null, spine.Now, CancellationToken.None);
            await session.CommitAsync(CancellationToken.None);
        }

        (await spine.MessagesAsync()).ShouldBeEmpty();
        await spine.SweepAsync();
        await spine.SweepAsync();
        (await spine.MessagesAsync()).ShouldHaveSingleItem().Text.ShouldBe("left behind");
        (await DeliveriesAsync(spine)).Single().State.ShouldBe(DeliveryState.Applied);
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task One_delivery_may_hold_events_for_several_accounts_and_one_without_an_inbox(string engine)
    {
        await using var spine = await Spine.StartAsync(engine);
        var (first, second) = (spine.Inbox("first", account: "A"), spine.Inbox("second", account: "B"));
        await spine.WritesAsync(first, Spine.Says("1", "to A") with { Account = "A" }, Spine.Says("2", "to B") with { Account = "B" }, Spine.Says("3", "to C") with { Account = "C" });
        (await spine.MessagesAsync()).Select(m => m.InboxId).ShouldBe([first.Id, second.Id], ignoreOrder: true);
        (await spine.OutcomesAsync()).Single(o => o.Outcome == EventOutcome.Ignored).Reason.ShouldBe("no inbox for account C");
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task A_listener_that_lost_its_lease_stores_nothing(string engine)
    {
        await using var spine = await Spine.StartAsync(engine);
        var inbox = spine.Inbox();
        await spine.Braid.WithDbAsync(async db =>
        {
            db.Add(new Inbox { Id = inbox.Id, WorkspaceId = spine.Workspace, Channel = "script", Name = "mail", Settings = "x", CreatedAt = spine.Now });
            db.Add(new Lease { Name = "listen:x", Owner = "me", Fence = 7, Until = spine.Now.AddMinutes(1) });
            return await db.SaveChangesAsync();
        });
        var intake = spine.Braid.Services.GetRequiredService<IIntake>();
        Receipt Receipt(string id) => new(inbox, new RawDelivery { Body = JsonSerializer.SerializeToUtf8Bytes(new[] { Spine.Says(id, id) }, JsonSerializerOptions.Web), ReceivedAt = spine.Now }, DeliverySource.Listener);
        await intake.AcceptAsync([Receipt("1")], new ListenerPosition(inbox.Id, "uid:1", "listen:x", 7), CancellationToken.None);
        await Should.ThrowAsync<FenceLostException>(() => intake.AcceptAsync([Receipt("2")], new ListenerPosition(inbox.Id, "uid:2", "listen:x", 6), CancellationToken.None));
        (await spine.MessagesAsync()).ShouldHaveSingleItem().Text.ShouldBe("1");
        (await spine.Braid.WithDbAsync(db => db.Set<Inbox>().Where(i => i.Id == inbox.Id).Select(i => i.ListenerPosition).SingleAsync())).ShouldBe("uid:1");
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task Every_delivery_sent_many_times_at_once_is_one_message_and_counters_agree(string engine)
    {
        await using var spine = await Spine.StartAsync(engine);
        await using var second = engine == "postgres" ? await Spine.StartAsync(engine, beside: spine) : null;
        var inbox = spine.Inbox();
        var random = new Random(3);
        var sends = Enumerable.Range(0, 60).SelectMany(i => Enumerable.Repeat(i, 8)).OrderBy(_ => random.Next()).ToList();
        await Parallel.ForEachAsync(sends, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, _) =>
            await (second is not null && i % 2 == 0 && Random.Shared.Next(2) == 0 ? second : spine).WritesAsync(inbox, Spine.Says($"m{i}", $"text {i}", from: $"person {i % 6}")));

        (await spine.MessagesAsync()).Count.ShouldBe(60);
        var conversations = await spine.ConversationsAsync();
        conversations.Count.ShouldBe(6);
        conversations.Sum(c => c.MessageCount).ShouldBe(60);
        conversations.Sum(c => c.UnreadCount).ShouldBe(60);
        (await spine.EventsAsync()).Count(e => e.Kind == "message.received").ShouldBe(60);
        (await spine.OutcomesAsync()).Count(o => o.Outcome == EventOutcome.Applied).ShouldBe(60);
        (await spine.OutcomesAsync()).Count.ShouldBe(480);
    }

    private static Task<List<Braid.Ingest.Delivery>> DeliveriesAsync(Spine spine) => spine.Braid.WithDbAsync(db => db.Set<Braid.Ingest.Delivery>().AsNoTracking().ToListAsync());

    private static void Decorate(IServiceCollection services, Poison poison)
    {
        var real = services.Single(d => d.ServiceType == typeof(SpineStore));
        services.Remove(real);
        services.AddSingleton<SpineStore>(s => new PoisonedStore((SpineStore)real.ImplementationFactory!(s), poison));
    }

    private sealed class Poison
    {
        public bool Active { get; set; } = true;
    }

    /// <summary>A database that refuses one text, as PostgreSQL would refuse a byte it can't store.</summary>
    private sealed class PoisonedStore(SpineStore real, Poison poison) : SpineStore
    {
        public override async Task<SpineSession> BeginAsync(CancellationToken ct) => new Session(await real.BeginAsync(ct), poison);

        private sealed class Session(SpineSession real, Poison poison) : SpineSession
        {
            public override Task LoadPeopleAsync(Situation now, People people, IReadOnlyList<Received> events, CancellationToken ct) => real.LoadPeopleAsync(now, people, events, ct);
            public override Task LoadHoldersAsync(People people, IReadOnlyList<Id<Customer>> holders, CancellationToken ct) => real.LoadHoldersAsync(people, holders, ct);
            public override Task<bool> SavePeopleAsync(People people, CancellationToken ct) => real.SavePeopleAsync(people, ct);
            public override Task LoadAsync(Situation now, IReadOnlyList<Received> events, CancellationToken ct) => real.LoadAsync(now, events, ct);

            public override Task SaveAsync(Situation now, Decisions decided, IReadOnlyList<PendingDelivery> deliveries, ListenerPosition? position, CancellationToken ct) =>
                poison.Active && decided.NewMessages.Exists(m => m.Text == "poison") ? throw new InvalidDataException("this text can't be stored") : real.SaveAsync(now, decided, deliveries, position, ct);

            public override Task StoreAsync(IReadOnlyList<PendingDelivery> deliveries, ListenerPosition? position, DateTimeOffset now, CancellationToken ct) => real.StoreAsync(deliveries, position, now, ct);
            public override Task<IReadOnlyList<News>> CommitAsync(CancellationToken ct) => real.CommitAsync(ct);
            public override ValueTask DisposeAsync() => real.DisposeAsync();
        }
    }
}
