using Braid.Accounts;
using Braid.Platform.Data;
using Braid.Platform.Http;
using Microsoft.EntityFrameworkCore;

namespace Braid.Customers;

/// <summary>A profile made by hand, perhaps with keys that open a first contact.</summary>
internal sealed class CreateCustomer(BraidDb db, AddKey addKey, CustomerValues values, TimeProvider clock)
{
    public sealed record Request(string? Name, IReadOnlyList<EnteredKey>? Keys);

    public async Task<Id<Customer>> RunAsync(Request request, Actor by, CancellationToken ct)
    {
        by.Require(Permission.EditCustomers);
        var keys = (request.Keys ?? []).Select((k, i) => k.Normalised(null, $"keys.{i}.value")).Distinct().ToList();
        var name = CustomerFields.Text(request.Name, "name", CustomerFields.NameLength);
        if (name is null && keys.Count == 0)
        {
            throw RefusalException.Invalid("Give the profile a name, a phone number or an email address.", new Dictionary<string, string> { ["name"] = "A name or a key is needed." });
        }

        var customer = new Customer { WorkspaceId = by.Workspace, CreatedAt = clock.GetUtcNow() };
        await db.InTransactionAsync(async inner =>
        {
            db.Add(customer);
            await db.SaveChangesAsync(inner);
            await values.SetAsync(customer, [(CustomerFieldNames.Name, name)], by.AgentId is null ? ValueSource.Api : ValueSource.Agent, by.AgentId?.Value ?? Guid.Empty, inner);
            foreach (var key in keys)
            {
                await addKey.PutAsync(customer.Id, key, by, inner);
            }

            db.Events.Add(new CustomerChanged(by.Workspace, customer.Id, "created"));
        }, ct);
        return customer.Id;
    }
}
