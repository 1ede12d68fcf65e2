using System.Buffers.Binary;
using Braid.Accounts;
using Braid.Customers;
using Braid.Platform.Data;
using Braid.Platform.Http;
using Microsoft.EntityFrameworkCore;

namespace Braid.Conversations;

/// <summary>Messages, newest first by what the provider's clock says, then by arrival: the order on screen (DESIGN §9.4).</summary>
internal sealed class ListMessages(BraidDb db, ConversationAccess access, MessageViews views)
{
    public async Task<Page<MessageView>> RunAsync(Id<Conversation> id, string? before, int? limit, Actor by, CancellationToken ct)
    {
        var conversation = await access.RequireAsync(id, by, Permission.ReadConversations, ct);
        var (page, next) = await PageAsync(
            db.Set<Message>().Where(m => m.WorkspaceId == by.Workspace && m.ConversationId == conversation.Id), before, Page.Limit(limit), ct);
        return new(await views.OfAsync(page, ct), next);
    }

    /// <summary>All that was said with a customer. Of restricted inboxes an outsider sees that there was something, not what.</summary>
    /// <param name="channel">Only on this one.</param>
    /// <param name="q">Only what holds this text; of restricted inboxes nothing is searched.</param>
    /// <param name="before">To jump to a day: only what was said before this instant.</param>
    public async Task<Page<MessageView>> TimelineAsync(Id<Customer> customer, string? channel, string? q, DateTimeOffset? before, string? cursor, int? limit, Actor by, CancellationToken ct)
    {
        // By name: then each is a range of the index, and nobody else's messages are looked at.
        var mine = await db.Set<Conversation>().Where(c => c.WorkspaceId == by.Workspace && c.CustomerId == customer).Select(c => c.Id).ToListAsync(ct);
        var found = db.Set<Message>().Where(m => m.WorkspaceId == by.Workspace && mine.Contains(m.ConversationId));
        if (before is { } instant) { found = found.Where(m => m.SentAt < instant); }
        if (!string.IsNullOrWhiteSpace(channel)) { found = found.Where(m => db.Set<Inboxes.Inbox>().Any(i => i.Id == m.InboxId && i.Channel == channel)); }
        if (!string.IsNullOrWhiteSpace(q))
        {
            var (like, visible) = ($"%{q.Trim().Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal)}%", db.Set<Conversation>().VisibleTo(by, db));
            found = found.Where(m => visible.Any(c => c.Id == m.ConversationId));
            // SQLite's "like" knows capitals of a to z only.
            found = db.Engine == Engine.Postgres
                ? found.Where(m => EF.Functions.ILike(m.Text!, like, "\\") || EF.Functions.ILike(m.Subject!, like, "\\"))
                : found.Where(m => EF.Functions.Like(m.Text!, like, "\\") || EF.Functions.Like(m.Subject!, like, "\\"));
        }

        var (page, next) = await PageAsync(found, cursor, Page.Limit(limit), ct);
        var ids = page.Select(m => m.ConversationId).Distinct().ToList();
        var open = await db.Set<Conversation>().VisibleTo(by, db).Where(c => ids.Contains(c.Id)).Select(c => c.Id).ToHashSetAsync(ct);
        var shown = (await views.OfAsync([.. page.Where(m => open.Contains(m.ConversationId))], ct)).ToDictionary(m => m.Id);
        return new([.. page.Select(m => shown.GetValueOrDefault(m.Id) ?? WithoutContent(m))], next);
    }

    private static async Task<(List<Message> Page, string? Next)> PageAsync(IQueryable<Message> messages, string? cursor, int limit, CancellationToken ct)
    {
        if (Cursor.Read(cursor) is { } after)
        {
            // The id of the cursor is the seq, the second half of this order.
            var (at, seq) = (after.Instant, BinaryPrimitives.ReadInt64BigEndian(after.Id.ToByteArray(true)));
            messages = messages.Where(m => m.SentAt < at || (m.SentAt == at && m.Seq < seq));
        }

        var page = await messages.AsNoTracking().OrderByDescending(m => m.SentAt).ThenByDescending(m => m.Seq).Take(limit + 1).ToListAsync(ct);
        if (page.Count <= limit)
        {
            return (page, null);
        }

        page.RemoveAt(limit);
        Span<byte> last = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(last, page[^1].Seq);
        return (page, Cursor.At(page[^1].SentAt, new Guid(last, true)).ToString());
    }

    private static MessageView WithoutContent(Message m) => new()
    {
        Id = m.Id,
        Seq = m.Seq,
        ConversationId = m.ConversationId,
        Kind = MessageKind.Unsupported,
        Direction = m.Direction,
        Private = false,
        Author = new(m.AuthorKind, null, null),
        Html = false,
        SentAt = m.SentAt,
        ReceivedAt = m.ReceivedAt,
        Late = false,
        SenderUnverified = false,
    };
}
