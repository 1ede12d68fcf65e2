using System.Text.Json;
using Braid.Customers;
using Braid.Platform.Jobs;

namespace Braid.Ingest;

/// <summary>Asking the provider who wrote, queued with their message.</summary>
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
}
