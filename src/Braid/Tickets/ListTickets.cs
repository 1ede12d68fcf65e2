using System.Globalization;
using Braid.Accounts;
using Braid.Accounts.Teams;
using Braid.Conversations;
using Braid.Customers;
using Braid.Platform.Data;
using Braid.Platform.Http;
using Microsoft.EntityFrameworkCore;

namespace Braid.Tickets;

/// <summary>Tickets, the one changed last first.</summary>
internal sealed class ListTickets(BraidDb db, CustomerAccess customers)
{
    /// <param name="Status">open (all that are not solved), pending, onHold, solved or any.</param>
    /// <param name="Owner">mine, none, or nothing for everybody's.</param>
    /// <param name="Q">A number, or part of a subject or of the customer's name.</param>
    public sealed record Query(string? Status, string? Owner, Id<Customer>? Customer, Id<Conversation>? Conversation, string? Q, int? Limit, string? Cursor);

    public async Task<Page<TicketView>> RunAsync(Query query, Actor by, CancellationToken ct)
    {
        by.Require(Permission.ReadConversations);
        var limit = Page.Limit(query.Limit);
        var found = await FilteredAsync(query, by, ct);
        if (Cursor.Read(query.Cursor) is { } after)
        {
            var (at, id) = (after.Instant, new Id<Ticket>(after.Id));
            found = found.Where(t => t.UpdatedAt < at || (t.UpdatedAt == at && t.Id < id));
        }

        var rows = await ViewsAsync(found.OrderByDescending(t => t.UpdatedAt).ThenByDescending(t => t.Id).Take(limit + 1), ct);
        return Page.Of(rows, limit, r => r, r => Cursor.At(r.UpdatedAt, r.Id.Value));
    }

    public async Task<TicketView> OneAsync(Id<Ticket> id, Actor by, CancellationToken ct)
    {
        by.Require(Permission.ReadConversations);
        return (await ViewsAsync(db.Set<Ticket>().VisibleTo(by, db).Where(t => t.Id == id), ct)).FirstOrDefault() ?? throw RefusalException.NotFound("ticket");
    }

    public async Task<TicketCountsView> CountAsync(Actor by, CancellationToken ct)
    {
        by.Require(Permission.ReadConversations);
        var me = by.AgentId;
        var sums = await db.Set<Ticket>().VisibleTo(by, db).GroupBy(t => t.WorkspaceId).Select(g => new
        {
            Open = g.Count(t => t.Status != TicketStatus.Solved),
            Mine = g.Count(t => t.Status != TicketStatus.Solved && me != null && t.OwnerId == me),
            Unowned = g.Count(t => t.Status != TicketStatus.Solved && t.OwnerId == null),
            Solved = g.Count(t => t.Status == TicketStatus.Solved),
        }).FirstOrDefaultAsync(ct);
        return new(sums?.Open ?? 0, sums?.Mine ?? 0, sums?.Unowned ?? 0, sums?.Solved ?? 0);
    }

    private async Task<IQueryable<Ticket>> FilteredAsync(Query query, Actor by, CancellationToken ct)
    {
        var found = db.Set<Ticket>().VisibleTo(by, db);
        found = query.Status switch
        {
            null or "open" => found.Where(t => t.Status != TicketStatus.Solved),
            "pending" => found.Where(t => t.Status == TicketStatus.Pending),
            "onHold" => found.Where(t => t.Status == TicketStatus.OnHold),
            "solved" => found.Where(t => t.Status == TicketStatus.Solved),
            "any" => found,
            _ => throw Wrong("status", "One of open, pending, onHold, solved, any."),
        };
        found = query.Owner switch
        {
            null => found,
            "mine" => found.Where(t => t.OwnerId != null && t.OwnerId == by.AgentId),
            "none" => found.Where(t => t.OwnerId == null),
            _ => throw Wrong("owner", "One of mine, none."),
        };
        if (query.Customer is { } customer)
        {
            var person = (await customers.RequireAsync(customer, by, Permission.ReadConversations, ct)).Id;
            found = found.Where(t => t.CustomerId == person);
        }

        if (query.Conversation is { } conversation) { found = found.Where(t => t.ConversationId == conversation); }
        if (string.IsNullOrWhiteSpace(query.Q)) { return found; }
        var typed = query.Q.Trim();
        if (long.TryParse(typed.TrimStart('#'), NumberStyles.None, CultureInfo.InvariantCulture, out var number)) { return found.Where(t => t.Number == number); }
        var folded = CustomerNames.Fold(typed);
        var people = db.Set<Customer>().Where(c => c.WorkspaceId == by.Workspace && c.NameFolded!.Contains(folded));
        return found.Where(t => t.SubjectFolded.Contains(folded) || people.Any(p => p.Id == t.CustomerId));
    }

    private async Task<List<TicketView>> ViewsAsync(IQueryable<Ticket> chosen, CancellationToken ct)
    {
        var rows = await (
            from t in chosen.AsNoTracking()
            join c in db.Set<Customer>() on t.CustomerId equals c.Id
            from owner in db.Set<Agent>().Where(a => a.WorkspaceId == t.WorkspaceId && a.Id == t.OwnerId).DefaultIfEmpty()
            from opener in db.Set<Agent>().Where(a => a.WorkspaceId == t.WorkspaceId && a.Id == t.OpenedBy).DefaultIfEmpty()
            from team in db.Set<Team>().Where(x => x.WorkspaceId == t.WorkspaceId && x.Id == t.TeamId).DefaultIfEmpty()
            select new
            {
                Ticket = t, CustomerName = c.Name, c.PhotoId,
                Address = c.Name != null ? null : db.Set<Identity>().Where(i => i.WorkspaceId == t.WorkspaceId && i.CustomerId == t.CustomerId && i.Address != null).OrderByDescending(i => i.LastSeenAt ?? i.CreatedAt).Select(i => i.Address).FirstOrDefault(),
                Owner = owner!.Name, Opener = opener!.Name, Team = team!.Name,
            }).ToListAsync(ct);
        return [.. rows.OrderByDescending(r => r.Ticket.UpdatedAt).ThenByDescending(r => r.Ticket.Id).Select(r => new TicketView(
            r.Ticket.Id, r.Ticket.Number, r.Ticket.Subject, r.Ticket.Text, r.Ticket.Type, r.Ticket.Priority, r.Ticket.Status, new(r.Ticket.CustomerId, r.CustomerName, r.Address, r.PhotoId), r.Ticket.ConversationId,
            r.Ticket.OwnerId is { } owner ? new(owner, r.Owner ?? "") : null, r.Ticket.TeamId is { } team && r.Team is { } named ? new(team, named) : null, r.Ticket.Automatic, r.Ticket.OpenedAt,
            r.Ticket.OpenedBy is { } opener ? new(opener, r.Opener ?? "") : null, r.Ticket.SolvedAt, r.Ticket.UpdatedAt))];
    }

    private static RefusalException Wrong(string field, string what) =>
        RefusalException.Invalid($"The {field} of this list is not known. {what}", new Dictionary<string, string> { [field] = what });
}
