using System.Globalization;
using Braid.Channels.LiveChat;
using Braid.Conversations;
using Braid.Inboxes;
using Braid.Platform.Data;
using Microsoft.EntityFrameworkCore;

namespace Braid.Realtime.LiveChat;

/// <summary>
/// What a visitor may read: what was said on their own threads of this inbox. The conversation around it (notes, other channels) is not
/// theirs. Ours show once they are sent, so what an agent takes back in time was never seen. Pages follow the order in the database.
/// </summary>
internal sealed class VisitorThread(BraidDb db, SaidViews views)
{
    public const int Shown = 30;
    public const int Most = 100;

    public async Task<SaidPage> PageAsync(ConnectedInbox inbox, LiveChatVisitor visitor, string? before, string? after, CancellationToken ct)
    {
        if (await MessagesAsync(inbox, visitor, ct) is not { } all)
        {
            return new([], false);
        }

        if (after is not null && await SeqAsync(all, after, ct) is { } from)
        {
            var newer = await all.Where(m => m.Seq > from).OrderBy(m => m.Seq).Take(Most + 1).ToListAsync(ct);
            var some = newer.Count > Most ? newer[..Most] : newer;
            return new(await views.PageAsync(some, toTheEnd: newer.Count <= Most, ct), newer.Count > Most);
        }

        var until = before is null ? null : await SeqAsync(all, before, ct);
        var older = await all.Where(m => until == null || m.Seq < until).OrderByDescending(m => m.Seq).Take(Shown + 1).ToListAsync(ct);
        var page = older.Take(Shown).Reverse().ToList();
        return new(await views.PageAsync(page, toTheEnd: until is null, ct), older.Count > Shown);
    }

    /// <summary>Ours after the last one that was on the visitor's screen.</summary>
    public async Task<int> UnreadAsync(ConnectedInbox inbox, LiveChatVisitor visitor, CancellationToken ct)
    {
        if (await MessagesAsync(inbox, visitor, ct) is not { } all)
        {
            return 0;
        }

        var ours = all.Where(m => m.Direction == Direction.Out && m.DeletedAt == null);
        var seen = await ours.Where(m => m.Status == SendStatus.Read).MaxAsync(m => (long?)m.Seq, ct) ?? 0;
        return await ours.CountAsync(m => m.Seq > seen, ct);
    }

    /// <summary>Ours up to this one that the visitor has not seen before; empty when it is not theirs.</summary>
    public async Task<IReadOnlyList<Id<Message>>> UnseenUpToAsync(ConnectedInbox inbox, LiveChatVisitor visitor, Id<Message> last, CancellationToken ct)
    {
        if (await MessagesAsync(inbox, visitor, ct) is not { } all
            || await all.Where(m => m.Id == last && m.Direction == Direction.Out).Select(m => (long?)m.Seq).FirstOrDefaultAsync(ct) is not { } seq)
        {
            return [];
        }

        return await all.Where(m => m.Direction == Direction.Out && m.Status != SendStatus.Read && m.Seq <= seq)
            .OrderByDescending(m => m.Seq).Take(Most).Select(m => m.Id).ToListAsync(ct);
    }

    /// <summary>Null when the visitor has said nothing yet.</summary>
    private async Task<IQueryable<Message>?> MessagesAsync(ConnectedInbox inbox, LiveChatVisitor visitor, CancellationToken ct)
    {
        var names = visitor.ReadableThreads;
        var threads = await db.Set<ChannelThread>().Where(t => t.WorkspaceId == inbox.Workspace && t.InboxId == inbox.Id && names.Contains(t.ExternalId))
            .Select(t => t.Id).ToListAsync(ct);
        if (threads.Count == 0)
        {
            return null;
        }

        // Messages are found by their conversations: that is how they are indexed.
        var conversations = await db.Set<Strand>().Where(s => s.WorkspaceId == inbox.Workspace && threads.Contains(s.ThreadId)).Select(s => s.ConversationId).Distinct().ToListAsync(ct);
        var mine = threads.ConvertAll(t => (Id<ChannelThread>?)t);
        return db.Set<Message>().AsNoTracking().ForVisitors()
            .Where(m => m.WorkspaceId == inbox.Workspace && conversations.Contains(m.ConversationId) && mine.Contains(m.ThreadId));
    }

    /// <summary>The visitor's messages are named by their client ids, ours by their own.</summary>
    private static async Task<long?> SeqAsync(IQueryable<Message> all, string id, CancellationToken ct)
    {
        var ours = Guid.TryParse(id, CultureInfo.InvariantCulture, out var guid) ? new Id<Message>(guid) : default;
        return await all.Where(m => (m.Direction == Direction.In && m.ExternalId == id) || (m.Direction == Direction.Out && m.Id == ours)).MaxAsync(m => (long?)m.Seq, ct);
    }
}

internal static class VisitorMessages
{
    /// <summary>The wall between what is said to visitors and what stays inside. Every query for visitors goes through here.</summary>
    public static IQueryable<Message> ForVisitors(this IQueryable<Message> messages) => messages.Where(m =>
        m.ThreadId != null && m.Kind != MessageKind.Note
        && (m.Direction == Direction.In || m.Status == SendStatus.Sent || m.Status == SendStatus.Delivered || m.Status == SendStatus.Read));
}
