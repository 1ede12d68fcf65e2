using Braid.Accounts;
using Braid.Conversations;
using Braid.Platform.Data;
using Braid.Platform.Http;
using Microsoft.EntityFrameworkCore;

namespace Braid.Delivery;

/// <summary>Takes back a message that has not left yet. It was never said, so nothing of it stays; its client id is free again.</summary>
internal sealed class CancelMessage(BraidDb db, ConversationAccess access, OutboundBells bells)
{
    public async Task RunAsync(Id<Message> id, Actor by, CancellationToken ct)
    {
        var message = await access.RequireMessageAsync(id, by, Permission.Reply, ct);
        await db.InTransactionAsync(async inner =>
        {
            var conversation = await db.Set<Conversation>().AsNoTracking().FirstAsync(c => c.Id == message.ConversationId && c.WorkspaceId == by.Workspace, inner);
            await db.LockAsync("customers", conversation.CustomerId.Value, inner);
            await db.LockAsync("conversations", conversation.Id.Value, inner);
            await db.LockAsync("messages", id.Value, inner);
            // The lane's claim and this delete meet at one row: one of the two finds it gone.
            if (await db.Set<Send>().Where(s => s.MessageId == id && s.WorkspaceId == by.Workspace && s.State == SendState.Queued && s.Attempt == 0).ExecuteDeleteAsync(inner) == 0)
            {
                throw new RefusalException("too_late", "The message is on its way already and can't be taken back.");
            }

            await db.Set<Attachment>().Where(a => a.WorkspaceId == by.Workspace && a.MessageId == id).ExecuteDeleteAsync(inner);
            await db.Set<Message>().Where(m => m.WorkspaceId == by.Workspace && m.Id == id).ExecuteDeleteAsync(inner);
            await RecountAsync(conversation, inner);
            db.Events.Add(MessageEvents.Of(message, conversation, "cancelled"));
            if (message.InboxId is { } inbox) { db.AfterCommit(() => bells.Ring(inbox)); }
        }, ct);
    }

    private async Task RecountAsync(Conversation conversation, CancellationToken ct)
    {
        var messages = db.Set<Message>().Where(m => m.WorkspaceId == conversation.WorkspaceId && m.ConversationId == conversation.Id);
        var last = await messages.OrderByDescending(m => m.SentAt).ThenByDescending(m => m.Seq).Select(m => new { m.Id, m.SentAt }).FirstOrDefaultAsync(ct);
        var answered = await messages.Where(m => m.Direction == Direction.Out && m.Kind != MessageKind.Note).MaxAsync(m => (long?)m.Seq, ct) ?? 0;
        var waiting = conversation.Status == ConversationStatus.Resolved ? null
            : await messages.Where(m => m.Direction == Direction.In && m.Seq > answered).OrderBy(m => m.Seq).Select(m => (DateTimeOffset?)m.SentAt).FirstOrDefaultAsync(ct);
        var row = db.Set<Conversation>().Where(c => c.Id == conversation.Id && c.WorkspaceId == conversation.WorkspaceId);
        await row.ExecuteUpdateAsync(set => set.SetProperty(c => c.MessageCount, c => c.MessageCount - 1).SetProperty(c => c.WaitingSince, waiting), ct);
        if (last is null)
        {
            await row.ExecuteUpdateAsync(set => set.SetProperty(c => c.LastMessageId, (Id<Message>?)null), ct);
        }
        else
        {
            await row.ExecuteUpdateAsync(set => set.SetProperty(c => c.LastMessageId, last.Id).SetProperty(c => c.LastMessageAt, last.SentAt), ct);
        }
    }
}
