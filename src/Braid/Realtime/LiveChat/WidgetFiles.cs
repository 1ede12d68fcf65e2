using Braid.Channels.LiveChat;
using Braid.Inboxes;
using Braid.Platform.Data;
using Braid.Platform.Files;
using Braid.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Net.Http.Headers;

namespace Braid.Realtime.LiveChat;

internal static class WidgetFiles
{
    private const int UploadsPerMinute = 60;

    public static async Task<Ok<SaidFileView>> Upload(
        Id<Inbox> inboxId, HttpContext context, WidgetDoor door, Pace pace, VisitorFiles files, IFileStore store, TimeProvider clock, CancellationToken ct)
    {
        var guest = await door.RequireGuestAsync(inboxId, context.Request, ct);
        pace.Require("uploads", context, UploadsPerMinute);
        var workspace = guest.Chat.Inbox.Workspace;
        var file = await FileEndpoints.ReceiveAsync(context, store, workspace, null, LiveChatLimits.FileBytes, clock, ct);
        await files.AddAsync(guest, file, ct);
        if (!await store.ExistsAsync(workspace, file.Hash, ct))
        {
            // The same bytes of an older upload were cleared away between our writing and our row.
            throw new RefusalException("try_again", "The file could not be stored just now. Send it again.", StatusCodes.Status503ServiceUnavailable);
        }

        return TypedResults.Ok(new SaidFileView(file.Id.Value, file.Name, file.ContentType, file.Size, null));
    }

    public static async Task<IResult> Download(Id<StoredFile> id, string? t, HttpContext context, FileLinks links, IFileStore store, BraidDb db, CancellationToken ct)
    {
        if (links.Read(id, t) is not { } workspace
            || await db.Set<StoredFile>().AsNoTracking().FirstOrDefaultAsync(f => f.Id == id && f.WorkspaceId == workspace, ct) is not { } file
            || !await store.ExistsAsync(workspace, file.Hash, ct))
        {
            throw RefusalException.NotFound("file");
        }

        var show = file.ContentType is "image/png" or "image/jpeg" or "image/gif" or "image/webp" or "image/avif";
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        headers.CacheControl = "private, max-age=3600";
        var disposition = new ContentDispositionHeaderValue(show ? "inline" : "attachment");
        disposition.SetHttpFileName(file.Name);
        headers.ContentDisposition = disposition.ToString();
        return TypedResults.Stream(
            await store.OpenAsync(workspace, file.Hash, ct), show ? file.ContentType : "application/octet-stream",
            entityTag: new EntityTagHeaderValue($"\"{file.Hash}\""), enableRangeProcessing: true);
    }
}
