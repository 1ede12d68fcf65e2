using Braid.Platform.Data;
using Braid.Platform.Events;

namespace Braid.Customers;

/// <summary>What happened to a profile. Kinds: created, changed, merged, unmerged, suggested, erased.</summary>
internal sealed record CustomerChanged : DomainEvent
{
    public CustomerChanged(Id<Workspace> workspace, Id<Customer> customer, string what) : base(workspace, "customer." + what) => CustomerId = customer.Value;
}
