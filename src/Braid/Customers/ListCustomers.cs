using Braid.Accounts;
using Braid.Inboxes;
using Braid.Platform.Data;
using Braid.Platform.Http;
using Microsoft.EntityFrameworkCore;

namespace Braid.Customers;

/// <param name="Q">Part of a name, a number or an address.</param>
internal sealed record CustomerFilter(string? Q, Id<Segment>? Segment = null, string? Tag = null, string? Company = null);

/// <summary>
/// Profiles, those seen last first, then those we never heard from. The two groups are read apart, so that both use their index whatever
/// the engine thinks of nulls.
/// </summary>
internal sealed class ListCustomers(BraidDb db, Segments segments, ICustomerConversations conversations)
{
    private const string Unseen = "unseen";

    public async Task<Page<CustomerItemView>> RunAsync(CustomerFilter filter, int? asked, string? cursor, Actor by, CancellationToken ct)
    {
        by.Require(Permission.ReadConversations);
        var limit = Page.Limit(asked);
        var found = Matching(filter.Q, by);
        if (filter.Segment is { } segment)
        {
            var members = await segments.CustomersAsync(segment, by, ct);
            found = found.Where(c => members.Any(m => m.Id == c.Id));
        }

        if (!string.IsNullOrWhiteSpace(filter.Tag)) { var tag = $"|{CustomerTags.Normalised(filter.Tag)}|"; found = found.Where(c => c.Tags!.Contains(tag)); }
        if (!string.IsNullOrWhiteSpace(filter.Company)) { var company = CustomerNames.Fold(filter.Company); found = found.Where(c => c.CompanyFolded == company); }

        var after = Cursor.Read(cursor);
        var rows = after?.Key == Unseen ? [] : await SeenAsync(found, after, limit + 1, ct);
        if (rows.Count <= limit)
        {
            rows.AddRange(await UnseenAsync(found, after?.Key == Unseen ? after : null, limit + 1 - rows.Count, ct));
        }

        var views = await ViewsAsync(rows, by, ct);
        return Page.Of(rows, limit, r => views[r.Id], r => r.LastSeenAt is { } seen ? Cursor.At(seen, r.Id.Value) : new Cursor(Unseen, r.Id.Value));
    }

    /// <summary>Some profiles by id, as the list shows them.</summary>
    public async Task<IReadOnlyDictionary<Id<Customer>, CustomerItemView>> ByIdAsync(IReadOnlyCollection<Id<Customer>> ids, Actor by, CancellationToken ct)
    {
        by.Require(Permission.ReadConversations);
        return await ViewsAsync(await db.Set<Customer>().AsNoTracking().Where(c => c.WorkspaceId == by.Workspace && ids.Contains(c.Id)).ToListAsync(ct), by, ct);
    }

    private IQueryable<Customer> Matching(string? q, Actor by)
    {
        var found = db.Set<Customer>().AsNoTracking().Where(c => c.WorkspaceId == by.Workspace && c.PersonId == c.Id);
        if (string.IsNullOrWhiteSpace(q))
        {
            return found;
        }

        var folded = CustomerNames.Fold(q);
        var typed = q.Trim();
        var keys = db.Set<CustomerKey>().Where(k => k.WorkspaceId == by.Workspace);
        // By the name of any profile linked to this one: people remember the other one.
        var names = db.Set<Customer>().Where(p => p.WorkspaceId == by.Workspace && p.NameFolded!.Contains(folded));
        var inboxes = db.Set<Inbox>().VisibleTo(by, db);
        var handles = db.Set<Identity>().Where(i => i.WorkspaceId == by.Workspace && inboxes.Any(x => x.Id == i.InboxId));
        if (PhoneDigits(typed) is not { } digits)
        {
            return found.Where(c => names.Any(p => p.PersonId == c.Id)
                || keys.Any(k => k.CustomerId == c.Id && k.Value.Contains(folded))
                || handles.Any(i => i.CustomerId == c.Id && (i.Address!.Contains(typed) || i.Address!.Contains(folded))));
        }

        // A number, however it was typed: keys are E.164, providers name people by digits.
        return found.Where(c => names.Any(p => p.PersonId == c.Id)
            || keys.Any(k => k.CustomerId == c.Id && k.Value.Contains(digits))
            || handles.Any(i => i.CustomerId == c.Id && (i.ExternalId.Contains(digits) || i.Address!.Contains(typed))));
    }

    private static string? PhoneDigits(string typed)
    {
        var digits = string.Concat(typed.Where(char.IsAsciiDigit)).TrimStart('0');
        return digits.Length >= 4 && typed.All(c => char.IsAsciiDigit(c) || " +()-./".Contains(c, StringComparison.Ordinal)) ? digits : null;
    }

    private static async Task<List<Customer>> SeenAsync(IQueryable<Customer> found, Cursor? after, int count, CancellationToken ct)
    {
        found = found.Where(c => c.LastSeenAt != null);
        if (after is not null)
        {
            var (at, id) = (after.Instant, new Id<Customer>(after.Id));
            found = found.Where(c => c.LastSeenAt < at || (c.LastSeenAt == at && c.Id < id));
        }

        return await found.OrderByDescending(c => c.LastSeenAt).ThenByDescending(c => c.Id).Take(count).ToListAsync(ct);
    }

    private static async Task<List<Customer>> UnseenAsync(IQueryable<Customer> found, Cursor? after, int count, CancellationToken ct)
    {
        found = found.Where(c => c.LastSeenAt == null);
        if (after is not null)
        {
            var id = new Id<Customer>(after.Id);
            found = found.Where(c => c.Id < id);
        }

        return await found.OrderByDescending(c => c.Id).Take(count).ToListAsync(ct);
    }

    private async Task<Dictionary<Id<Customer>, CustomerItemView>> ViewsAsync(List<Customer> rows, Actor by, CancellationToken ct)
    {
        var ids = rows.ConvertAll(r => r.Id);
        var (workspace, inboxes) = (by.Workspace, db.Set<Inbox>().VisibleTo(by, db));
        var handles = (await (
            from i in db.Set<Identity>()
            where i.WorkspaceId == workspace && ids.Contains(i.CustomerId)
            join inbox in inboxes on i.InboxId equals inbox.Id
            orderby i.LastSeenAt ?? i.CreatedAt descending, i.Id
            select new { i.CustomerId, i.Address, inbox.Channel }).ToListAsync(ct)).ToLookup(i => i.CustomerId);
        var keys = (await db.Set<CustomerKey>().Where(k => k.WorkspaceId == by.Workspace && ids.Contains(k.CustomerId))
            .OrderBy(k => k.CreatedAt).Select(k => new { k.CustomerId, k.Value }).ToListAsync(ct)).ToLookup(k => k.CustomerId, k => k.Value);
        var counts = await conversations.CountAsync(ids, by, ct);
        return rows.ToDictionary(r => r.Id, r => new CustomerItemView(
            r.Id, r.Name, handles[r.Id].Select(h => h.Address).FirstOrDefault(a => a is not null) ?? keys[r.Id].FirstOrDefault(),
            [.. handles[r.Id].Select(h => h.Channel).Distinct()], r.LastSeenAt, counts.GetValueOrDefault(r.Id, ConversationCounts.None).Open, r.PhotoId));
    }
}
