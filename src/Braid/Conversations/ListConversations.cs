using Braid.Accounts;
using Braid.Customers;
using Braid.Inboxes;
using Braid.Platform.Data;
using Braid.Platform.Http;
using Microsoft.EntityFrameworkCore;

namespace Braid.Conversations;

/// <summary>The inbox's list and its counts: two queries each, however long the page.</summary>
internal sealed class ListConversations(BraidDb db, ConversationItems items)
{
    /// <summary>Sorts after every real instant, so that conversations nobody waits in come last.</summary>
    private static readonly DateTimeOffset Never = DateTimeOffset.FromUnixTimeMilliseconds(253_402_300_799_000);

    public sealed record Query(string? View, string? Status, Id<Inbox>? Inbox, string? Q, string? Sort, int? Limit, string? Cursor);

    public async Task<Page<ConversationItemView>> RunAsync(Query query, Actor by, CancellationToken ct)
    {
        by.Require(Permission.ReadConversations);
        var limit = Page.Limit(query.Limit);
        return await PageAsync(Filtered(query, by), Sort(query.Sort), limit, query.Cursor, ct);
    }

    public async Task<Page<ConversationItemView>> OfCustomerAsync(Id<Customer> customer, int? limit, string? cursor, Actor by, CancellationToken ct) =>
        await PageAsync(db.Set<Conversation>().VisibleTo(by, db).Where(c => c.CustomerId == customer), SortBy.Newest, Page.Limit(limit), cursor, ct);

    /// <summary>Of all people who are with this company, whatever its capitals.</summary>
    public async Task<Page<ConversationItemView>> OfCompanyAsync(string company, int? limit, string? cursor, Actor by, CancellationToken ct)
    {
        by.Require(Permission.ReadConversations);
        var folded = CustomerNames.Fold(company);
        var people = db.Set<Customer>().Where(p => p.WorkspaceId == by.Workspace && p.CompanyFolded == folded && p.PersonId == p.Id);
        return await PageAsync(db.Set<Conversation>().VisibleTo(by, db).Where(c => people.Any(p => p.Id == c.CustomerId)), SortBy.Newest, Page.Limit(limit), cursor, ct);
    }

    public async Task<CountsView> CountAsync(Actor by, CancellationToken ct)
    {
        by.Require(Permission.ReadConversations);
        var visible = db.Set<Conversation>().VisibleTo(by, db);
        var me = by.AgentId;
        var sums = await visible.Where(c => c.Status != ConversationStatus.Resolved).GroupBy(c => c.WorkspaceId).Select(g => new
        {
            All = g.Count(c => c.Status == ConversationStatus.Open),
            Mine = g.Count(c => c.Status == ConversationStatus.Open && me != null && c.AssigneeId == me),
            Unassigned = g.Count(c => c.Status == ConversationStatus.Open && c.AssigneeId == null),
            Snoozed = g.Count(c => c.Status == ConversationStatus.Snoozed),
        }).FirstOrDefaultAsync(ct);
        var byInbox = await (
            from s in db.Set<Strand>()
            join c in visible.Where(c => c.Status == ConversationStatus.Open) on s.ConversationId equals c.Id
            group s.ConversationId by s.InboxId into g
            select new { Inbox = g.Key, Count = g.Distinct().Count() }).ToDictionaryAsync(g => g.Inbox, g => g.Count, ct);
        return new(sums?.All ?? 0, sums?.Mine ?? 0, sums?.Unassigned ?? 0, sums?.Snoozed ?? 0, byInbox);
    }

    private IQueryable<Conversation> Filtered(Query query, Actor by)
    {
        var found = db.Set<Conversation>().VisibleTo(by, db);
        found = query.Status switch
        {
            null or "open" => found.Where(c => c.Status == ConversationStatus.Open),
            "snoozed" => found.Where(c => c.Status == ConversationStatus.Snoozed),
            "resolved" => found.Where(c => c.Status == ConversationStatus.Resolved),
            "any" => found,
            _ => throw Wrong("status", "One of open, snoozed, resolved, any."),
        };
        found = query.View switch
        {
            null or "all" => found,
            "mine" => found.Where(c => c.AssigneeId != null && c.AssigneeId == by.AgentId),
            "unassigned" => found.Where(c => c.AssigneeId == null),
            _ => throw Wrong("view", "One of all, mine, unassigned."),
        };
        if (query.Inbox is { } inbox)
        {
            found = found.Where(c => db.Set<Strand>().Any(s => s.WorkspaceId == by.Workspace && s.ConversationId == c.Id && s.InboxId == inbox));
        }

        if (!string.IsNullOrWhiteSpace(query.Q))
        {
            var folded = CustomerNames.Fold(query.Q);
            found = found.Where(c => db.Set<Customer>().Any(p => p.Id == c.CustomerId && p.NameFolded!.Contains(folded)));
        }

        return found;
    }

    private async Task<Page<ConversationItemView>> PageAsync(IQueryable<Conversation> found, SortBy sort, int limit, string? cursor, CancellationToken ct)
    {
        if (Cursor.Read(cursor) is { } after)
        {
            var (at, id) = (after.Instant, new Id<Conversation>(after.Id));
            found = sort switch
            {
                SortBy.Newest => found.Where(c => c.LastMessageAt < at || (c.LastMessageAt == at && c.Id < id)),
                SortBy.Oldest => found.Where(c => c.LastMessageAt > at || (c.LastMessageAt == at && c.Id > id)),
                _ => found.Where(c => (c.WaitingSince ?? Never) > at || ((c.WaitingSince ?? Never) == at && c.Id > id)),
            };
        }

        var ordered = sort switch
        {
            SortBy.Newest => found.OrderByDescending(c => c.LastMessageAt).ThenByDescending(c => c.Id),
            SortBy.Oldest => found.OrderBy(c => c.LastMessageAt).ThenBy(c => c.Id),
            _ => found.OrderBy(c => c.WaitingSince ?? Never).ThenBy(c => c.Id),
        };
        var rows = await items.LoadAsync(ordered.Take(limit + 1), ct);
        IReadOnlyList<ConversationItemView> sorted = sort switch
        {
            SortBy.Newest => [.. rows.OrderByDescending(r => r.UpdatedAt).ThenByDescending(r => r.Id, ById)],
            SortBy.Oldest => [.. rows.OrderBy(r => r.UpdatedAt).ThenBy(r => r.Id, ById)],
            _ => [.. rows.OrderBy(r => r.WaitingSince ?? Never).ThenBy(r => r.Id, ById)],
        };
        return Page.Of(sorted, limit, r => r, r => Cursor.At(sort == SortBy.Waiting ? r.WaitingSince ?? Never : r.UpdatedAt, r.Id.Value));
    }

    /// <summary>As both databases compare ids: byte by byte, most significant first.</summary>
    private static readonly Comparer<Id<Conversation>> ById =
        Comparer<Id<Conversation>>.Create((a, b) => a.Value.ToByteArray(true).AsSpan().SequenceCompareTo(b.Value.ToByteArray(true)));

    private enum SortBy { Newest, Oldest, Waiting }

    private static SortBy Sort(string? sort) => sort switch
    {
        null or "newest" => SortBy.Newest,
        "oldest" => SortBy.Oldest,
        "waiting" => SortBy.Waiting,
        _ => throw Wrong("sort", "One of newest, oldest, waiting."),
    };

    private static RefusalException Wrong(string field, string what) =>
        RefusalException.Invalid($"The {field} of this list is not known. {what}", new Dictionary<string, string> { [field] = what });
}
