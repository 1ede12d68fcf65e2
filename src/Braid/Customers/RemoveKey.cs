using Braid.Accounts;
using Braid.Platform.Data;
using Braid.Platform.Http;
using Microsoft.EntityFrameworkCore;

namespace Braid.Customers;

/// <summary>Takes a key off a profile: it then matches nobody. What was said stays where it is.</summary>
internal sealed class RemoveKey(BraidDb db, CustomerAccess access)
{
    public Task RunAsync(Id<Customer> id, Id<CustomerKey> key, Actor by, CancellationToken ct) => db.InTransactionAsync(async inner =>
    {
        id = (await access.RequireLockedAsync(id, by, Permission.EditCustomers, inner)).Id;
        if (await db.Set<CustomerKey>().Where(k => k.WorkspaceId == by.Workspace && k.CustomerId == id && k.Id == key).ExecuteDeleteAsync(inner) == 0)
        {
            throw RefusalException.NotFound("key");
        }

        db.Events.Add(new CustomerChanged(by.Workspace, id, "changed"));
    }, ct);
}
