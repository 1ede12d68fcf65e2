using Braid.Accounts;
using Braid.Platform.Data;
using Braid.Platform.Http;
using Microsoft.EntityFrameworkCore;

namespace Braid.Customers;

/// <summary>The only door to a profile on behalf of somebody. Refuses with `not_found` (another workspace's) or `forbidden`.</summary>
internal sealed class CustomerAccess(BraidDb db)
{
    /// <summary>The profile that stands for this person: of a linked one, that which it is linked to.</summary>
    public async Task<Customer> RequireAsync(Id<Customer> id, Actor by, Permission permission, CancellationToken ct)
    {
        by.Require(permission);
        var customers = db.Set<Customer>().Where(c => c.WorkspaceId == by.Workspace);
        return await customers.FirstOrDefaultAsync(c => customers.Any(asked => asked.Id == id && asked.PersonId == c.Id), ct) ?? throw RefusalException.NotFound("customer");
    }

    /// <summary>The same, with the row held until the transaction ends: the ingest meets us here (DESIGN §9.5).</summary>
    public async Task<Customer> RequireLockedAsync(Id<Customer> id, Actor by, Permission permission, CancellationToken ct)
    {
        for (; ; )
        {
            var customer = await RequireAsync(id, by, permission, ct);
            await db.LockAsync("customers", customer.Id.Value, ct);
            await db.Entry(customer).ReloadAsync(ct);
            if (customer.PersonId == customer.Id) { return customer; }
        }
    }
}

/// <summary>How many conversations profiles have; answered by the module that knows conversations.</summary>
internal interface ICustomerConversations
{
    Task<IReadOnlyDictionary<Id<Customer>, ConversationCounts>> CountAsync(IReadOnlyCollection<Id<Customer>> customers, Actor by, CancellationToken ct);

    /// <summary>Those of the files that some message carries.</summary>
    Task<List<Id<Platform.Files.StoredFile>>> AttachedAsync(Id<Workspace> workspace, IReadOnlyCollection<Id<Platform.Files.StoredFile>> files, CancellationToken ct);
}

internal sealed record ConversationCounts(int Open, int All)
{
    public static readonly ConversationCounts None = new(0, 0);
}
