using Braid.Accounts;
using Braid.Conversations;
using Braid.Platform.Data;
using Braid.Platform.Http;
using Microsoft.EntityFrameworkCore;

namespace Braid.Delivery;

/// <summary>Sends a failed message again, as it is. Whether the window is open is asked when it goes.</summary>
internal sealed class RetryMessage(BraidDb db, ConversationAccess access, Requeue requeue)
{
    public async Task<Message> RunAsync(Id<Message> id, Actor by, CancellationToken ct)
    {
        await access.RequireMessageAsync(id, by, Permission.Reply, ct);
        await db.InTransactionAsync(async inner =>
        {
            var message = await requeue.LockAsync(id, by, inner);
            if (message.Status != SendStatus.Failed)
            {
                throw new RefusalException("not_failed", "Only a message that failed can be sent again.");
            }

            await requeue.RunAsync(message, inner);
        }, ct);
        return await access.RequireMessageAsync(id, by, Permission.Reply, ct);
    }
}

/// <summary>Puts a message back into the outbox.</summary>
internal sealed class Requeue(BraidDb db, OutboundBells bells, TimeProvider clock)
{
    public async Task<Message> LockAsync(Id<Message> id, Actor by, CancellationToken ct)
    {
        await db.LockAsync("messages", id.Value, ct);
        return await db.Set<Message>().FirstAsync(m => m.Id == id && m.WorkspaceId == by.Workspace, ct);
    }

    public async Task RunAsync(Message message, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var queued = await db.Set<Send>().Where(s => s.MessageId == message.Id && s.State == SendState.Unconfirmed)
            .ExecuteUpdateAsync(set => set.SetProperty(s => s.State, SendState.Queued).SetProperty(s => s.DueAt, now), ct);
        if (queued == 0)
        {
            await db.Set<Send>().Where(s => s.MessageId == message.Id).ExecuteDeleteAsync(ct);
            db.Add(new Send
            {
                MessageId = message.Id, WorkspaceId = message.WorkspaceId, InboxId = message.InboxId!.Value, ThreadId = message.ThreadId!.Value,
                Seq = message.Seq, DueAt = now, CreatedAt = now,
            });
        }

        (message.Status, message.StatusAt, message.StatusReason, message.Failure) = (SendStatus.Queued, now, null, null);
        await SayAsync(message, ct);
    }

    public async Task SayAsync(Message message, CancellationToken ct)
    {
        var conversation = await db.Set<Conversation>().AsNoTracking().FirstAsync(c => c.Id == message.ConversationId, ct);
        db.Events.Add(MessageEvents.Of(message, conversation, "status", message.Status));
        if (message.InboxId is { } inbox) { db.AfterCommit(() => bells.Ring(inbox)); }
    }
}
