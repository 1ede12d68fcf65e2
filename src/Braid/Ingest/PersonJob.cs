using System.Text.Json;
using Braid.Customers;
using Braid.Platform.Data;
using Braid.Platform.Jobs;

namespace Braid.Ingest;

/// <summary>Asking who wrote, queued with their message: the provider for a name, ourselves whether we know them already.</summary>
internal static class PersonJob
{
    public static Job Of(Identity identity, string? thread, DateTimeOffset at) => new()
    {
        WorkspaceId = identity.WorkspaceId,
        Kind = FindPerson.KindName,
        UniqueKey = identity.Id.ToString(),
        Payload = JsonSerializer.Serialize(new FindPerson.Payload(identity.Id, thread), JsonSerializerOptions.Web),
        RunAt = at,
        CreatedAt = at,
    };

    public static Job Weigh(Id<Workspace> workspace, Id<Customer> customer, DateTimeOffset at) => new()
    {
        WorkspaceId = workspace,
        Kind = WeighPersons.KindName,
        UniqueKey = customer.ToString(),
        Payload = JsonSerializer.Serialize(new WeighPersons.Payload(customer), JsonSerializerOptions.Web),
        RunAt = at,
        CreatedAt = at,
    };
}
