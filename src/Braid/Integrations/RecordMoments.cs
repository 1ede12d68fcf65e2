using Braid.Customers;
using Braid.Platform.Data;
using Braid.Tickets;
using Microsoft.EntityFrameworkCore;

namespace Braid.Integrations;

/// <summary>When a customer was linked to another system's record, when that went, and which conversations and tickets were written there.</summary>
internal sealed class RecordMoments(BraidDb db) : ITellMoments
{
    public async Task<IReadOnlyList<MomentView>> OfAsync(Id<Workspace> workspace, IReadOnlyList<Id<Customer>> profiles, int most, CancellationToken ct)
    {
        var integrations = db.Set<Integration>().Where(i => i.WorkspaceId == workspace);
        var links = await db.Set<RecordLink>().AsNoTracking().Where(l => l.WorkspaceId == workspace && profiles.Contains(l.CustomerId)).OrderByDescending(l => l.CreatedAt).Take(most)
            .Select(l => new { l.CreatedAt, l.SyncedAt, l.State, l.Trouble, Name = integrations.Where(i => i.Id == l.IntegrationId).Select(i => i.Name).FirstOrDefault() }).ToListAsync(ct);
        var notes = await db.Set<RecordNote>().AsNoTracking().Where(n => n.WorkspaceId == workspace && profiles.Contains(n.CustomerId)).OrderByDescending(n => n.At).Take(most)
            .Select(n => new { n.At, n.AboutId, Name = integrations.Where(i => i.Id == n.IntegrationId).Select(i => i.Name).FirstOrDefault() }).ToListAsync(ct);
        var about = notes.ConvertAll(n => new Id<Ticket>(n.AboutId));
        var tickets = (await db.Set<Ticket>().Where(t => t.WorkspaceId == workspace && about.Contains(t.Id)).Select(t => t.Id).ToListAsync(ct)).ConvertAll(t => t.Value);
        return [.. links.Select(l => new MomentView("linked", l.CreatedAt, null, l.Name)), .. links.Where(l => l.State == RecordState.Gone).Select(l => new MomentView("unlinked", l.SyncedAt ?? l.CreatedAt, null, l.Name)),
            .. notes.Select(n => tickets.Contains(n.AboutId) ? new MomentView("ticketWritten", n.At, null, n.Name) : new MomentView("written", n.At, null, n.Name, n.AboutId))];
    }
}
