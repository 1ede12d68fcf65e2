using Braid.Channels;
using Braid.Inboxes;
using Braid.Platform.Data;
using Braid.Platform.Events;
using Braid.Platform.Jobs;
using Braid.Platform.Metrics;

namespace Braid.Ingest;

/// <summary>
/// Steps 3 and 4 of a message's way: a batch of deliveries in one transaction, loaded set-based, decided one by one, saved set-based.
/// The raw rows are stored in the same transaction; what can't be applied is stored alone, pending, and applied event by event, so that a
/// poison event parks alone.
/// </summary>
internal sealed partial class Apply(SpineStore store, IInboxDirectory inboxes, EventSignal signal, JobBells bells, LiveSignals live, NewsDesk news, BraidMetrics metrics, TimeProvider clock, ILogger<Apply> logger)
{
    private const int MostTries = 5;

    /// <summary>When it returns, everything is on the disk, and applied or sure to be.</summary>
    public async Task RunAsync(IReadOnlyList<PendingDelivery> deliveries, ListenerPosition? position, CancellationToken ct)
    {
        await RouteAsync(deliveries, ct);
        try
        {
            await TransactAsync(deliveries, position, ct);
            foreach (var delivery in deliveries)
            {
                Signal(delivery);
                Count(delivery);
            }

            await news.TellAsync(deliveries, ct);
        }
        catch (Exception e) when (e is not OperationCanceledException and not FenceLostException && !Database.IsUnavailable(e))
        {
            Log.BatchFailed(logger, e, deliveries.Count);
            await StoreAsync(deliveries, position, ct);
            foreach (var delivery in deliveries)
            {
                await AgainAsync(delivery, ct);
            }
        }
    }

    /// <summary>Applies a stored delivery event by event; what fails is parked with its error, its neighbours pass.</summary>
    public async Task AgainAsync(PendingDelivery delivery, CancellationToken ct)
    {
        var results = new List<EventResult>();
        foreach (var received in delivery.Events.ToList())
        {
            var alone = new PendingDelivery(delivery.Inbox, delivery.Raw, delivery.Source, delivery.Reading) { Id = delivery.Id, Stored = true, Partial = true };
            alone.Events.Add(new Received(received.Inbox, received.Event, alone, received.Position));
            try
            {
                await TransactAsync([alone], null, ct);
                results.AddRange(alone.Results);
            }
            catch (Exception e) when (e is SituationMovedException || Database.IsConflict(e))
            {
                // No poison: others were first each time. The row stays as it is; the sweeper takes a pending one again.
                Log.StillMoving(logger, delivery.Id, received.Position);
                return;
            }
            catch (Exception e) when (e is not OperationCanceledException && !Database.IsUnavailable(e))
            {
                Log.Parked(logger, e, delivery.Id, received.Position);
                results.Add(new EventResult(delivery, received.Position, received.Inbox.Id, EnumNames.Of(received.Event.Kind), received.Event.ExternalId, EventOutcome.Parked, Explain(e)));
            }
        }

        var whole = new PendingDelivery(delivery.Inbox, delivery.Raw, delivery.Source, delivery.Reading) { Id = delivery.Id, Stored = true };
        whole.Results.AddRange(delivery.Results.Where(r => r.Outcome is EventOutcome.Parked or EventOutcome.Ignored && results.TrueForAll(n => n.Position != r.Position)));
        whole.Results.AddRange(results);
        await TransactAsync([whole], null, ct);
        Count(whole);
    }

    private void Count(PendingDelivery delivery) => metrics.Ended(
        delivery.Inbox.Channel.Descriptor.Id, delivery.Inbox.Workspace, EnumNames.Of(LedgerRows.Outcome(delivery).State), clock.GetUtcNow() - delivery.ReceivedAt);

    private async Task StoreAsync(IReadOnlyList<PendingDelivery> deliveries, ListenerPosition? position, CancellationToken ct)
    {
        await using var session = await store.BeginAsync(ct);
        await session.StoreAsync(deliveries, position, clock.GetUtcNow(), ct);
        await session.CommitAsync(ct);
    }

