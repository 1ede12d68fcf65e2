using Braid.Conversations;
using Braid.Inboxes;
using Braid.Platform.Data;
using Braid.Platform.Events;
using Microsoft.EntityFrameworkCore;

namespace Braid.Realtime.LiveChat;

/// <summary>Who listens on a thread right now.</summary>
internal delegate IReadOnlyList<VisitorConnection> Listeners(Id<Inbox> inbox, string thread);

/// <summary>
/// Tells visitors what committed events mean for them. Each thing is loaded and its thread looked at before anybody is told: a message goes
/// to the visitors of its own thread and to nobody else.
/// </summary>
internal sealed class VisitorNews(BraidDb db, SaidViews views)
{
    private static readonly string[] OfMessages = ["message.received", "message.sent", "message.edited", "message.deleted", "attachment.ready", "attachment.failed"];
    private const string Read = "conversation.read";
    private const string Assigned = "conversation.assigned";

    public static readonly IReadOnlyList<string> Kinds = [.. OfMessages, Read, Assigned];

    public async Task TellAsync(Id<Workspace> workspace, IReadOnlyList<StoredEvent> events, Listeners listeners, CancellationToken ct)
    {
        await MessagesAsync(workspace, Ids(events, e => OfMessages.Contains(e.Kind) ? e.MessageId : null), listeners, ct);
        foreach (var id in Ids(events, e => e.Kind is Read or Assigned ? e.ConversationId : null).Select(c => new Id<Conversation>(c)))
        {
            var here = (await ThreadsAsync(workspace, id, ct)).Where(t => listeners(t.InboxId, t.ExternalId).Count > 0).ToList();
            if (here.Count > 0)
            {
                var kinds = events.Where(e => e.ConversationId == id.Value).Select(e => e.Kind).ToHashSet(StringComparer.Ordinal);
                if (kinds.Contains(Read)) { await SeenAsync(workspace, id, here, listeners, ct); }
                if (kinds.Contains(Assigned)) { await JoinedAsync(workspace, id, here, listeners, ct); }
            }
        }
    }

    public async Task TypingAsync(LiveSignal.AgentSeen seen, Listeners listeners, CancellationToken ct)
    {
        var conversation = new Id<Conversation>(seen.Conversation);
        foreach (var thread in await ThreadsAsync(new(seen.Workspace), conversation, ct))
        {
            Tell(listeners(thread.InboxId, thread.ExternalId), "agentTyping", new TypingView(seen.Name, seen.State == SeenState.Typing));
        }
    }

    private async Task MessagesAsync(Id<Workspace> workspace, List<Guid> ids, Listeners listeners, CancellationToken ct)
    {
        if (ids.Count == 0)
        {
            return;
        }

        var wanted = ids.Select(i => new Id<Message>(i)).ToList();
        var messages = await db.Set<Message>().AsNoTracking().ForVisitors().Where(m => m.WorkspaceId == workspace && wanted.Contains(m.Id)).OrderBy(m => m.Seq).ToListAsync(ct);
        var on = messages.Select(m => m.ThreadId!.Value).Distinct().ToList();
        var threads = await db.Set<ChannelThread>().AsNoTracking().Where(t => t.WorkspaceId == workspace && on.Contains(t.Id)).ToDictionaryAsync(t => t.Id, ct);
        var heard = messages.Select(m => (Message: m, To: threads.TryGetValue(m.ThreadId!.Value, out var t) ? listeners(t.InboxId, t.ExternalId) : [])).Where(m => m.To.Count > 0).ToList();
        var said = await views.OfAsync(heard.ConvertAll(m => m.Message), ct);
        for (var i = 0; i < heard.Count; i++)
        {
            Tell(heard[i].To, "message", said[i]);
        }
    }

    /// <summary>The visitor's last message that an agent has read; with it all above.</summary>
    private async Task SeenAsync(Id<Workspace> workspace, Id<Conversation> id, List<ChannelThread> threads, Listeners listeners, CancellationToken ct)
    {
        var read = await (
            from c in db.Set<Conversation>()
            where c.WorkspaceId == workspace && c.Id == id
            join m in db.Set<Message>() on c.ReadUpTo equals (Id<Message>?)m.Id
            select new { m.SentAt, m.Seq }).FirstOrDefaultAsync(ct);
        if (read is null)
        {
            return;
        }

        foreach (var thread in threads)
        {
            Id<ChannelThread>? on = thread.Id;
            var last = await db.Set<Message>().ForVisitors()
                .Where(m => m.WorkspaceId == workspace && m.ConversationId == id && m.ThreadId == on && m.Direction == Direction.In && m.ExternalId != null
                    && (m.SentAt < read.SentAt || (m.SentAt == read.SentAt && m.Seq <= read.Seq)))
                .OrderByDescending(m => m.SentAt).ThenByDescending(m => m.Seq).Select(m => m.ExternalId).FirstOrDefaultAsync(ct);
            if (last is not null)
            {
                Tell(listeners(thread.InboxId, thread.ExternalId), "status", new StatusView(last, "seen"));
            }
        }
    }

    private async Task JoinedAsync(Id<Workspace> workspace, Id<Conversation> id, List<ChannelThread> threads, Listeners listeners, CancellationToken ct)
    {
        var joined = await views.JoinedAsync(workspace, [id], DateTimeOffset.MinValue, DateTimeOffset.MaxValue, ct);
        if (joined is [.., var last])
        {
            threads.ForEach(t => Tell(listeners(t.InboxId, t.ExternalId), "joined", last));
        }
    }

    /// <summary>The threads that go on in this conversation, by its strands.</summary>
    private Task<List<ChannelThread>> ThreadsAsync(Id<Workspace> workspace, Id<Conversation> id, CancellationToken ct) => (
        from s in db.Set<Strand>()
        where s.WorkspaceId == workspace && s.ConversationId == id
        join t in db.Set<ChannelThread>() on s.ThreadId equals t.Id
        where t.ConversationId == id
        select t).AsNoTracking().ToListAsync(ct);

    private static void Tell(IReadOnlyList<VisitorConnection> to, string method, object body)
    {
        foreach (var connection in to)
        {
            connection.Offer(method, body);
        }
    }

    private static List<Guid> Ids(IReadOnlyList<StoredEvent> events, Func<StoredEvent, Guid?> id) => [.. events.Select(id).OfType<Guid>().Distinct()];
}
