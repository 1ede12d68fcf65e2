using Braid.Accounts;
using Braid.Accounts.Teams;
using Braid.Inboxes;
using Braid.Platform.Data;
using Braid.Platform.Events;
using Braid.Platform.Http;
using Microsoft.EntityFrameworkCore;

namespace Braid.Tickets;

/// <summary>Which inboxes open a ticket for every new conversation. Written as a whole.</summary>
internal sealed class TicketRules(BraidDb db, TimeProvider clock)
{
    public sealed record Request(IReadOnlyList<TicketRuleView>? Items);

    public async Task<TicketRulesView> ReadAsync(Actor by, CancellationToken ct)
    {
        by.Require(Permission.ReadConversations);
        return new(await db.Set<TicketRule>().AsNoTracking().Where(r => r.WorkspaceId == by.Workspace).OrderBy(r => r.InboxId).Take(1000).Select(r => new TicketRuleView(r.InboxId, r.Type, r.Priority, r.TeamId)).ToListAsync(ct));
    }

    public Task SaveAsync(Request request, Actor by, CancellationToken ct)
    {
        by.Require(Permission.ManageRouting);
        var items = (request.Items ?? []).OfType<TicketRuleView>().DistinctBy(i => i.InboxId).ToList();
        return db.InTransactionAsync(async inner =>
        {
            var inboxes = items.ConvertAll(i => i.InboxId);
            if (await db.Set<Inbox>().CountAsync(i => i.WorkspaceId == by.Workspace && i.DeletedAt == null && inboxes.Contains(i.Id), inner) != inboxes.Count) { throw RefusalException.Invalid("An inbox named here is not there.", new Dictionary<string, string> { ["items"] = "Choose inboxes of this workspace." }); }
            foreach (var team in items.Select(i => i.TeamId).OfType<Id<Team>>().Distinct()) { await TicketPeople.CheckAsync(db, by.Workspace, null, team, null, inner); }
            var counter = await db.HoldTicketsAsync(by.Workspace, inner);
            // What was opened before there was any rule is left alone.
            if (!await db.Set<TicketRule>().AnyAsync(r => r.WorkspaceId == by.Workspace, inner)) { counter.EventsRead = await db.Set<EventCounter>().Where(c => c.WorkspaceId == by.Workspace).Select(c => c.Last).FirstOrDefaultAsync(inner); }
            await db.Set<TicketRule>().Where(r => r.WorkspaceId == by.Workspace).ExecuteDeleteAsync(inner);
            db.AddRange(items.Select(i => new TicketRule { WorkspaceId = by.Workspace, InboxId = i.InboxId, Type = i.Type, Priority = i.Priority, TeamId = i.TeamId }));
            db.Audited(by, "ticket_rules.saved", by.Workspace.Value, clock.GetUtcNow());
            await db.SaveChangesAsync(inner);
        }, ct);
    }
}