    private async Task TransactAsync(IReadOnlyList<PendingDelivery> deliveries, ListenerPosition? position, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await OnceAsync(deliveries, position, ct);
                return;
            }
            catch (Exception e) when (attempt < MostTries && (e is SituationMovedException || Database.IsConflict(e)))
            {
                // Another node was first; read again what it wrote.
                Log.Again(logger, attempt, e.Message);
            }
        }
    }

    private async Task OnceAsync(IReadOnlyList<PendingDelivery> deliveries, ListenerPosition? position, CancellationToken ct)
    {
        foreach (var delivery in deliveries.Where(d => d.Events.Count > 0))
        {
            delivery.Results.RemoveAll(r => delivery.Events.Exists(e => e.Position == r.Position));
        }

        List<Received> events = [.. deliveries.SelectMany(d => d.Events)];
        await using var session = await store.BeginAsync(ct);
        var now = new Situation(clock.GetUtcNow());
        var decided = new Decisions(now);
        if (events.Count > 0)
        {
            now = await WithPeopleAsync(session, events, ct);
            await session.LoadAsync(now, events, ct);
            decided = new Decisions(now);
            decided.Jobs.AddRange(now.ToWeigh.Select(w => PersonJob.Weigh(w.Workspace, w.Customer, now.Instant)));
            foreach (var received in events)
            {
                if (received.IsContent) { ReceiveMessage.Decide(now, received, decided); }
                else { ReceiveChange.Decide(now, received, decided); }
            }
        }

        await session.SaveAsync(now, decided, deliveries, position, ct);
        signal.Raise(await session.CommitAsync(ct));
        if (decided.Jobs.Count > 0) { bells.Ring(decided.Jobs.Select(j => j.Kind)); }
    }

    private async Task<Situation> WithPeopleAsync(SpineSession session, List<Received> events, CancellationToken ct)
    {
        for (var attempt = 1; attempt <= MostTries; attempt++)
        {
            var now = new Situation(clock.GetUtcNow());
            var people = new People(now);
            await session.LoadPeopleAsync(now, people, events, ct);
            if (people.HoldersToKnow(events) is { Count: > 0 } holders) { await session.LoadHoldersAsync(people, holders, ct); }
            people.Resolve(events);
            if (await session.SavePeopleAsync(people, ct)) { return now; }
        }

        throw new SituationMovedException();
    }

    /// <summary>Gives each event to the inbox of its account: looked up only in the workspace whose secret verified the body.</summary>
    private async Task RouteAsync(IReadOnlyList<PendingDelivery> deliveries, CancellationToken ct)
    {
        foreach (var delivery in deliveries)
        {
            await RouteAsync(delivery, inboxes, ct);
        }
    }

    public static async Task RouteAsync(PendingDelivery delivery, IInboxDirectory inboxes, CancellationToken ct)
    {
        var inbox = delivery.Inbox;
        switch (delivery.Reading)
        {
            case Reading.Unreadable unreadable:
                delivery.Results.Add(new EventResult(delivery, 0, inbox.Id, "unreadable", null, EventOutcome.Parked, unreadable.Reason));
                break;
            case Reading.Ignored ignored:
                delivery.Results.Add(new EventResult(delivery, 0, inbox.Id, "envelope", null, EventOutcome.Ignored, ignored.Reason));
                await RouteAsync(delivery, ignored.IdentityChanges, 1, inboxes, ct);
                break;
            case Reading.Events read:
                for (var i = 0; i < read.Items.Count; i++)
                {
                    var e = read.Items[i];
                    var target = e.Account is { } account && account != inbox.Settings.Account
                        ? await inboxes.FindByAccountAsync(inbox.Workspace, inbox.Channel.Descriptor.Id, account, ct)
                        : inbox;
                    if (target is { Enabled: true }) { delivery.Events.Add(new Received(target, TextRules.Clean(e), delivery, i)); }
                    else { delivery.Results.Add(new EventResult(delivery, i, inbox.Id, EnumNames.Of(e.Kind), e.ExternalId, EventOutcome.Ignored, target is null ? $"no inbox for account {e.Account}" : "the inbox is switched off")); }
                }

                delivery.Results.AddRange(read.Skipped.Select((reason, i) => new EventResult(delivery, read.Items.Count + i, inbox.Id, "item", null, EventOutcome.Ignored, reason)));
                await RouteAsync(delivery, read.IdentityChanges, read.Items.Count + read.Skipped.Count, inboxes, ct);
                break;
        }
    }

    /// <summary>A new id of a person is an event like any other: applied once, in the ledger.</summary>
    private static async Task RouteAsync(PendingDelivery delivery, IReadOnlyList<IdentityChange> changes, int from, IInboxDirectory inboxes, CancellationToken ct)
    {
        foreach (var (i, change) in changes.Index())
        {
            var target = change.Account is { } account && account != delivery.Inbox.Settings.Account
                ? await inboxes.FindByAccountAsync(delivery.Inbox.Workspace, delivery.Inbox.Channel.Descriptor.Id, account, ct)
                : delivery.Inbox;
            if (target is not { Enabled: true }) { continue; }
            var e = new InboundEvent(InboundKind.IdentityChange) { Account = change.Account, ExternalId = change.NewId, Sender = new Sender(change.NewId) { OtherIds = [change.OldId] } };
            delivery.Events.Add(new Received(target, e, delivery, from + i));
        }
    }

    /// <summary>Typing goes to the screens, not to the conversation.</summary>
    private void Signal(PendingDelivery delivery)
    {
        var signals = delivery.Reading switch { Reading.Events read => read.Signals, Reading.Ignored ignored => ignored.Signals, _ => [] };
        foreach (var typing in signals)
        {
            live.CustomerTyping(delivery.Inbox.Workspace, delivery.Inbox.Id.Value, typing.ThreadId, typing.Kind == SignalKind.Typing);
        }
    }

    private static string Explain(Exception e) => $"{e.GetType().Name}: {(e.Message.Length > 300 ? e.Message[..300] : e.Message)}";

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "A batch of {Count} deliveries could not be applied together; each is applied alone")]
        public static partial void BatchFailed(ILogger logger, Exception e, int count);

        [LoggerMessage(Level = LogLevel.Error, Message = "Event {Position} of delivery {Delivery} was parked")]
        public static partial void Parked(ILogger logger, Exception e, Id<Delivery> delivery, int position);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Event {Position} of delivery {Delivery} met other writers each time; it is tried again later")]
        public static partial void StillMoving(ILogger logger, Id<Delivery> delivery, int position);

        [LoggerMessage(Level = LogLevel.Debug, Message = "Another writer was first (try {Attempt}): {Reason}")]
        public static partial void Again(ILogger logger, int attempt, string reason);
    }
}
