using Braid.Accounts;
using Braid.Channels;
using Braid.Customers;
using Braid.Inboxes;
using Braid.Platform.Data;
using Microsoft.EntityFrameworkCore;

namespace Braid.Conversations;

/// <summary>All that the open conversation shows besides its messages.</summary>
internal sealed class ReadConversation(BraidDb db, ConversationAccess access, ConversationItems items, IInboxDirectory directory, TimeProvider clock)
{
    public async Task<ConversationDetailView> RunAsync(Id<Conversation> id, Actor by, CancellationToken ct)
    {
        var conversation = await access.RequireAsync(id, by, Permission.ReadConversations, ct);
        var item = await items.LoadAsync(id, ct);
        var inboxes = (await directory.AllAsync(ct)).Where(i => i.Workspace == by.Workspace).ToList();
        var found = await StrandsAsync(conversation, inboxes, ct);
        var reachable = Reachability.Of(
            conversation, [.. found.Select(f => f.Strand)], await KnownAsync(conversation, ct), await KeysAsync(conversation, ct), inboxes, clock.GetUtcNow());
        return Detail(item, conversation, found, reachable);
    }

    private ConversationDetailView Detail(ConversationItemView item, Conversation c, List<Found> found, IReadOnlyList<ReachableView> reachable) => new()
    {
        Id = item.Id,
        Status = item.Status,
        Subject = item.Subject,
        Audience = item.Audience,
        SenderUnverified = item.SenderUnverified,
        Customer = item.Customer,
        Assignee = item.Assignee,
        Channels = item.Channels,
        LastMessage = item.LastMessage,
        Unread = item.Unread,
        WaitingSince = item.WaitingSince,
        SnoozedUntil = item.SnoozedUntil,
        OpenedAt = item.OpenedAt,
        UpdatedAt = item.UpdatedAt,
        Version = item.Version,
        Threads = [.. found.Select(f => View(f))],
        Reachable = reachable,
        PreviousConversationId = c.PreviousId,
        Participants = [.. found.SelectMany(f => f.Strand.Participants).DistinctBy(p => p.CustomerId).Select(p => new CustomerRefView(p.CustomerId, p.Name, p.Address))],
        ResolvedAt = c.ResolvedAt,
        ReadUpTo = c.ReadUpTo,
    };

    private ThreadView View(Found f)
    {
        var (thread, identity) = (f.Strand.Thread, f.Strand.Identity);
        return new(
            thread.Id, thread.InboxId, f.Strand.InboxName, f.Strand.Channel, identity?.Address ?? identity?.ExternalId, thread.Subject, thread.Audience, thread.Verified,
            f.FirstAt, f.LastAt, thread.LastInboundAt, Reachability.Of(f.Strand, clock.GetUtcNow()));
    }

    private async Task<List<Found>> StrandsAsync(Conversation c, List<ConnectedInbox> inboxes, CancellationToken ct)
    {
        var rows = await (
            from s in db.Set<Strand>()
            where s.WorkspaceId == c.WorkspaceId && s.ConversationId == c.Id
            join t in db.Set<ChannelThread>() on s.ThreadId equals t.Id
            join i in db.Set<Inbox>() on t.InboxId equals i.Id
            from identity in db.Set<Identity>().Where(x => x.Id == t.IdentityId).DefaultIfEmpty()
            let lastAt = t.ConversationId == s.ConversationId && t.LastMessageAt > s.LastAt ? t.LastMessageAt : s.LastAt
            orderby lastAt descending, s.ThreadId
            select new { Thread = t, i.Name, i.Channel, Identity = identity, s.FirstAt, LastAt = lastAt }).AsNoTracking().ToListAsync(ct);
        var threads = rows.ConvertAll(r => r.Thread.Id);
        var participants = (await db.Set<Participant>().AsNoTracking()
            .Where(p => p.WorkspaceId == c.WorkspaceId && threads.Contains(p.ThreadId)).OrderBy(p => p.FirstSeenAt).ToListAsync(ct)).ToLookup(p => p.ThreadId);
        return rows.ConvertAll(r => new Found(
            new(r.Thread, r.Name, r.Channel, inboxes.Find(i => i.Id == r.Thread.InboxId), r.Identity, [.. participants[r.Thread.Id]]), r.FirstAt, r.LastAt));
    }

    /// <summary>Every handle of the customer with the private thread it was last used on.</summary>
    private async Task<List<Reachability.Known>> KnownAsync(Conversation c, CancellationToken ct)
    {
        var identities = await db.Set<Identity>().AsNoTracking()
            .Where(i => i.WorkspaceId == c.WorkspaceId && i.CustomerId == c.CustomerId && i.Verified).ToListAsync(ct);
        var threads = (await db.Set<ChannelThread>().AsNoTracking()
            .Where(t => t.WorkspaceId == c.WorkspaceId && t.CustomerId == c.CustomerId && t.Audience == Audience.Private && t.Verified && t.IdentityId != null)
            .ToListAsync(ct)).ToLookup(t => t.IdentityId!.Value);
        return [.. identities.OrderByDescending(i => i.LastSeenAt).Select(i => new Reachability.Known(i, threads[i.Id].MaxBy(t => t.LastMessageAt)))];
    }

    private async Task<List<CustomerKey>> KeysAsync(Conversation c, CancellationToken ct) =>
        await db.Set<CustomerKey>().AsNoTracking().Where(k => k.WorkspaceId == c.WorkspaceId && k.CustomerId == c.CustomerId).OrderBy(k => k.CreatedAt).ToListAsync(ct);

    private sealed record Found(Reachability.Strand Strand, DateTimeOffset FirstAt, DateTimeOffset LastAt);
}
