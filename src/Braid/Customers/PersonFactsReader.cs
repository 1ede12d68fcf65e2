using Braid.Channels;
using Braid.Platform.Data;
using Microsoft.EntityFrameworkCore;

namespace Braid.Customers;

/// <summary>Reads what is known of persons for comparing them, and finds those worth comparing: who has a key in common, or the same name.</summary>
internal sealed class PersonFactsReader(BraidDb db)
{
    /// <summary>A key that more share is a company's switchboard, and a name that more share is Kim: comparing goes no further.</summary>
    private const int Most = 50;

    /// <returns>Persons by id, those asked for that exist.</returns>
    public async Task<Dictionary<Id<Customer>, PersonFacts>> ReadAsync(Id<Workspace> workspace, IReadOnlyCollection<Id<Customer>> persons, CancellationToken ct)
    {
        var profiles = await db.Set<Customer>().AsNoTracking().Where(c => c.WorkspaceId == workspace && persons.Contains(c.PersonId)).Select(c => new { c.Id, c.PersonId, c.Name, c.Company }).ToListAsync(ct);
        var handles = (await db.Set<Identity>().AsNoTracking().Where(i => i.WorkspaceId == workspace && persons.Contains(i.CustomerId) && i.Name != null).OrderBy(i => i.Id)
            .Select(i => new { i.CustomerId, i.Name }).Take(Most * persons.Count).ToListAsync(ct)).ToLookup(i => i.CustomerId, i => i.Name!);
        var keys = (await db.Set<CustomerKey>().AsNoTracking().Where(k => k.WorkspaceId == workspace && persons.Contains(k.CustomerId)).OrderBy(k => k.Id)
            .Select(k => new { k.CustomerId, k.Kind, k.Value, Proven = k.Proven || k.Proof != null, k.Shared, Held = db.Set<CustomerKey>().Any(o => o.WorkspaceId == workspace && o.Kind == k.Kind && o.Value == k.Value && o.Proven) }).Take(Most * persons.Count).ToListAsync(ct)).ToLookup(k => k.CustomerId);
        return profiles.GroupBy(p => p.PersonId).ToDictionary(g => g.Key, g => new PersonFacts(
            g.Key,
            [.. g.Select(p => p.Name).OfType<string>().Concat(handles[g.Key]).Distinct()],
            g.OrderBy(p => p.Id == g.Key ? 0 : 1).Select(p => p.Company).FirstOrDefault(c => c is not null),
            [.. keys[g.Key].Select(k => new FactKey(k.Kind, k.Value, k.Proven, k.Shared, k.Held))]));
    }

    public async Task<List<Id<Customer>>> CandidatesAsync(Id<Workspace> workspace, PersonFacts person, CancellationToken ct)
    {
        var found = new HashSet<Id<Customer>>();
        foreach (var kind in person.Keys.Where(k => !k.Shared).GroupBy(k => k.Kind))
        {
            var values = kind.SelectMany(k => k.Kind == KeyKind.Phone ? PhoneNumbers.Forms(k.Value) : [k.Value]).Where(v => kind.Key != KeyKind.Email || !EmailAddresses.IsShared(v)).Distinct().ToList();
            found.UnionWith(await db.Set<CustomerKey>().Where(k => k.WorkspaceId == workspace && k.Kind == kind.Key && values.Contains(k.Value) && k.CustomerId != person.Id && !k.Shared)
                .Select(k => k.CustomerId).Distinct().OrderBy(c => c).Take(Most).ToListAsync(ct));
        }

        var names = person.Names.Where(NameLikeness.IsFull).Select(CustomerNames.Fold).Distinct().ToList();
        if (names.Count > 0)
        {
            found.UnionWith(await db.Set<Customer>().Where(c => c.WorkspaceId == workspace && names.Contains(c.NameFolded!) && c.PersonId != person.Id).Select(c => c.PersonId).Distinct().OrderBy(c => c).Take(Most).ToListAsync(ct));
        }

        return [.. found.Order()];
    }
}
