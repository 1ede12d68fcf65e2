using System.Text.Json;
using Braid.Channels;
using Braid.Conversations;
using Braid.Inboxes;
using Braid.Platform.Data;
using Braid.Platform.Events;
using Microsoft.EntityFrameworkCore;

namespace Braid.Ingest;

/// <summary>
/// At start and every 5 seconds: applies ledger rows that a crash or a failed batch left pending, changes whose message has come since,
/// and gives up on those that waited 24 hours. Nodes may sweep at once: unique keys make a second application harmless.
/// </summary>
internal sealed partial class Sweeper(IServiceScopeFactory scopes, Apply apply, SpineStore store, DeliveryBodies bodies, IInboxDirectory inboxes, EventSignal signal, TimeProvider clock, ILogger<Sweeper> logger) : BackgroundService
{
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(5);
    private const int MostAtOnce = 200;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        do
        {
            try
            {
                await SweepAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                Log.Failed(logger, e);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    public async Task SweepAsync(CancellationToken ct)
    {
        await AgainAsync(d => d.State == DeliveryState.Pending && d.ReceivedAt < clock.GetUtcNow() - Every, ct);
        await SettleWaitingAsync(ct);
    }

    /// <summary>Reads a stored delivery anew, with today's reader, and applies it. What was applied before stays applied.</summary>
    public Task ReplayAsync(Id<Delivery> id, CancellationToken ct) => AgainAsync(d => d.Id == id, ct);

    private async Task AgainAsync(System.Linq.Expressions.Expression<Func<Delivery, bool>> which, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<BraidDb>();
        var rows = await db.Set<Delivery>().AsNoTracking().Where(which).OrderBy(d => d.ReceivedAt).Take(MostAtOnce)
            .Join(db.Set<DeliveryBody>(), d => new { d.WorkspaceId, Id = d.Id }, b => new { b.WorkspaceId, Id = b.DeliveryId }, (d, b) => new { Delivery = d, Body = b })
            .ToListAsync(ct);
        foreach (var row in rows)
        {
            try
            {
                if (await inboxes.FindAsync(row.Delivery.InboxId, ct) is { } inbox) { await AgainAsync(inbox, row.Delivery, row.Body, ct); }
                else { await ParkAsync(db, row.Delivery, "Its inbox was removed.", ct); }
            }
            catch (Exception e) when (e is not OperationCanceledException && !Database.IsUnavailable(e))
            {
                // One row that can't even be read must not hold up those after it.
                Log.Parked(logger, e, row.Delivery.Id);
                await ParkAsync(db, row.Delivery, $"It could not be read from the ledger: {e.GetType().Name}: {e.Message}", ct);
            }
        }
    }

    private async Task AgainAsync(ConnectedInbox inbox, Delivery row, DeliveryBody body, CancellationToken ct)
    {
        var raw = await bodies.RawAsync(row, body, ct);
        var read = Lanes.Read(new Receipt(inbox, raw, row.Source), null);
        var delivery = new PendingDelivery(inbox, raw, row.Source, read.Reading) { Id = row.Id, Stored = true };
        await Apply.RouteAsync(delivery, inboxes, ct);
        await apply.AgainAsync(delivery, ct);
    }

    private Task ParkAsync(BraidDb db, Delivery row, string reason, CancellationToken ct) => db.InTransactionAsync(inner =>
        db.Set<Delivery>().Where(d => d.Id == row.Id && d.WorkspaceId == row.WorkspaceId)
            .ExecuteUpdateAsync(s => s.SetProperty(d => d.State, DeliveryState.Parked).SetProperty(d => d.Reason, TextRules.Short(reason)).SetProperty(d => d.AppliedAt, clock.GetUtcNow()), inner), ct);

    private async Task SettleWaitingAsync(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<BraidDb>();
        var here = await db.Set<WaitingChange>().AsNoTracking()
            .Where(w => db.Set<Message>().Any(m => m.WorkspaceId == w.WorkspaceId && m.InboxId == w.InboxId && m.DedupeKey == w.TargetKey))
            .OrderBy(w => w.ArrivedAt).Take(MostAtOnce).ToListAsync(ct);
        foreach (var change in here)
        {
            await SettleAsync(change, ct);
        }

        var tooOld = clock.GetUtcNow().AddHours(-24);
        var given = await db.Set<WaitingChange>().AsNoTracking().Where(w => w.ArrivedAt < tooOld).OrderBy(w => w.ArrivedAt).Take(MostAtOnce).ToListAsync(ct);
        foreach (var change in given)
        {
            await db.InTransactionAsync(async inner =>
            {
                await db.Set<DeliveryEvent>().Where(e => e.WorkspaceId == change.WorkspaceId && e.DeliveryId == new Id<Delivery>(change.DeliveryId) && e.Position == change.EventIndex)
                    .ExecuteUpdateAsync(s => s.SetProperty(e => e.Outcome, EventOutcome.Ignored).SetProperty(e => e.Reason, "its message never came"), inner);
                await db.Set<WaitingChange>().Where(w => w.Id == change.Id).ExecuteDeleteAsync(inner);
            }, ct);
        }
    }

    /// <summary>As if it arrived now: the same locks, the same rules.</summary>
    private async Task SettleAsync(WaitingChange change, CancellationToken ct)
    {
        if (await inboxes.FindAsync(change.InboxId, ct) is not { } inbox) { return; }
        var e = JsonSerializer.Deserialize<InboundEvent>(change.Event, JsonSerializerOptions.Web)!;
        var delivery = new PendingDelivery(inbox, new RawDelivery { Body = default, ReceivedAt = change.ArrivedAt }, DeliverySource.Webhook, new Reading.Ignored("waiting"))
        { Id = new(change.DeliveryId), Stored = true, Partial = true };
        var received = new Received(inbox, e, delivery, change.EventIndex);
        await using var session = await store.BeginAsync(ct);
        var now = new Situation(clock.GetUtcNow());
        await session.LoadAsync(now, [received], ct);
        if (now.MessageOf(inbox.Id, change.TargetKey) is not { } message) { return; }
        var decided = new Decisions(now);
        WaitingChanges.Apply(now, change, message, decided);
        await session.SaveAsync(now, decided, [], null, ct);
        signal.Raise(await session.CommitAsync(ct));
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "Delivery {Delivery} could not be read from the ledger and was parked")]
        public static partial void Parked(ILogger logger, Exception e, Id<Delivery> delivery);

        [LoggerMessage(Level = LogLevel.Error, Message = "The sweep of pending deliveries failed; it is tried again in 5 seconds")]
        public static partial void Failed(ILogger logger, Exception e);
    }
}
