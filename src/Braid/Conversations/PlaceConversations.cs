using Braid.Channels;
using Braid.Customers;
using Braid.Inboxes;
using Braid.Platform.Data;
using Microsoft.EntityFrameworkCore;

namespace Braid.Conversations;

/// <summary>
/// After persons were joined or parted. A conversation that mixes persons is parted by thread, with a line in each that leads to the other; messages
/// keep their content, ids and times. Then the newest open private conversation of each person holds the place that new threads join; the
/// others stay as they are (DESIGN §9.12).
/// </summary>
internal sealed class PlaceConversations(BraidDb db, TimeProvider clock) : IPersonConversations
{
    public async Task PlaceAsync(Id<Workspace> workspace, IReadOnlyCollection<Id<Customer>> persons, CancellationToken ct)
    {
        await PartAsync(workspace, persons, ct);
        await GivePlacesAsync(workspace, persons, ct);
    }

    private async Task PartAsync(Id<Workspace> workspace, IReadOnlyCollection<Id<Customer>> persons, CancellationToken ct)
    {
        var mixed = await (
            from s in db.Set<Strand>()
            where s.WorkspaceId == workspace
            join c in db.Set<Conversation>() on s.ConversationId equals c.Id
            join t in db.Set<ChannelThread>() on s.ThreadId equals t.Id
            where persons.Contains(c.CustomerId) && t.CustomerId != c.CustomerId
            select new { Conversation = c.Id, Thread = t.Id, t.CustomerId }).AsNoTracking().ToListAsync(ct);
        foreach (var part in mixed.GroupBy(m => (m.Conversation, m.CustomerId)).OrderBy(g => g.Key.Conversation).ThenBy(g => g.Key.CustomerId))
        {
            await PartAsync(workspace, part.Key.Conversation, [.. part.Select(p => p.Thread)], ct);
        }
    }

    private async Task PartAsync(Id<Workspace> workspace, Id<Conversation> from, List<Id<ChannelThread>> threads, CancellationToken ct)
    {
        await db.LockAsync("conversations", from.Value, ct);
        var mixed = await db.Set<Conversation>().FirstAsync(c => c.WorkspaceId == workspace && c.Id == from, ct);
        await db.Entry(mixed).ReloadAsync(ct);
        var first = await db.Set<ChannelThread>().AsNoTracking().Where(t => threads.Contains(t.Id)).OrderBy(t => t.CreatedAt).ThenBy(t => t.Id).FirstAsync(ct);
        var now = clock.GetUtcNow();
        var parted = new Conversation
        {
            WorkspaceId = workspace, Brand = mixed.Brand, CustomerId = first.CustomerId, OriginId = first.OriginId, Status = mixed.Status, Audience = mixed.Audience,
            SenderUnverified = mixed.SenderUnverified, RestrictedTo = mixed.RestrictedTo, Subject = first.Subject, AssigneeId = mixed.AssigneeId, SnoozedUntil = mixed.SnoozedUntil,
            OpenedAt = first.CreatedAt, ResolvedAt = mixed.ResolvedAt, LastMessageAt = mixed.LastMessageAt,
        };
        db.Add(parted);
        db.Add(Line(mixed, parted, now));
        db.Add(Line(parted, mixed, now));
        await db.SaveChangesAsync(ct);

        var to = parted.Id;
        await db.Set<Message>().Where(m => m.WorkspaceId == workspace && m.ConversationId == from && m.ThreadId != null && threads.Contains(m.ThreadId.Value))
            .ExecuteUpdateAsync(set => set.SetProperty(m => m.ConversationId, to), ct);
        await db.Set<ChannelThread>().Where(t => t.ConversationId == from && threads.Contains(t.Id)).ExecuteUpdateAsync(set => set.SetProperty(t => t.ConversationId, to), ct);
        await db.Set<Strand>().Where(s => s.WorkspaceId == workspace && s.ConversationId == from && threads.Contains(s.ThreadId)).ExecuteUpdateAsync(set => set.SetProperty(s => s.ConversationId, to), ct);

        var read = await ReadUpToAsync(mixed, ct);
        await CountAsync(mixed, read, ct);
        await CountAsync(parted, read, ct);
        await db.SaveChangesAsync(ct);
        db.Events.Add(new ConversationChanged(mixed, "changed"));
        db.Events.Add(new ConversationChanged(parted, "opened"));
    }

