using Braid.Platform.Data;
using Microsoft.EntityFrameworkCore;

namespace Braid.Customers;

/// <summary>Writes what somebody says about a profile and shows the best of it. Within a transaction that holds the person's row.</summary>
internal sealed class CustomerValues(BraidDb db, TimeProvider clock)
{
    /// <param name="values">Null takes back what this source said of the field; what others said then shows.</param>
    /// <returns>False: nothing was new.</returns>
    public async Task<bool> SetAsync(Customer person, IReadOnlyCollection<(string Field, string? Value)> values, ValueSource source, Guid sourceId, CancellationToken ct)
    {
        var fields = values.Select(v => v.Field).ToList();
        var known = await db.Set<CustomerValue>().Where(v => v.WorkspaceId == person.WorkspaceId && v.Source == source && fields.Contains(v.Field)
            && db.Set<Customer>().Any(c => c.Id == v.CustomerId && c.PersonId == person.Id)).ToListAsync(ct);
        foreach (var (field, value) in values)
        {
            var mine = known.Find(v => v.CustomerId == person.Id && v.Field == field && v.SourceId == sourceId);
            if (value is null)
            {
                // An agent speaks for all agents: a cleared field must not show what a colleague wrote before.
                db.RemoveRange(source == ValueSource.Agent ? known.Where(v => v.Field == field) : known.Where(v => v.Field == field && v.SourceId == sourceId));
            }
            else if (mine is null)
            {
                db.Add(new CustomerValue { WorkspaceId = person.WorkspaceId, CustomerId = person.Id, Field = field, Source = source, SourceId = sourceId, Value = value, At = clock.GetUtcNow() });
            }
            else if (mine.Value != value)
            {
                (mine.Value, mine.At) = (value, clock.GetUtcNow());
            }
        }

        if (await db.SaveChangesAsync(ct) == 0) { return false; }
        await ShowAsync(person, ct);
        return true;
    }

    /// <summary>The profile's columns anew from all that is known.</summary>
    public async Task ShowAsync(Customer person, CancellationToken ct)
    {
        GoldenRecord.Apply(person, await OfPersonAsync(person.WorkspaceId, person.Id, ct));
        await db.SaveChangesAsync(ct);
    }

    public Task<List<CustomerValue>> OfPersonAsync(Id<Workspace> workspace, Id<Customer> person, CancellationToken ct) =>
        db.Set<CustomerValue>().AsNoTracking().Where(v => v.WorkspaceId == workspace && db.Set<Customer>().Any(c => c.Id == v.CustomerId && c.PersonId == person)).ToListAsync(ct);
}
