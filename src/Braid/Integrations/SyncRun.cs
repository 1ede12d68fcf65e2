using Braid.Conversations;
using Braid.Customers;
using Braid.Platform.Data;
using Braid.Platform.Events;
using Braid.Platform.Jobs;
using Braid.Tickets;
using Microsoft.EntityFrameworkCore;

namespace Braid.Integrations;

/// <summary>
/// One integration's turn: what happened here since the last one is read from the numbered events, what happened there is asked for, and both are
/// worked off record by record. One at a time over all nodes; whatever stops it, the next turn goes on where this one stood.
/// </summary>
internal sealed class SyncRun(BraidDb db, SyncScopes scopes, SyncQueue queue, SyncRecord sync, SyncHealth health, WriteNotes notes, JobQueue jobs, TimeProvider clock) : IJobHandler
{
    public const string KindName = "sync";
    private const int Step = 50;
    private const int EventStep = 500;
    private const int MostSteps = 40;
    private const int MostFailures = 8;
    public static readonly TimeSpan PollEvery = TimeSpan.FromMinutes(2);
    /// <summary>Webhooks get lost: with them it is only looked less often.</summary>
    public static readonly TimeSpan PollWithHooks = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Overlap = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Turn = TimeSpan.FromMinutes(3);

    public sealed record Payload(Id<Integration> IntegrationId);

    public string Kind => KindName;
    public int Parallel => 4;

    public static NewJob Of(Integration row, DateTimeOffset? at = null) => NewJob.Of(row.WorkspaceId, KindName, new Payload(row.Id)) with { UniqueKey = row.Id.ToString(), RunAt = at };

    public async Task RunAsync(JobRun run, CancellationToken ct)
    {
        var id = run.Read<Payload>().IntegrationId;
        if (!await TakeTurnAsync(run.Workspace, id, run.Id.Value, ct)) { await AgainAsync(run.Workspace, id, TimeSpan.FromSeconds(3), ct); return; }
        TimeSpan? again = null;
        try
        {
            again = await WorkAsync(run.Workspace, id, run.Id.Value, ct);
        }
        finally
        {
            db.ChangeTracker.Clear();
            var mine = run.Id.Value;
            await db.Set<Integration>().Where(i => i.WorkspaceId == run.Workspace && i.Id == id && i.TurnOf == mine).ExecuteUpdateAsync(set => set.SetProperty(i => i.TurnOf, (Guid?)null).SetProperty(i => i.TurnUntil, (DateTimeOffset?)null), CancellationToken.None);
        }

        if (again is { } pause) { await AgainAsync(run.Workspace, id, pause, ct); }
    }

    /// <summary>Under a key of its own: what is to be done later must not keep away what is to be done now.</summary>
    private Task AgainAsync(Id<Workspace> workspace, Id<Integration> id, TimeSpan pause, CancellationToken ct) =>
        jobs.EnqueueAsync(NewJob.Of(workspace, KindName, new Payload(id)) with { UniqueKey = id + ":later", RunAt = clock.GetUtcNow() + pause }, ct);

    private async Task<bool> TakeTurnAsync(Id<Workspace> workspace, Id<Integration> id, Guid mine, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var until = now + Turn;
        return await db.Set<Integration>().Where(i => i.WorkspaceId == workspace && i.Id == id && (i.TurnOf == null || i.TurnOf == mine || i.TurnUntil < now))
            .ExecuteUpdateAsync(set => set.SetProperty(i => i.TurnOf, mine).SetProperty(i => i.TurnUntil, until), ct) == 1;
    }

