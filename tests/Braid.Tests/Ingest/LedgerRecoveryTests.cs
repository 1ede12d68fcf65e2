using System.Net;
using Braid.Channels;
using Braid.Ingest;
using Braid.Platform.Data;
using Microsoft.EntityFrameworkCore;
using LedgerRow = Braid.Ingest.Delivery;

namespace Braid.Tests.Ingest;

/// <summary>The ledger keeps its word whatever a delivery holds: stored before the 200, one outcome, and no row holds up another.</summary>
public class LedgerRecoveryTests
{
    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task What_a_sender_writes_into_ids_and_reasons_never_stops_the_ledger(string engine)
    {
        await using var spine = await Spine.StartAsync(engine);
        var inbox = spine.Inbox(account: "ours");
        var random = new Random(3);
        var longId = string.Concat(Enumerable.Range(0, 6000).Select(_ => (char)random.Next('a', 'z')));

        (await spine.DeliverAsync(inbox, Spine.Says("nul\0id", "lost", from: "k\0im") with { Account = "no\0such" })).ShouldBe(HttpStatusCode.OK);
        (await spine.DeliverAsync(inbox, Spine.Says(longId, "lost") with { Account = "other" })).ShouldBe(HttpStatusCode.OK);
        (await spine.DeliverAsync(inbox, Spine.Says("m1", "kept", from: "k\0im"))).ShouldBe(HttpStatusCode.OK);

        var outcomes = await spine.OutcomesAsync();
        outcomes.Select(o => o.Outcome).Order().ShouldBe([EventOutcome.Applied, EventOutcome.Ignored, EventOutcome.Ignored]);
        outcomes.ShouldContain(o => o.Reason == "no inbox for account no\uFFFDsuch");
        (await spine.MessagesAsync()).ShouldHaveSingleItem().Text.ShouldBe("kept");
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task A_row_that_cannot_be_read_again_parks_and_its_neighbours_are_applied(string engine)
    {
        await using var spine = await Spine.StartAsync(engine);
        var inbox = spine.Inbox();
        var (gone, removed, good) = (Pending(spine, inbox.Id, 40), Pending(spine, Id<Braid.Inboxes.Inbox>.New(), 30), Pending(spine, inbox.Id, 20));
        await spine.Braid.WithDbAsync(async db =>
        {
            db.AddRange(gone, removed, good);
            db.Add(new DeliveryBody { WorkspaceId = spine.Workspace, DeliveryId = gone.Id, FileHash = new string('a', 64) });
            db.Add(new DeliveryBody { WorkspaceId = spine.Workspace, DeliveryId = removed.Id, Body = "[]"u8.ToArray() });
            db.Add(new DeliveryBody { WorkspaceId = spine.Workspace, DeliveryId = good.Id, Body = """[{"kind":0,"externalId":"m1","threadId":"kim","text":"after the crash","sender":{"id":"kim"}}]"""u8.ToArray() });
            return await db.SaveChangesAsync();
        });

        await spine.SweepAsync();

        (await spine.MessagesAsync()).ShouldHaveSingleItem().Text.ShouldBe("after the crash");
        (await StateAsync(spine, good)).State.ShouldBe(DeliveryState.Applied);
        (await StateAsync(spine, gone)).State.ShouldBe(DeliveryState.Parked);
        (await StateAsync(spine, removed)).ShouldSatisfyAllConditions(d => d.State.ShouldBe(DeliveryState.Parked), d => d.Reason.ShouldBe("Its inbox was removed."));
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task What_a_crash_left_half_done_ends_as_applied_not_as_a_duplicate(string engine)
    {
        await using var spine = await Spine.StartAsync(engine);
        await spine.WritesAsync(spine.Inbox(), Spine.Says("m1", "Hello"));
        var old = (spine.Now - TimeSpan.FromMinutes(1)).ToUnixTimeMilliseconds();
        await spine.Braid.WithDbAsync(db => db.Database.ExecuteSqlAsync($"update deliveries set state = 'pending', applied_at = null, received_at = {old}"));

        await spine.SweepAsync();

        (await spine.Braid.WithDbAsync(db => db.Set<LedgerRow>().AsNoTracking().SingleAsync())).State.ShouldBe(DeliveryState.Applied);
        (await spine.MessagesAsync()).ShouldHaveSingleItem();
        (await spine.OutcomesAsync()).ShouldHaveSingleItem().Outcome.ShouldBe(EventOutcome.Applied);
    }

    private static LedgerRow Pending(Spine spine, Id<Braid.Inboxes.Inbox> inbox, int secondsAgo) => new()
    {
        WorkspaceId = spine.Workspace, InboxId = inbox, Channel = "script", Source = DeliverySource.Webhook, ReceivedAt = spine.Now.AddSeconds(-secondsAgo), State = DeliveryState.Pending,
    };

    private static Task<LedgerRow> StateAsync(Spine spine, LedgerRow row) => spine.Braid.WithDbAsync(db => db.Set<LedgerRow>().AsNoTracking().SingleAsync(d => d.Id == row.Id));
}
