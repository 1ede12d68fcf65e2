using Braid.Accounts;
using Braid.Platform.Data;
using Braid.Platform.Http;
using Microsoft.EntityFrameworkCore;

namespace Braid.Customers;

/// <summary>What a merge would do, what was merged, and where each value of a profile comes from.</summary>
internal sealed class ReadMerges(BraidDb db, CustomerAccess access, CustomerValues values, ICustomerConversations conversations)
{
    private const int Most = 200;

    public async Task<MergePreviewView> PreviewAsync(Id<Customer> left, Id<Customer> right, Actor by, CancellationToken ct)
    {
        var (one, other) = (await access.RequireAsync(left, by, Permission.ReadConversations, ct), await access.RequireAsync(right, by, Permission.ReadConversations, ct));
        if (one.Id == other.Id) { throw new RefusalException("conflict", "These two profiles are one person already."); }
        var known = new[] { one, other }.ToDictionary(c => c.Id, _ => new List<CustomerValue>());
        foreach (var customer in new[] { one, other }) { known[customer.Id] = await values.OfPersonAsync(by.Workspace, customer.Id, ct); }
        var stands = Persons.Of([one, other], [new CustomerLink { LeftId = one.Id, RightId = other.Id, Reason = "" }])[one.Id];
        var fields = known[one.Id].Concat(known[other.Id]).GroupBy(v => v.Field).OrderBy(g => Position(g.Key)).ThenBy(g => g.Key, StringComparer.Ordinal).Select(field => new MergedFieldView(
            field.Key, GoldenRecord.Best(field)!.Value,
            GoldenRecord.Best(known[one.Id].Where(v => v.Field == field.Key))?.Value, GoldenRecord.Best(known[other.Id].Where(v => v.Field == field.Key))?.Value)).ToList();
        return new(stands, await SideAsync(one, by, ct), await SideAsync(other, by, ct), fields);
    }

    /// <summary>Links of this person's profiles, active ones and undone ones, the newest first.</summary>
    public async Task<MergesView> OfAsync(Id<Customer> id, Actor by, CancellationToken ct)
    {
        var person = await access.RequireAsync(id, by, Permission.ReadConversations, ct);
        var workspace = by.Workspace;
        var profiles = db.Set<Customer>().Where(c => c.WorkspaceId == workspace && c.PersonId == person.Id);
        var links = await (
            from l in db.Set<CustomerLink>()
            where l.WorkspaceId == workspace && profiles.Any(p => p.Id == l.LeftId || p.Id == l.RightId)
            join left in db.Set<Customer>() on l.LeftId equals left.Id
            join right in db.Set<Customer>() on l.RightId equals right.Id
            from maker in db.Set<Agent>().Where(a => a.Id == l.MadeBy).DefaultIfEmpty()
            from undoer in db.Set<Agent>().Where(a => a.Id == l.UndoneBy).DefaultIfEmpty()
            orderby l.MadeAt descending, l.Id descending
            select new MergeView(l.Id, new(left.Id, left.Name), new(right.Id, right.Name), l.Reason, l.MadeAt, maker!.Name, l.UndoneAt, undoer!.Name)).Take(Most).ToListAsync(ct);
        return new(links);
    }

    /// <summary>All that is said of each field, what is shown first.</summary>
    public async Task<FieldValuesView> ValuesAsync(Id<Customer> id, Actor by, CancellationToken ct)
    {
        var person = await access.RequireAsync(id, by, Permission.ReadConversations, ct);
        var known = await values.OfPersonAsync(by.Workspace, person.Id, ct);
        var sources = await SourceNamesAsync(by.Workspace, known, ct);
        return new([.. known.GroupBy(v => v.Field).OrderBy(g => Position(g.Key)).ThenBy(g => g.Key, StringComparer.Ordinal).Select(field => new FieldView(field.Key,
            [.. field.OrderBy(v => v, Comparer<CustomerValue>.Create(GoldenRecord.Compare)).Select(v => new ValueView(v.Value, v.Source, sources.GetValueOrDefault(v.SourceId), v.At, v.CustomerId))]))]);
    }

    private async Task<Dictionary<Guid, string>> SourceNamesAsync(Id<Workspace> workspace, List<CustomerValue> known, CancellationToken ct)
    {
        var agents = known.Where(v => v.Source == ValueSource.Agent).Select(v => new Id<Agent>(v.SourceId)).ToList();
        var inboxes = known.Where(v => v.Source == ValueSource.Channel).Select(v => new Id<Inboxes.Inbox>(v.SourceId)).ToList();
        var names = await db.Set<Agent>().Where(a => a.WorkspaceId == workspace && agents.Contains(a.Id)).Select(a => new { a.Id, a.Name }).ToDictionaryAsync(a => a.Id.Value, a => a.Name, ct);
        foreach (var inbox in await db.Set<Inboxes.Inbox>().Where(i => i.WorkspaceId == workspace && inboxes.Contains(i.Id)).Select(i => new { i.Id, i.Name }).ToListAsync(ct)) { names[inbox.Id.Value] = inbox.Name; }
        return names;
    }

    private async Task<MergeSideView> SideAsync(Customer customer, Actor by, CancellationToken ct)
    {
        var counts = (await conversations.CountAsync([customer.Id], by, ct)).GetValueOrDefault(customer.Id, ConversationCounts.None);
        var handles = await db.Set<Identity>().Where(i => i.WorkspaceId == by.Workspace && i.CustomerId == customer.Id).CountAsync(ct);
        return new(customer.Id, customer.Name, customer.LastSeenAt, handles, counts.Open, counts.All);
    }

    private static int Position(string field) => CustomerFieldNames.All.Contains(field) ? CustomerFieldNames.All.ToList().IndexOf(field) : int.MaxValue;
}

/// <param name="StandsFor">The profile that will stand for both: the older one.</param>
internal sealed record MergePreviewView(Id<Customer> StandsFor, MergeSideView Left, MergeSideView Right, IReadOnlyList<MergedFieldView> Fields);

internal sealed record MergeSideView(Id<Customer> Id, string? Name, DateTimeOffset? LastSeenAt, int Identities, int OpenConversations, int Conversations);

/// <param name="Shown">What the merged profile shows; the other value is kept.</param>
internal sealed record MergedFieldView(string Field, string Shown, string? Left, string? Right);

internal sealed record MergesView(IReadOnlyList<MergeView> Items);

/// <param name="By">Null: a proven key said so.</param>
internal sealed record MergeView(Id<CustomerLink> Id, MergedProfileView Left, MergedProfileView Right, string Reason, DateTimeOffset At, string? By, DateTimeOffset? UndoneAt, string? UndoneBy);

internal sealed record MergedProfileView(Id<Customer> Id, string? Name);

internal sealed record FieldValuesView(IReadOnlyList<FieldView> Items);

internal sealed record FieldView(string Field, IReadOnlyList<ValueView> Values);

/// <param name="From">The agent, inbox, import or connector, by name.</param>
/// <param name="Profile">The profile it was given to.</param>
internal sealed record ValueView(string Value, ValueSource Source, string? From, DateTimeOffset At, Id<Customer> Profile);