    /// <returns>When to come back; null: when something happens.</returns>
    private async Task<TimeSpan?> WorkAsync(Id<Workspace> workspace, Id<Integration> id, Guid turn, CancellationToken ct)
    {
        SyncScope? scope = null;
        try
        {
            for (var step = 0; step < MostSteps; step++)
            {
                db.ChangeTracker.Clear();
                scope = await scopes.OpenAsync(workspace, id, ct);
                if (scope is null) { return null; }
                if (scope.Row.WaitUntil is { } wait && wait > clock.GetUtcNow()) { return wait - clock.GetUtcNow(); }
                var trying = scope.Row.FirstSync.State == FirstSyncState.Trying;
                if (scope.Row.State is IntegrationState.Paused or IntegrationState.Broken || (scope.Row.State == IntegrationState.Draft && !trying)) { return null; }
                if (!await TakeTurnAsync(workspace, id, turn, ct)) { return TimeSpan.FromSeconds(3); }
                if (trying) { if (!await FirstAsync(scope, trial: true, ct)) { return null; } continue; }
                var more = await FollowAsync(scope, ct);
                more |= await WorkOffAsync(scope, ct);
                more |= await PollAsync(scope, ct);
                // The first look gives way to what happens now.
                if (!more && scope.Row.FirstSync.State == FirstSyncState.Running) { more = await FirstAsync(scope, trial: false, ct); }
                if (more) { continue; }
                await health.WellAsync(scope, ct);
                return await NextDueAsync(scope, ct);
            }

            return TimeSpan.Zero;
        }
        catch (PaceException e)
        {
            return e.After;
        }
        catch (ConnectorException e) when (scope is not null)
        {
            return await health.StumbleAsync(scope, e, ct);
        }
    }

    /// <summary>What happened here becomes work, and is not read again.</summary>
    private async Task<bool> FollowAsync(SyncScope scope, CancellationToken ct)
    {
        var (workspace, row) = (scope.Workspace, scope.Row);
        var events = await db.Set<StoredEvent>().AsNoTracking().Where(e => e.WorkspaceId == workspace && e.Number > row.EventsRead).OrderBy(e => e.Number).Take(EventStep)
            .Select(e => new { e.Number, e.Kind, e.CustomerId, e.ConversationId, e.RestrictedTo, e.Data }).ToListAsync(ct);
        if (events.Count == 0) { return false; }
        var asked = events.Where(e => e.CustomerId is not null && e.Kind is "customer.created" or "customer.changed" or "customer.merged" or "customer.unmerged" or "conversation.opened")
            .Select(e => (SyncKind.Push, new Id<Customer>(e.CustomerId!.Value).ToString(), (string?)null)).ToList();
        if (row.Notes != NoteKind.None && scope.Connector.Descriptor.Notes)
        {
            // What only members of an inbox may see does not leave.
            asked.AddRange(events.Where(e => e is { Kind: "conversation.resolved", ConversationId: not null, RestrictedTo: null }).Select(e => (SyncKind.Note, new Id<Conversation>(e.ConversationId!.Value).ToString(), (string?)null)));
            asked.AddRange(events.Where(e => e.RestrictedTo is null && e.Kind.StartsWith("ticket.", StringComparison.Ordinal)).Select(e => TicketChanged.TicketIn(e.Data)).OfType<Id<Ticket>>().Distinct().Select(t => (SyncKind.Ticket, t.ToString(), (string?)null)));
        }

        await db.InTransactionAsync(async inner =>
        {
            await queue.AskAsync(workspace, row.Id, asked, inner);
            var (id, last) = (row.Id, events[^1].Number);
            await db.Set<Integration>().Where(i => i.WorkspaceId == workspace && i.Id == id).ExecuteUpdateAsync(set => set.SetProperty(i => i.EventsRead, last), inner);
        }, ct);
        return events.Count == EventStep;
    }

    private async Task<bool> WorkOffAsync(SyncScope scope, CancellationToken ct)
    {
        var (workspace, id, now) = (scope.Workspace, scope.Id, clock.GetUtcNow());
        var due = await db.Set<SyncWork>().AsNoTracking().Where(w => w.WorkspaceId == workspace && w.IntegrationId == id && w.State == SyncState.Waiting && w.DueAt <= now).OrderBy(w => w.DueAt).ThenBy(w => w.Kind).ThenBy(w => w.Key).Take(Step).ToListAsync(ct);
        foreach (var work in due) { await OneAsync(scope, work, ct); }
        return due.Count == Step;
    }

