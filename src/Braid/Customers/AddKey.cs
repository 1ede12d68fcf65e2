using Braid.Accounts;
using Braid.Platform.Data;
using Braid.Platform.Http;
using Braid.Platform.Jobs;
using Microsoft.EntityFrameworkCore;

namespace Braid.Customers;

/// <summary>
/// Adds a phone number or email address to a profile. What an agent enters counts as proven on the profile's side (DESIGN §9.11), so a key
/// that another profile has proven is refused by name. The customer's row is locked first, as the ingest does; if both enter the same
/// key for different profiles, the unique index decides and the loser is told.
/// </summary>
internal sealed class AddKey(BraidDb db, CustomerAccess access, JobQueue jobs, TimeProvider clock)
{
    public async Task RunAsync(Id<Customer> id, EnteredKey entered, Actor by, CancellationToken ct)
    {
        var key = entered.Normalised(null, "value");
        try
        {
            await db.InTransactionAsync(async inner =>
            {
                id = (await access.RequireLockedAsync(id, by, Permission.EditCustomers, inner)).Id;
                await PutAsync(id, key, by, inner);
                db.Events.Add(new CustomerChanged(by.Workspace, id, "changed"));
            }, ct);
        }
        catch (Exception e) when (Database.IsConflict(e) && db.Database.CurrentTransaction is null)
        {
            db.ChangeTracker.Clear();
            await RefuseTakenAsync(id, key, by, ct);
            throw;
        }
    }

    /// <summary>Within a transaction that holds the customer's row. A key that was only stated before becomes proven.</summary>
    public async Task PutAsync(Id<Customer> id, EnteredKey key, Actor by, CancellationToken ct)
    {
        await RefuseTakenAsync(id, key, by, ct);
        var known = await db.Set<CustomerKey>().FirstOrDefaultAsync(k => k.WorkspaceId == by.Workspace && k.CustomerId == id && k.Kind == key.Kind && k.Value == key.Value, ct);
        if (known is null)
        {
            known = new CustomerKey { WorkspaceId = by.Workspace, CustomerId = id, Kind = key.Kind, Value = key.Value, AddedBy = by.AgentId, CreatedAt = clock.GetUtcNow() };
            db.Add(known);
        }

        if (!known.Proven)
        {
            (known.Proven, known.Proof) = (true, $"entered by {by.Name ?? "a rule"}");
        }

        await db.SaveChangesAsync(ct);
        await jobs.EnqueueAsync(WeighPersons.Of(by.Workspace, known.OriginId), ct);
    }

    private async Task RefuseTakenAsync(Id<Customer> id, EnteredKey key, Actor by, CancellationToken ct)
    {
        var workspace = by.Workspace;
        var holder = await (
            from k in db.Set<CustomerKey>()
            where k.WorkspaceId == workspace && k.Kind == key.Kind && k.Value == key.Value && k.Proven && k.CustomerId != id
            join c in db.Set<Customer>() on k.CustomerId equals c.Id
            select new { c.Name }).FirstOrDefaultAsync(ct);
        if (holder is not null)
        {
            throw new RefusalException("key_taken", $"{key.Value} belongs to the profile of {holder.Name ?? "somebody without a name"}. Open that profile, or remove it there first.");
        }
    }
}
