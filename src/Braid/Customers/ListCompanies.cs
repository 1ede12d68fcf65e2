using Braid.Accounts;
using Braid.Platform.Data;
using Braid.Platform.Http;
using Microsoft.EntityFrameworkCore;

namespace Braid.Customers;

/// <summary>Companies are what profiles name: their people, in order of the name. Their history is that of their people.</summary>
internal sealed class ListCompanies(BraidDb db)
{
    public async Task<Page<CompanyView>> RunAsync(string? q, int? asked, string? cursor, Actor by, CancellationToken ct)
    {
        by.Require(Permission.ReadConversations);
        var limit = Page.Limit(asked);
        var found = db.Set<Customer>().AsNoTracking().Where(c => c.WorkspaceId == by.Workspace && c.PersonId == c.Id && c.CompanyFolded != null);
        if (!string.IsNullOrWhiteSpace(q)) { var folded = CustomerNames.Fold(q); found = found.Where(c => c.CompanyFolded!.Contains(folded)); }
#pragma warning disable CA1309 // Compared by the database, in the order it sorts by.
        if (Cursor.Read(cursor) is { } after) { found = found.Where(c => string.Compare(c.CompanyFolded, after.Key) > 0); }
#pragma warning restore CA1309
        var rows = await found.GroupBy(c => c.CompanyFolded!).OrderBy(g => g.Key)
            .Select(g => new { g.Key, Name = g.Min(c => c.Company), People = g.Count(), LastSeenAt = g.Max(c => c.LastSeenAt) }).Take(limit + 1).ToListAsync(ct);
        return Page.Of(rows, limit, r => new CompanyView(r.Name!, r.People, r.LastSeenAt), r => new Cursor(r.Key, Guid.Empty));
    }
}

internal sealed record CompanyView(string Name, int People, DateTimeOffset? LastSeenAt);
