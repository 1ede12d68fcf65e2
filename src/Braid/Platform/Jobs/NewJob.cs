using System.Text.Json;
using Braid.Platform.Data;

namespace Braid.Platform.Jobs;

/// <summary>Work to be queued. The payload is JSON and holds ids, not content: what is read when the job runs is fresh.</summary>
internal sealed record NewJob(Id<Workspace> Workspace, string Kind, string Payload)
{
    public Id<Job> Id { get; init; } = Id<Job>.New();
    /// <summary>While a job of this kind with this key waits to start, this one is dropped.</summary>
    public string? UniqueKey { get; init; }
    /// <summary>Not before; null = now.</summary>
    public DateTimeOffset? RunAt { get; init; }

    public static NewJob Of<T>(Id<Workspace> workspace, string kind, T payload) => new(workspace, kind, JsonSerializer.Serialize(payload, JsonSerializerOptions.Web));
}
