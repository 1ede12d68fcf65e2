using System.Globalization;
using Braid.Accounts;
using Braid.Customers;
using Braid.Platform.Data;
using Microsoft.EntityFrameworkCore;

namespace Braid.Tickets;

/// <summary>When tickets of a customer were opened and solved. Those of restricted inboxes are not told here.</summary>
internal sealed class TicketMoments(BraidDb db) : ITellMoments
{
    public async Task<IReadOnlyList<MomentView>> OfAsync(Id<Workspace> workspace, IReadOnlyList<Id<Customer>> profiles, int most, CancellationToken ct)
    {
        var agents = db.Set<Agent>().Where(a => a.WorkspaceId == workspace);
        var tickets = await db.Set<Ticket>().AsNoTracking().Where(t => t.WorkspaceId == workspace && profiles.Contains(t.CustomerId) && t.RestrictedTo == null).OrderByDescending(t => t.UpdatedAt).Take(most)
            .Select(t => new { t.Number, t.Subject, t.OpenedAt, t.SolvedAt, t.ConversationId, Opener = agents.Where(a => a.Id == t.OpenedBy).Select(a => a.Name).FirstOrDefault(), Solver = agents.Where(a => a.Id == t.SolvedBy).Select(a => a.Name).FirstOrDefault() }).ToListAsync(ct);
        return [.. tickets.Select(t => new MomentView("ticketOpened", t.OpenedAt, t.Opener, Words(t.Number, t.Subject), t.ConversationId?.Value)),
            .. tickets.Where(t => t.SolvedAt is not null).Select(t => new MomentView("ticketSolved", t.SolvedAt!.Value, t.Solver, Words(t.Number, t.Subject), t.ConversationId?.Value))];
    }

    private static string Words(long number, string subject) => string.Create(CultureInfo.InvariantCulture, $"#{number} {subject}");
}
