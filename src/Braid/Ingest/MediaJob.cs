using Braid.Conversations;
using Braid.Platform.Jobs;

namespace Braid.Ingest;

/// <summary>Fetching a file from the provider, queued with the message it belongs to.</summary>
internal static class MediaJob
{
    public static Job Of(Attachment attachment, DateTimeOffset at) => new()
    {
        WorkspaceId = attachment.WorkspaceId,
        Kind = "media.fetch",
        UniqueKey = attachment.Id.ToString(),
        Payload = $$"""{"attachmentId":"{{attachment.Id}}"}""",
        RunAt = at,
        CreatedAt = at,
    };
}
