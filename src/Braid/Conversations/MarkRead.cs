using Braid.Accounts;
using Braid.Platform.Data;
using Microsoft.EntityFrameworkCore;

namespace Braid.Conversations;

/// <summary>
/// Read and unread, for the whole team. Counters are shared with the ingest, so they change by expression within the database and never
/// by a value that was read before.
/// </summary>
internal sealed class MarkRead(BraidDb db, ConversationAccess access)
{
    public Task ReadAsync(Id<Conversation> id, Actor by, CancellationToken ct) => ChangeAsync(id, by, c => c
        .Where(x => x.UnreadCount > 0 || x.ReadUpTo != x.LastMessageId)
        .ExecuteUpdateAsync(set => set.SetProperty(x => x.UnreadCount, 0).SetProperty(x => x.ReadUpTo, x => x.LastMessageId), ct), ct);

    /// <summary>The line "new since" goes above the customer's last message.</summary>
    public async Task UnreadAsync(Id<Conversation> id, Actor by, CancellationToken ct)
    {
        await access.RequireAsync(id, by, Permission.ReadConversations, ct);
        var messages = db.Set<Message>().Where(m => m.WorkspaceId == by.Workspace && m.ConversationId == id).OrderByDescending(m => m.SentAt).ThenByDescending(m => m.Seq);
        var last = await messages.Where(m => m.Direction == Direction.In).Select(m => new { m.SentAt, m.Seq }).FirstOrDefaultAsync(ct);
        var before = last is null ? null : await messages.Where(m => m.SentAt < last.SentAt || (m.SentAt == last.SentAt && m.Seq < last.Seq)).Select(m => (Id<Message>?)m.Id).FirstOrDefaultAsync(ct);
        await ChangeAsync(id, by, c => c.Where(x => x.UnreadCount == 0)
            .ExecuteUpdateAsync(set => set.SetProperty(x => x.UnreadCount, 1).SetProperty(x => x.ReadUpTo, before), ct), ct);
    }

    private async Task ChangeAsync(Id<Conversation> id, Actor by, Func<IQueryable<Conversation>, Task<int>> change, CancellationToken ct)
    {
        var conversation = await access.RequireAsync(id, by, Permission.ReadConversations, ct);
        await db.InTransactionAsync(async _ =>
        {
            if (await change(db.Set<Conversation>().Where(c => c.WorkspaceId == by.Workspace && c.Id == id)) > 0)
            {
                db.Events.Add(new ConversationChanged(conversation, "read"));
            }
        }, ct);
    }
}
