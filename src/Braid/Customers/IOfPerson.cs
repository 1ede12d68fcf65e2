using Braid.Platform.Data;

namespace Braid.Customers;

/// <summary>
/// A row that belongs to a person. <see cref="CustomerId"/> is the profile that stands for them now, <see cref="OriginId"/> the one it came
/// in on. Every entity with this interface changes hands when profiles are linked and unlinked, and goes when the person is erased.
/// </summary>
internal interface IOfPerson
{
    Id<Workspace> WorkspaceId { get; }
    Id<Customer> CustomerId { get; set; }
    Id<Customer> OriginId { get; set; }
}
