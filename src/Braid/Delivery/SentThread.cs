using Braid.Channels;
using Braid.Conversations;
using Braid.Customers;
using Braid.Platform.Data;
using Microsoft.EntityFrameworkCore;

namespace Braid.Delivery;

/// <summary>
/// A thread that we opened gets the provider's name for it with the first message that left. If the customer's own message made that
/// thread meanwhile, ours joins it.
/// </summary>
internal sealed class SentThread(BraidDb db)
{
    public async Task NameAsync(Message message, SendResult.Sent sent, CancellationToken ct)
    {
        var thread = await db.Set<ChannelThread>().AsNoTracking().FirstAsync(t => t.Id == message.ThreadId, ct);
        if (!thread.ExternalId.StartsWith(OutboundMessages.Unnamed, StringComparison.Ordinal))
        {
            return;
        }

        var recipient = await db.Set<Identity>().Where(i => i.Id == thread.IdentityId).Select(i => i.ExternalId).FirstOrDefaultAsync(ct);
        // Where the provider says nothing else, a person's thread bears the person's id; a mail's, the id of its first mail.
        var name = sent.ThreadId ?? MessageExtras.Parse(message.Extras).MessageId?.Trim('<', '>') ?? recipient ?? sent.ExternalId;
        var twin = await db.Set<ChannelThread>().AsNoTracking()
            .Where(t => t.WorkspaceId == thread.WorkspaceId && t.InboxId == thread.InboxId && t.ExternalId == name).Select(t => (Id<ChannelThread>?)t.Id).FirstOrDefaultAsync(ct);
        if (twin is not { } other)
        {
            await db.Set<ChannelThread>().Where(t => t.Id == thread.Id).ExecuteUpdateAsync(set => set.SetProperty(t => t.ExternalId, name), ct);
            return;
        }

        await db.Set<Message>().Where(m => m.WorkspaceId == thread.WorkspaceId && m.ConversationId == thread.ConversationId && m.ThreadId == thread.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(m => m.ThreadId, other), ct);
        await db.Set<Send>().Where(s => s.WorkspaceId == thread.WorkspaceId && s.ThreadId == thread.Id).ExecuteUpdateAsync(set => set.SetProperty(s => s.ThreadId, other), ct);
        if (!await db.Set<Strand>().AnyAsync(s => s.WorkspaceId == thread.WorkspaceId && s.ConversationId == thread.ConversationId && s.ThreadId == other, ct))
        {
            db.Add(new Strand { WorkspaceId = thread.WorkspaceId, ConversationId = thread.ConversationId, ThreadId = other, InboxId = thread.InboxId, FirstAt = thread.CreatedAt, LastAt = thread.LastMessageAt });
        }

        await db.Set<Strand>().Where(s => s.WorkspaceId == thread.WorkspaceId && s.ThreadId == thread.Id).ExecuteDeleteAsync(ct);
        await db.Set<ChannelThread>().Where(t => t.Id == thread.Id).ExecuteDeleteAsync(ct);
        await db.SaveChangesAsync(ct);
    }
}
