using Braid.Accounts;
using Braid.Platform.Data;
using Braid.Platform.Http;
using Microsoft.EntityFrameworkCore;

namespace Braid.Customers;

/// <summary>
/// Marks a key as belonging to several, or takes the mark back. A shared key is held by nobody and matches nobody; unmarked, the next message
/// that proves it gives it to whoever wrote.
/// </summary>
internal sealed class ShareKey(BraidDb db, CustomerAccess access)
{
    public sealed record Request(bool Shared);

    public Task RunAsync(Id<Customer> id, Id<CustomerKey> keyId, Request request, Actor by, CancellationToken ct) => db.InTransactionAsync(async inner =>
    {
        var customer = await access.RequireLockedAsync(id, by, Permission.EditCustomers, inner);
        var key = await db.Set<CustomerKey>().FirstOrDefaultAsync(k => k.WorkspaceId == by.Workspace && k.CustomerId == customer.Id && k.Id == keyId, inner) ?? throw RefusalException.NotFound("key");
        key.Shared = request.Shared;
        if (request.Shared) { key.Proven = false; }
        db.Events.Add(new CustomerChanged(by.Workspace, customer.Id, "changed"));
        await db.SaveChangesAsync(inner);
    }, ct);
}
