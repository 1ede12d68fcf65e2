using Braid.Accounts;
using Braid.Channels;
using Braid.Customers;
using Braid.Inboxes;
using Braid.Platform.Data;
using Braid.Platform.Http;
using Microsoft.EntityFrameworkCore;

namespace Braid.Conversations;

/// <summary>Reads rows of the list: one query for what each row shows, one for the strands of all of them.</summary>
internal sealed class ConversationItems(BraidDb db)
{
    /// <summary>In no particular order: the caller has the order from its keyset.</summary>
    /// <param name="chosen">Already filtered and cut to a page.</param>
    public async Task<IReadOnlyList<ConversationItemView>> LoadAsync(IQueryable<Conversation> chosen, CancellationToken ct)
    {
        var rows = await Project(chosen).ToListAsync(ct);
        var ids = rows.ConvertAll(r => r.Conversation.Id);
        var strands = await (
            from s in db.Set<Strand>()
            where ids.Contains(s.ConversationId)
            join t in db.Set<ChannelThread>() on s.ThreadId equals t.Id
            join i in db.Set<Inbox>() on s.InboxId equals i.Id
            orderby (t.ConversationId == s.ConversationId && t.LastMessageAt > s.LastAt ? t.LastMessageAt : s.LastAt) descending, s.ThreadId
            select new { s.ConversationId, Ref = new ChannelRefView(i.Channel, i.Id) }).ToListAsync(ct);
        var channels = strands.ToLookup(s => s.ConversationId, s => s.Ref);
        return rows.ConvertAll(r => View(r, [.. channels[r.Conversation.Id].Distinct()]));
    }

    public async Task<ConversationItemView> LoadAsync(Id<Conversation> id, CancellationToken ct) =>
        await LoadAsync(db.Set<Conversation>().Where(c => c.Id == id), ct) is [var item] ? item : throw RefusalException.NotFound("conversation");

    private IQueryable<Row> Project(IQueryable<Conversation> chosen) =>
        from c in chosen.AsNoTracking()
        join customer in db.Set<Customer>() on c.CustomerId equals customer.Id
        from agent in db.Set<Agent>().Where(a => a.Id == c.AssigneeId).DefaultIfEmpty()
        from last in db.Set<Message>().Where(m => m.Id == c.LastMessageId).DefaultIfEmpty()
        from inbox in db.Set<Inbox>().Where(i => i.Id == last!.InboxId).DefaultIfEmpty()
        select new Row
        {
            Conversation = c,
            CustomerName = customer.Name,
            CustomerPhoto = customer.PhotoId,
            CustomerAddress = customer.Name != null ? null : db.Set<Identity>()
                .Where(i => i.WorkspaceId == c.WorkspaceId && i.CustomerId == c.CustomerId && i.Address != null)
                .OrderByDescending(i => i.LastSeenAt ?? i.CreatedAt).Select(i => i.Address).FirstOrDefault(),
            AssigneeName = agent!.Name,
            LastId = (Id<Message>?)last!.Id,
            LastText = last.Text,
            LastExtras = last.Kind == MessageKind.Call ? last.Extras : null,
            LastAuthor = (AuthorKind?)last.AuthorKind,
            LastKind = (MessageKind?)last.Kind,
            LastAt = (DateTimeOffset?)last.SentAt,
            LastStatus = last.Status,
            LastDeletedAt = last.DeletedAt,
            LastChannel = inbox!.Channel,
            LastAttachment = db.Set<Attachment>().Where(a => a.WorkspaceId == c.WorkspaceId && a.MessageId == c.LastMessageId)
                .OrderBy(a => a.Position).Select(a => (AttachmentKind?)a.Kind).FirstOrDefault(),
        };

    private static ConversationItemView View(Row r, IReadOnlyList<ChannelRefView> channels)
    {
        var c = r.Conversation;
        return new ConversationItemView
        {
            Id = c.Id,
            Status = c.Status,
            Subject = c.Subject,
            Audience = c.Audience,
            SenderUnverified = c.SenderUnverified,
            Customer = new(c.CustomerId, r.CustomerName, r.CustomerAddress, r.CustomerPhoto),
            Assignee = c.AssigneeId is { } agent ? new(agent, r.AssigneeName ?? "") : null,
            Channels = channels,
            LastMessage = Last(r, channels),
            Unread = c.UnreadCount,
            WaitingSince = c.WaitingSince,
            SnoozedUntil = c.SnoozedUntil,
            OpenedAt = c.OpenedAt,
            UpdatedAt = c.LastMessageAt,
            Version = c.Version,
        };
    }

    /// <summary>A note belongs to no channel; its row keeps the mark of the strand used last.</summary>
    private static LastMessageView? Last(Row r, IReadOnlyList<ChannelRefView> channels) => r.LastId is not { } id ? null : new(
        id, r.LastDeletedAt is null ? r.LastText : null, r.LastAuthor!.Value, r.LastKind == MessageKind.Note,
        r.LastChannel ?? (channels.Count > 0 ? channels[0].Channel : null), r.LastAt!.Value, r.LastDeletedAt is null ? r.LastAttachment : null, r.LastStatus,
        r.LastKind == MessageKind.Call ? MessageExtras.Parse(r.LastExtras).Call : null);

    private sealed class Row
    {
        public required Conversation Conversation { get; init; }
        public string? CustomerName { get; init; }
        public string? CustomerPhoto { get; init; }
        public string? CustomerAddress { get; init; }
        public string? AssigneeName { get; init; }
        public Id<Message>? LastId { get; init; }
        public string? LastText { get; init; }
        public string? LastExtras { get; init; }
        public AuthorKind? LastAuthor { get; init; }
        public MessageKind? LastKind { get; init; }
        public DateTimeOffset? LastAt { get; init; }
        public SendStatus? LastStatus { get; init; }
        public DateTimeOffset? LastDeletedAt { get; init; }
        public string? LastChannel { get; init; }
        public AttachmentKind? LastAttachment { get; init; }
    }
}
