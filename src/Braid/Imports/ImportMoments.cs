using Braid.Accounts;
using Braid.Customers;
using Braid.Platform.Data;
using Microsoft.EntityFrameworkCore;

namespace Braid.Imports;

/// <summary>Which files a customer came from or was added to.</summary>
internal sealed class ImportMoments(BraidDb db) : ITellMoments
{
    public async Task<IReadOnlyList<MomentView>> OfAsync(Id<Workspace> workspace, IReadOnlyList<Id<Customer>> profiles, int most, CancellationToken ct)
    {
        // By what it said: its rows are found by number, not by customer.
        var sources = await db.Set<CustomerValue>().Where(v => v.WorkspaceId == workspace && profiles.Contains(v.CustomerId) && v.Source == ValueSource.Import).Select(v => v.SourceId).Distinct().OrderBy(s => s).Take(most).ToListAsync(ct);
        var ids = sources.ConvertAll(s => new Id<Import>(s));
        return await db.Set<Import>().AsNoTracking().Where(i => i.WorkspaceId == workspace && ids.Contains(i.Id))
            .Select(i => new MomentView("imported", i.CreatedAt, db.Set<Agent>().Where(a => a.WorkspaceId == workspace && a.Id == i.MadeBy).Select(a => a.Name).FirstOrDefault(), i.Name, null)).ToListAsync(ct);
    }
}
