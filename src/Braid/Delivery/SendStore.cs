using Braid.Conversations;
using Braid.Inboxes;
using Braid.Platform.Data;
using Braid.Platform.Leases;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Braid.Delivery;

/// <summary>The outbox as the lanes see it: what may go now, and the attempt that is committed before its call.</summary>
internal sealed class SendStore(BraidDb db, TimeProvider clock)
{
    /// <summary>So long a thread's next message waits for one that is perhaps sent (DESIGN §9.13).</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Inboxes with something to send now, or with attempts that may have died.</summary>
    public async Task<IReadOnlyList<Id<Inbox>>> BusyInboxesAsync(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        return await db.Set<Send>().Where(s => (s.State == SendState.Queued && s.DueAt <= now) || s.State == SendState.Calling)
            .Select(s => s.InboxId).Distinct().ToListAsync(ct);
    }

    /// <summary>The first of each thread, if its time has come: whatever is before it in the thread must be settled or given up on.</summary>
    public async Task<IReadOnlyList<Send>> DueAsync(ConnectedInbox inbox, int most, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var patience = now - Patience;
        var (sends, messages) = (db.Set<Send>(), db.Set<Message>());
        return await sends.AsNoTracking()
            .Where(s => s.WorkspaceId == inbox.Workspace && s.InboxId == inbox.Id && s.State == SendState.Queued && s.DueAt <= now)
            .Where(s => !sends.Any(e => e.WorkspaceId == s.WorkspaceId && e.ThreadId == s.ThreadId && e.Seq < s.Seq
                && (e.State != SendState.Unconfirmed
                    || (e.AttemptedAt > patience && messages.Any(m => m.Id == e.MessageId && m.Status == SendStatus.Unconfirmed)))))
            .OrderBy(s => s.DueAt).ThenBy(s => s.Seq).Take(most).ToListAsync(ct);
    }

    /// <summary>
    /// Commits the attempts. Refuses them all when the lease is no longer ours, and each that somebody cancelled or took meanwhile.
    /// </summary>
    public async Task<IReadOnlyList<Attempt>> BeginAsync(IReadOnlyList<Send> due, HeldLease lease, CancellationToken ct)
    {
        var begun = new List<Attempt>();
        await db.InTransactionAsync(async inner =>
        {
            if (!await LeaseStore.HoldsAsync(db.Database.GetDbConnection(), db.Database.CurrentTransaction!.GetDbTransaction(), db.Engine, lease.Name, lease.Fence, inner))
            {
                return;
            }

            var now = clock.GetUtcNow();
            foreach (var send in due)
            {
                var number = send.Attempt + 1;
                var mine = await db.Set<Send>().Where(s => s.MessageId == send.MessageId && s.State == SendState.Queued && s.Attempt == send.Attempt)
                    .ExecuteUpdateAsync(set => set.SetProperty(s => s.State, SendState.Calling).SetProperty(s => s.Attempt, number)
                        .SetProperty(s => s.Fence, lease.Fence).SetProperty(s => s.AttemptedAt, now), inner);
                if (mine == 1)
                {
                    await db.Set<Message>().Where(m => m.Id == send.MessageId && m.Status == SendStatus.Queued)
                        .ExecuteUpdateAsync(set => set.SetProperty(m => m.Status, SendStatus.Sending).SetProperty(m => m.StatusAt, now), inner);
                    begun.Add(new(send.MessageId, send.WorkspaceId, send.ThreadId, number, lease.Fence, send.PartsSent, send.CreatedAt));
                }
            }
        }, ct);
        return begun;
    }

    /// <summary>Attempts of a lane that is no more: nobody will hear how their calls ended.</summary>
    public async Task<IReadOnlyList<Attempt>> AbandonedAsync(ConnectedInbox inbox, HeldLease lease, CancellationToken ct) =>
        await db.Set<Send>().AsNoTracking()
            .Where(s => s.WorkspaceId == inbox.Workspace && s.InboxId == inbox.Id && s.State == SendState.Calling && s.Fence != lease.Fence)
            .Select(s => new Attempt(s.MessageId, s.WorkspaceId, s.ThreadId, s.Attempt, s.Fence, s.PartsSent, s.CreatedAt)).ToListAsync(ct);

    /// <summary>What a removed inbox still had to say can't be said any more. (One whose settings can't be read keeps its queue.)</summary>
    public Task FailRemovedAsync(Id<Inbox> id, CancellationToken ct) => db.InTransactionAsync(async inner =>
    {
        if (!await db.Set<Inbox>().AnyAsync(i => i.Id == id && i.DeletedAt != null, inner))
        {
            return;
        }

        var now = clock.GetUtcNow();
        var waiting = await (from s in db.Set<Send>() where s.InboxId == id
            join m in db.Set<Message>() on s.MessageId equals m.Id
            join c in db.Set<Conversation>() on m.ConversationId equals c.Id
            select new { Message = m, Conversation = c }).AsNoTracking().Take(500).ToListAsync(inner);
        foreach (var row in waiting)
        {
            await db.Set<Send>().Where(s => s.MessageId == row.Message.Id).ExecuteDeleteAsync(inner);
            await db.Set<Message>().Where(m => m.Id == row.Message.Id && (m.Status == SendStatus.Queued || m.Status == SendStatus.Sending))
                .ExecuteUpdateAsync(set => set.SetProperty(m => m.Status, SendStatus.Failed).SetProperty(m => m.StatusAt, now)
                    .SetProperty(m => m.StatusReason, "The inbox was removed. Answer on another channel.").SetProperty(m => m.Failure, Channels.FailureKind.Other), inner);
            db.Events.Add(MessageEvents.Of(row.Message, row.Conversation, "status", SendStatus.Failed));
        }
    }, ct);

    /// <summary>Receipts settled these meanwhile; their rows have done their work.</summary>
    public Task ForgetSettledAsync(ConnectedInbox inbox, CancellationToken ct) => db.InTransactionAsync(inner =>
        db.Set<Send>().Where(s => s.WorkspaceId == inbox.Workspace && s.InboxId == inbox.Id && s.State == SendState.Unconfirmed
            && !db.Set<Message>().Any(m => m.Id == s.MessageId && m.Status == SendStatus.Unconfirmed)).ExecuteDeleteAsync(inner), ct);
}
