using Braid.Accounts;
using Braid.Conversations;
using Braid.Platform.Data;
using Braid.Platform.Events;
using Microsoft.EntityFrameworkCore;

namespace Braid.Tickets;

/// <summary>Opens tickets for new conversations where a rule says so, and solves and reopens those with their conversation.</summary>
internal sealed class FollowConversations(IServiceScopeFactory scopes, EventSignal signal, TimeProvider clock, ILogger<FollowConversations> logger)
    : FollowEvents(scopes, signal, clock, logger, "conversation.opened", "conversation.resolved", "conversation.reopened")
{
    private readonly TimeProvider clock = clock;

    protected override Task<List<Id<Workspace>>> BehindAsync(BraidDb db, CancellationToken ct) =>
        db.Set<TicketCounter>().Where(c => db.Set<TicketRule>().Any(r => r.WorkspaceId == c.WorkspaceId) && db.Set<EventCounter>().Any(e => e.WorkspaceId == c.WorkspaceId && e.Last > c.EventsRead)).Select(c => c.WorkspaceId).ToListAsync(ct);

    protected override async Task<long> PlaceAsync(BraidDb db, Id<Workspace> workspace, CancellationToken ct) => (await db.HoldTicketsAsync(workspace, ct)).EventsRead;

    protected override async Task MoveAsync(BraidDb db, Id<Workspace> workspace, long read, CancellationToken ct)
    {
        (await db.Set<TicketCounter>().FirstAsync(c => c.WorkspaceId == workspace, ct)).EventsRead = read;
        await db.SaveChangesAsync(ct);
    }

    protected override async Task DoAsync(IServiceProvider services, BraidDb db, StoredEvent happened, CancellationToken ct)
    {
        if (happened.ConversationId is not { } id) { return; }
        var (workspace, conversation) = (happened.WorkspaceId, new Id<Conversation>(id));
        if (happened.Kind == "conversation.opened") { await OpenAsync(db, services.GetRequiredService<OpenTicket>(), workspace, conversation, ct); }
        else { await FollowAsync(db, services.GetRequiredService<ChangeTicket>(), workspace, conversation, ct); }
    }

    private async Task OpenAsync(BraidDb db, OpenTicket open, Id<Workspace> workspace, Id<Conversation> id, CancellationToken ct)
    {
        if (await db.Set<Conversation>().AsNoTracking().FirstOrDefaultAsync(c => c.WorkspaceId == workspace && c.Id == id && c.LastInboundAt != null, ct) is not { } conversation) { return; }
        var strands = db.Set<Strand>().Where(s => s.WorkspaceId == workspace && s.ConversationId == id);
        var rules = await db.Set<TicketRule>().AsNoTracking().Where(r => r.WorkspaceId == workspace && strands.Any(s => s.InboxId == r.InboxId)).OrderBy(r => r.InboxId).ToListAsync(ct);
        if (rules.MinBy(r => r.Priority) is not { } rule || await db.Set<Ticket>().AnyAsync(t => t.WorkspaceId == workspace && t.ConversationId == id, ct)) { return; }
        var counter = await db.Set<TicketCounter>().FirstAsync(c => c.WorkspaceId == workspace, ct);
        var now = clock.GetUtcNow();
        open.Add(new Ticket
        {
            WorkspaceId = workspace, Number = ++counter.Last, CustomerId = conversation.CustomerId, OriginId = conversation.OriginId, ConversationId = id, RestrictedTo = conversation.RestrictedTo, Subject = await open.WordsAsync(conversation, ct) ?? "…",
            Type = rule.Type, Priority = rule.Priority, TeamId = rule.TeamId, Automatic = true, OpenedAt = now, UpdatedAt = now,
        }, Actor.System(workspace), now);
        await db.SaveChangesAsync(ct);
    }

    /// <summary>As the conversation stands now, whatever the event said: another may have followed.</summary>
    private async Task FollowAsync(BraidDb db, ChangeTicket change, Id<Workspace> workspace, Id<Conversation> id, CancellationToken ct)
    {
        if (await db.Set<Conversation>().Where(c => c.WorkspaceId == workspace && c.Id == id).Select(c => (ConversationStatus?)c.Status).FirstOrDefaultAsync(ct) is not { } status) { return; }
        var resolved = status == ConversationStatus.Resolved;
        foreach (var ticket in await db.Set<Ticket>().Where(t => t.WorkspaceId == workspace && t.ConversationId == id && t.Automatic && (t.Status == TicketStatus.Solved) != resolved).ToListAsync(ct))
        {
            var by = Actor.System(workspace);
            change.Save(ticket, ChangeTicket.Stand(ticket, resolved ? TicketStatus.Solved : TicketStatus.Open, by, clock.GetUtcNow()), by);
        }

        await db.SaveChangesAsync(ct);
    }
}
