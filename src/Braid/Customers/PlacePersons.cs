using System.Reflection;
using Braid.Platform.Data;
using Microsoft.EntityFrameworkCore;

namespace Braid.Customers;

/// <summary>
/// Gives everything of the profiles concerned to the person their links make them: profiles first, then every entity that belongs to a person,
/// then conversations, then what each profile shows. The same for a merge and for its undoing, so that only the links that are active decide.
/// </summary>
internal sealed class PlacePersons(BraidDb db, IPersonConversations conversations)
{
    private static readonly MethodInfo Place = typeof(PlacePersons).GetMethod(nameof(PlaceAsync), BindingFlags.NonPublic | BindingFlags.Instance)!;

    /// <param name="members">All profiles of the persons before and after, locked. Tracked.</param>
    public async Task RunAsync(Id<Workspace> workspace, IReadOnlyList<Customer> members, CancellationToken ct)
    {
        var ids = members.Select(m => m.Id).ToList();
        var links = await db.Set<CustomerLink>().AsNoTracking().Where(l => l.WorkspaceId == workspace && l.UndoneAt == null && (ids.Contains(l.LeftId) || ids.Contains(l.RightId))).ToListAsync(ct);
        var persons = Persons.Of(members, links);
        foreach (var member in members) { member.PersonId = persons[member.Id]; }
        await db.SaveChangesAsync(ct);

        var standing = persons.Values.Distinct().ToList();
        foreach (var entity in db.Model.GetEntityTypes().Where(e => typeof(IOfPerson).IsAssignableFrom(e.ClrType)).OrderBy(e => e.Name, StringComparer.Ordinal))
        {
            await (Task)Place.MakeGenericMethod(entity.ClrType).Invoke(this, [workspace, ids, ct])!;
        }

        await conversations.PlaceAsync(workspace, standing, ct);
        await ShowAsync(workspace, members, ct);
    }

    /// <summary>Found by who they belonged to: one of the members, whichever way they move. So origins need no index, which each message would have to write.</summary>
    private async Task PlaceAsync<T>(Id<Workspace> workspace, List<Id<Customer>> members, CancellationToken ct)
        where T : class, IOfPerson
    {
        var customers = db.Set<Customer>().Where(c => c.WorkspaceId == workspace);
        await db.Set<T>().Where(row => row.WorkspaceId == workspace && members.Contains(row.CustomerId) && customers.Any(c => c.Id == row.OriginId && c.PersonId != row.CustomerId))
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.CustomerId, row => customers.Where(c => c.Id == row.OriginId).Select(c => c.PersonId).First()), ct);
    }

    /// <summary>A profile that stands for itself shows the best of all linked to it; the others show what they would alone.</summary>
    private async Task ShowAsync(Id<Workspace> workspace, IReadOnlyList<Customer> members, CancellationToken ct)
    {
        var ids = members.Select(m => m.Id).ToList();
        var values = (await db.Set<CustomerValue>().AsNoTracking().Where(v => v.WorkspaceId == workspace && ids.Contains(v.CustomerId)).ToListAsync(ct)).ToLookup(v => v.CustomerId);
        var seen = await db.Set<Identity>().Where(i => i.WorkspaceId == workspace && ids.Contains(i.CustomerId) && i.LastSeenAt != null)
            .GroupBy(i => i.CustomerId).Select(g => new { g.Key, At = g.Max(i => i.LastSeenAt) }).ToDictionaryAsync(g => g.Key, g => g.At, ct);
        foreach (var member in members)
        {
            var linked = member.PersonId == member.Id ? members.Where(m => m.PersonId == member.Id) : [member];
            GoldenRecord.Apply(member, linked.SelectMany(m => values[m.Id]));
            if (member.PersonId == member.Id) { member.LastSeenAt = seen.GetValueOrDefault(member.Id); }
        }

        await db.SaveChangesAsync(ct);
    }
}

/// <summary>Who is one person, by the links: each profile's oldest linked one. Pure.</summary>
internal static class Persons
{
    public static Dictionary<Id<Customer>, Id<Customer>> Of(IReadOnlyCollection<Customer> profiles, IReadOnlyCollection<CustomerLink> links)
    {
        var above = profiles.ToDictionary(p => p.Id, p => p.Id);
        var age = profiles.ToDictionary(p => p.Id, p => (p.CreatedAt, p.Id));
        foreach (var link in links)
        {
            if (!above.ContainsKey(link.LeftId) || !above.ContainsKey(link.RightId)) { continue; }
            var (left, right) = (Top(link.LeftId), Top(link.RightId));
            if (left == right) { continue; }
            if (age[left].CompareTo(age[right]) < 0) { above[right] = left; } else { above[left] = right; }
        }

        return above.Keys.ToDictionary(id => id, Top);

        Id<Customer> Top(Id<Customer> id)
        {
            while (above[id] != id) { id = above[id] = above[above[id]]; }
            return id;
        }
    }
}

/// <summary>What conversations do when persons are joined or parted; answered by the module that knows them.</summary>
internal interface IPersonConversations
{
    /// <summary>Rows are placed already. Parts conversations that mix persons, and decides anew which one new threads join.</summary>
    Task PlaceAsync(Id<Workspace> workspace, IReadOnlyCollection<Id<Customer>> persons, CancellationToken ct);
}