    private static Activity Line(Conversation here, Conversation there, DateTimeOffset now) => new()
    {
        WorkspaceId = here.WorkspaceId, ConversationId = here.Id, Kind = "conversation.parted", At = now, ActorKind = AuthorKind.System,
        Data = $$"""{"conversationId":"{{there.Id}}"}""",
    };

    /// <summary>Where the team had read to, in the order on screen.</summary>
    private async Task<(DateTimeOffset At, long Seq)?> ReadUpToAsync(Conversation mixed, CancellationToken ct) =>
        mixed.ReadUpTo is { } id && await db.Set<Message>().Where(m => m.Id == id).Select(m => new { m.SentAt, m.Seq }).FirstOrDefaultAsync(ct) is { } read ? (read.SentAt, read.Seq) : null;

    /// <summary>What ingest keeps up message by message, made anew: counters, the newest message, who waits.</summary>
    private async Task CountAsync(Conversation conversation, (DateTimeOffset At, long Seq)? read, CancellationToken ct)
    {
        var said = db.Set<Message>().Where(m => m.WorkspaceId == conversation.WorkspaceId && m.ConversationId == conversation.Id);
        var heard = said.Where(m => m.Direction == Direction.In && m.Kind != MessageKind.AutoReply && m.Kind != MessageKind.Bounce);
        var answered = await said.Where(m => m.Direction == Direction.Out && m.Kind != MessageKind.Note).MaxAsync(m => (DateTimeOffset?)m.SentAt, ct);
        var last = await said.OrderByDescending(m => m.SentAt).ThenByDescending(m => m.Seq).Select(m => new { m.Id, m.SentAt }).FirstOrDefaultAsync(ct);
        conversation.MessageCount = await said.CountAsync(ct);
        conversation.LastMessageId = last?.Id;
        conversation.LastMessageAt = last?.SentAt ?? conversation.OpenedAt;
        conversation.LastInboundAt = await heard.MaxAsync(m => (DateTimeOffset?)m.SentAt, ct);
        conversation.WaitingSince = await heard.Where(m => answered == null || m.SentAt > answered).MinAsync(m => (DateTimeOffset?)m.SentAt, ct);
        if (conversation.UnreadCount > 0 || read is null)
        {
            var (at, seq) = read ?? (DateTimeOffset.MinValue, 0);
            conversation.UnreadCount = read is null ? await heard.CountAsync(ct) : await heard.CountAsync(m => m.SentAt > at || (m.SentAt == at && m.Seq > seq), ct);
        }

        conversation.ReadUpTo = read is not { } up ? null : await said.Where(m => m.SentAt < up.At || (m.SentAt == up.At && m.Seq <= up.Seq))
            .OrderByDescending(m => m.SentAt).ThenByDescending(m => m.Seq).Select(m => (Id<Message>?)m.Id).FirstOrDefaultAsync(ct);
        conversation.Version++;
    }

    private async Task GivePlacesAsync(Id<Workspace> workspace, IReadOnlyCollection<Id<Customer>> persons, CancellationToken ct)
    {
        var theirs = db.Set<Conversation>().Where(c => c.WorkspaceId == workspace && persons.Contains(c.CustomerId));
        await theirs.Where(c => c.Joins != null).ExecuteUpdateAsync(set => set.SetProperty(c => c.Joins, (string?)null), ct);
        var joining = db.Set<Inbox>().Where(i => i.WorkspaceId == workspace && i.Join == JoinPolicyKind.Join);
        var open = await theirs.AsNoTracking()
            .Where(c => c.Status != ConversationStatus.Resolved && c.Audience == Audience.Private && !c.SenderUnverified
                && db.Set<Strand>().Any(s => s.WorkspaceId == workspace && s.ConversationId == c.Id && joining.Any(i => i.Id == s.InboxId)))
            .Select(c => new { c.Id, c.CustomerId, c.Brand, c.RestrictedTo, c.LastMessageAt }).ToListAsync(ct);
        foreach (var place in open.GroupBy(c => Conversation.JoinsKey(c.CustomerId, c.Brand, c.RestrictedTo)))
        {
            var (key, newest) = (place.Key, place.OrderByDescending(c => c.LastMessageAt).ThenByDescending(c => c.Id).First().Id);
            await db.Set<Conversation>().Where(c => c.Id == newest).ExecuteUpdateAsync(set => set.SetProperty(c => c.Joins, key), ct);
        }
    }
}
