using Braid.Conversations;
using Braid.Inboxes;
using Braid.Platform.Data;
using Microsoft.EntityFrameworkCore;

namespace Braid.Delivery;

/// <summary>
/// Some providers tell us of our own messages, sometimes before they answer the call that sent them. Then the echo was stored as a message
/// that was written elsewhere. Once the answer names the same id, the echo gives way: what came for it belongs to the message we sent.
/// </summary>
internal sealed class OwnEcho(BraidDb db, IDeliveryBodies ledger)
{
    /// <summary>Takes the locks that <see cref="AbsorbAsync"/> needs, in the house's order; none when there is no echo, as nearly always.</summary>
    public async Task LockAsync(Id<Message> ours, ConnectedInbox inbox, IReadOnlyList<string> keys, CancellationToken ct)
    {
        var conversations = await Echoes(ours, inbox, keys).Select(m => m.ConversationId).Distinct().ToListAsync(ct);
        foreach (var conversation in conversations.OrderBy(c => c))
        {
            await db.LockAsync("conversations", conversation.Value, ct);
        }
    }

    public async Task AbsorbAsync(Message ours, ConnectedInbox inbox, IReadOnlyList<string> keys, CancellationToken ct)
    {
        foreach (var echo in await Echoes(ours.Id, inbox, keys).AsNoTracking().OrderBy(m => m.Seq).ToListAsync(ct))
        {
            Learn(ours, echo);
            await MoveAsync(ours, echo, ct);
            await RemoveAsync(echo, ct);
        }
    }

    /// <summary>Written by nobody here and sent by nobody here: the provider said so.</summary>
    private IQueryable<Message> Echoes(Id<Message> ours, ConnectedInbox inbox, IReadOnlyList<string> keys) => db.Set<Message>()
        .Where(m => m.WorkspaceId == inbox.Workspace && m.InboxId == inbox.Id && keys.Contains(m.DedupeKey!) && m.Id != ours
            && m.Direction == Direction.Out && m.AuthorId == null && m.ClientId == null && m.DeliveryId != null);

    private static void Learn(Message ours, Message echo)
    {
        if (echo.Status is { } status) { ours.Status = StatusLadder.Raise(ours.Status ?? SendStatus.Queued, status); }
        ours.StatusAt = echo.StatusAt ?? ours.StatusAt;
        ours.DeletedAt ??= echo.DeletedAt;
        if (echo.EditedAt is { } edited) { (ours.Text, ours.EditedAt, ours.EditOrder) = (echo.Text, edited, echo.EditOrder); }
    }

    private async Task MoveAsync(Message ours, Message echo, CancellationToken ct)
    {
        var workspace = ours.WorkspaceId;
        await db.Set<Reaction>().Where(r => r.WorkspaceId == workspace && r.MessageId == echo.Id).ExecuteUpdateAsync(set => set.SetProperty(r => r.MessageId, ours.Id), ct);
        await db.Set<MessageVersion>().Where(v => v.WorkspaceId == workspace && v.MessageId == echo.Id).ExecuteUpdateAsync(set => set.SetProperty(v => v.MessageId, ours.Id), ct);
        await db.Set<Message>().Where(m => m.WorkspaceId == workspace && m.ConversationId == echo.ConversationId && m.ReplyToId == echo.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(m => m.ReplyToId, ours.Id), ct);
        await db.Set<Conversation>().Where(c => c.WorkspaceId == workspace && c.Id == echo.ConversationId && c.ReadUpTo == echo.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(c => c.ReadUpTo, ours.Id), ct);
        await ledger.MovedAsync(workspace, echo.DeliveryId!.Value, echo.Id.Value, ours.Id.Value, ct);
    }

    private async Task RemoveAsync(Message echo, CancellationToken ct)
    {
        await db.Set<Attachment>().Where(a => a.WorkspaceId == echo.WorkspaceId && a.MessageId == echo.Id).ExecuteDeleteAsync(ct);
        await db.Set<Message>().Where(m => m.WorkspaceId == echo.WorkspaceId && m.Id == echo.Id).ExecuteDeleteAsync(ct);
        var conversations = db.Set<Conversation>().Where(c => c.WorkspaceId == echo.WorkspaceId && c.Id == echo.ConversationId);
        await conversations.ExecuteUpdateAsync(set => set.SetProperty(c => c.MessageCount, c => c.MessageCount - 1), ct);
        if (await db.Set<Message>().Where(m => m.WorkspaceId == echo.WorkspaceId && m.ConversationId == echo.ConversationId)
            .OrderByDescending(m => m.SentAt).ThenByDescending(m => m.Seq).Select(m => new { m.Id, m.SentAt }).FirstOrDefaultAsync(ct) is { } last)
        {
            await conversations.Where(c => c.LastMessageId == echo.Id)
                .ExecuteUpdateAsync(set => set.SetProperty(c => c.LastMessageId, last.Id).SetProperty(c => c.LastMessageAt, last.SentAt), ct);
        }

        db.Events.Add(MessageEvents.Of(echo, await conversations.AsNoTracking().FirstAsync(ct), "cancelled"));
    }
}