    private async Task OneAsync(SyncScope scope, SyncWork work, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await DoAsync(scope, work, ct);
                await queue.DoneAsync(work, ct);
                return;
            }
            catch (ConnectorException e) when (e is { Fate: ConnectorFate.Field, Field: not null } && attempt <= 20 && scope.Live.Any(r => r.TheirNames.Contains(e.Field)))
            {
                await health.LeaveOutAsync(scope, e.Field!, e.Message, ct);
            }
            catch (ConnectorException e) when (e.Fate == ConnectorFate.Gone)
            {
                await queue.DoneAsync(work, ct);
                return;
            }
            catch (ConnectorException e) when (e.Fate is ConnectorFate.Record or ConnectorFate.Exists or ConnectorFate.Field || (e.Fate == ConnectorFate.Retry && work.Failures + 1 >= MostFailures))
            {
                await queue.FailAsync(work, SyncState.Dead, e.Message, e.RequestId, null, ct);
                return;
            }
            catch (ConnectorException e) when (e.Fate == ConnectorFate.Retry)
            {
                await queue.LaterAsync(work, e, ct);
                return;
            }
            catch (DoubtfulException e)
            {
                await queue.FailAsync(work, SyncState.Doubtful, e.Message, null, e.Candidates, ct);
                return;
            }
            catch (Exception e) when (Database.IsConflict(e) && attempt < 4)
            {
                db.ChangeTracker.Clear(); // Somebody changed the same rows at this moment.
            }
        }
    }

    private async Task DoAsync(SyncScope scope, SyncWork work, CancellationToken ct)
    {
        switch (work.Kind)
        {
            case SyncKind.Pull:
                if (await scope.Connector.ReadAsync(scope.Session, work.Key, scope.Fields, ct) is not { } record) { await sync.GoneAsync(scope, work.Key, ct); }
                else if (Guid.TryParse(work.Other, out var owner)) { await sync.PullAsync(scope, record, new Id<Customer>(owner), ct); }
                else { await sync.PullAsync(scope, record, trial: false, ct); }
                break;
            case SyncKind.Push: await sync.PushAsync(scope, new(Guid.Parse(work.Key)), ct); break;
            case SyncKind.Deleted or SyncKind.Erased: await sync.GoneAsync(scope, work.Key, ct); break;
            case SyncKind.Merged: await sync.MergedAsync(scope, work.Key, work.Other ?? "", ct); break;
            case SyncKind.Ticket: await notes.TicketAsync(scope, new(Guid.Parse(work.Key)), ct); break;
            case SyncKind.Note: await notes.RunAsync(scope, new(Guid.Parse(work.Key)), ct); break;
            case SyncKind.Erase: await scope.Connector.EraseAsync(scope.Session, work.Key, ct); break;
        }
    }

    /// <returns>True: there is more at once.</returns>
    private async Task<bool> PollAsync(SyncScope scope, CancellationToken ct)
    {
        var (row, now) = (scope.Row, clock.GetUtcNow());
        var every = scope.Connector.Descriptor.Hooks ? PollWithHooks : PollEvery;
        if (row.PollBegan is null && row.PolledAt is { } last && now - last < every) { return false; }
        var began = row.PollBegan ?? now;
        var since = (row.PolledUntil ?? began) - Overlap;
        var page = await ReadPageAsync(scope, new(row.PollCursor, since, scope.Fields), ct);
        await ApplyAsync(scope, page, ct);
        var (workspace, id, next) = (scope.Workspace, scope.Id, page.Next);
        var it = db.Set<Integration>().Where(i => i.WorkspaceId == workspace && i.Id == id);
        if (next is not null)
        {
            await it.ExecuteUpdateAsync(set => set.SetProperty(i => i.PollCursor, next).SetProperty(i => i.PollBegan, began), ct);
            return true;
        }

        await it.ExecuteUpdateAsync(set => set.SetProperty(i => i.PollCursor, (string?)null).SetProperty(i => i.PollBegan, (DateTimeOffset?)null).SetProperty(i => i.PolledUntil, began).SetProperty(i => i.PolledAt, now), ct);
        return false;
    }

    /// <summary>A page of the first look through everything; counted, and with a trial nothing else.</summary>
    /// <returns>True: there is more.</returns>
    private async Task<bool> FirstAsync(SyncScope scope, bool trial, CancellationToken ct)
    {
        var first = scope.Row.FirstSync;
        if (first.Cursor is null && first.Seen == 0) { first = first with { Of = await scope.Connector.CountAsync(scope.Session, ct) }; }
        var page = await ReadPageAsync(scope, new(first.Cursor, null, scope.Fields), ct);
        foreach (var record in page.Records)
        {
            first = first with { Seen = first.Seen + 1 };
            try
            {
                var outcome = await PullAsync(scope, record, trial, ct);
                first = outcome switch
                {
                    SyncRecord.Outcome.Made => first with { Made = first.Made + 1 },
                    SyncRecord.Outcome.Linked or SyncRecord.Outcome.InStep => first with { Linked = first.Linked + 1 },
                    _ => first,
                };
            }
            catch (DoubtfulException e)
            {
                first = first with { Doubtful = first.Doubtful + 1 };
                if (!trial) { await queue.PutAsideAsync(scope, record.Id, SyncState.Doubtful, e.Message, null, e.Candidates, ct); }
            }
            catch (ConnectorException e) when (e.Fate is ConnectorFate.Record or ConnectorFate.Retry or ConnectorFate.Exists or ConnectorFate.Gone)
            {
                first = first with { Failed = first.Failed + 1 };
                if (!trial) { await queue.PutAsideAsync(scope, record.Id, e.Fate == ConnectorFate.Retry ? SyncState.Waiting : SyncState.Dead, e.Message, e.RequestId, null, ct); }
            }
        }

        first = first with { Cursor = page.Next, State = page.Next is not null ? first.State : trial ? FirstSyncState.Tried : FirstSyncState.Done };
        var (workspace, id) = (scope.Workspace, scope.Id);
        db.ChangeTracker.Clear();
        await db.InTransactionAsync(async inner =>
        {
            var row = await db.Set<Integration>().FirstAsync(i => i.WorkspaceId == workspace && i.Id == id, inner);
            // An admin may have begun anew or stopped it meanwhile.
            if (row.FirstSync.State is FirstSyncState.Trying or FirstSyncState.Running) { row.Set(first); }
            await db.SaveChangesAsync(inner);
        }, ct);
        return page.Next is not null;
    }

    private async Task ApplyAsync(SyncScope scope, RemotePage page, CancellationToken ct)
    {
        foreach (var hint in page.Hints.Where(h => h.Kind != HintKind.Changed)) { await OneAsync(scope, queue.Seen(scope, SyncQueue.KindOf(hint.Kind), hint.Id, hint.Into), ct); }
        foreach (var hint in page.Hints.Where(h => h.Kind == HintKind.Changed)) { await OneAsync(scope, queue.Seen(scope, SyncKind.Pull, hint.Id, null), ct); }
        foreach (var record in page.Records)
        {
            try
            {
                await PullAsync(scope, record, trial: false, ct);
            }
            catch (DoubtfulException e)
            {
                await queue.PutAsideAsync(scope, record.Id, SyncState.Doubtful, e.Message, null, e.Candidates, ct);
            }
            catch (ConnectorException e) when (e.Fate is ConnectorFate.Record or ConnectorFate.Retry or ConnectorFate.Exists or ConnectorFate.Gone)
            {
                await queue.PutAsideAsync(scope, record.Id, e.Fate == ConnectorFate.Retry ? SyncState.Waiting : SyncState.Dead, e.Message, e.RequestId, null, ct);
            }
        }
    }

    private async Task<SyncRecord.Outcome> PullAsync(SyncScope scope, RemoteRecord record, bool trial, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await sync.PullAsync(scope, record, trial, ct);
            }
            catch (ConnectorException e) when (e is { Fate: ConnectorFate.Field, Field: not null } && attempt <= 20)
            {
                await health.LeaveOutAsync(scope, e.Field!, e.Message, ct);
            }
            catch (Exception e) when (Database.IsConflict(e) && attempt < 4)
            {
                db.ChangeTracker.Clear(); // Somebody changed the same rows at this moment.
            }
        }
    }

    private async Task<RemotePage> ReadPageAsync(SyncScope scope, PageRequest request, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await scope.Connector.PageAsync(scope.Session, request with { Fields = scope.Fields }, ct);
            }
            catch (ConnectorException e) when (e is { Fate: ConnectorFate.Field, Field: not null } && attempt <= 20 && scope.Live.Any(r => r.TheirNames.Contains(e.Field)))
            {
                await health.LeaveOutAsync(scope, e.Field!, e.Message, ct);
            }
        }
    }

    /// <summary>When the next try is due; the clock looks for what changed over there.</summary>
    private async Task<TimeSpan?> NextDueAsync(SyncScope scope, CancellationToken ct)
    {
        var (workspace, id, now) = (scope.Workspace, scope.Id, clock.GetUtcNow());
        var next = await db.Set<SyncWork>().Where(w => w.WorkspaceId == workspace && w.IntegrationId == id && w.State == SyncState.Waiting).OrderBy(w => w.DueAt).Select(w => (DateTimeOffset?)w.DueAt).FirstOrDefaultAsync(ct);
        return next is { } at ? TimeSpan.FromMilliseconds(Math.Max(0, (at - now).TotalMilliseconds)) : null;
    }
}
