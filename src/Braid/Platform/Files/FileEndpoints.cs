using System.Globalization;
using System.Security.Claims;
using Braid.Platform.Data;
using Braid.Platform.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Braid.Platform.Files;

internal sealed record FileView(Id<StoredFile> Id, string Name, string ContentType, long Size);

/// <summary>Files go in and out as streams. The wall is the workspace; the id, which only those who see the message get, is the key.</summary>
internal static class FileEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/files").WithTags("Files");
        // The form is read part by part from the body; the gate against forged forms is the X-Requested-With header.
        group.MapPost("/", Upload).DisableAntiforgery().WithMetadata(new OwnIdempotency());
        group.MapGet("/{id}", Download);
    }

    private static async Task<Ok<FileView>> Upload(HttpContext context, IFileStore store, BraidDb db, IOptions<FileLimits> limits, TimeProvider clock, CancellationToken ct)
    {
        var (workspace, person) = Caller(context.User);
        var file = await ReceiveAsync(context, store, workspace, person, limits.Value.UploadBytes, clock, ct);
        db.Add(file);
        await db.SaveChangesAsync(ct);
        return TypedResults.Ok(new FileView(file.Id, file.Name, file.ContentType, file.Size));
    }

    /// <summary>Stores the bytes of the form's file; its row is the caller's to save.</summary>
    public static async Task<StoredFile> ReceiveAsync(
        HttpContext context, IFileStore store, Id<Workspace> workspace, Guid? person, long most, TimeProvider clock, CancellationToken ct)
    {
        // Said before the cap is set: the server then still reads the rest, so that the sender hears the answer.
        if (context.Request.ContentLength > most + (64 * 1024)) { throw TooLarge(most); }
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } cap) { cap.MaxRequestBodySize = most + (64 * 1024); }

        if (await FilePartAsync(context.Request, ct) is not { } part)
        {
            throw RefusalException.Invalid("Send the file as the part \"file\" of a multipart form.", new Dictionary<string, string> { ["file"] = "There is no file." });
        }

        try
        {
            var content = await store.PutAsync(workspace, part.Body, most, ct);
            return new()
            {
                WorkspaceId = workspace,
                Hash = content.Hash,
                Size = content.Size,
                Name = SafeNames.Of(part.Name),
                ContentType = SafeNames.ContentType(part.ContentType),
                UploadedBy = person,
                CreatedAt = clock.GetUtcNow(),
            };
        }
        catch (Exception e) when (e is FileTooLargeException or BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge })
        {
            throw TooLarge(most);
        }
        catch (IOException e) when (e is not BadHttpRequestException)
        {
            throw new RefusalException("storage_full", "The server can't store files at the moment. Tell an admin: the disk may be full.", StatusCodes.Status507InsufficientStorage);
        }
    }

    /// <param name="size">`thumb`: a small WebP of a picture; of anything else, the file itself.</param>
    private static async Task<IResult> Download(Id<StoredFile> id, string? download, string? size, HttpContext context, IFileStore store, Thumbnails thumbnails, BraidDb db, CancellationToken ct)
    {
        var (workspace, _) = Caller(context.User);
        var file = await db.Set<StoredFile>().AsNoTracking().FirstOrDefaultAsync(f => f.Id == id && f.WorkspaceId == workspace, ct);
        if (file is null || !await store.ExistsAsync(workspace, file.Hash, ct))
        {
            throw RefusalException.NotFound("file");
        }

        var show = download is not ("1" or "true") && SafeNames.MayShow(file.ContentType);
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        headers.CacheControl = "private, max-age=86400, immutable";
        if (size == "thumb" && show && await thumbnails.OfAsync(file, ct) is { } small)
        {
            return TypedResults.Bytes(small, "image/webp", entityTag: new EntityTagHeaderValue($"\"{file.Hash}-thumb\""));
        }

        var disposition = new ContentDispositionHeaderValue(show ? "inline" : "attachment");
        disposition.SetHttpFileName(file.Name);
        headers.ContentDisposition = disposition.ToString();
        return TypedResults.Stream(
            await store.OpenAsync(workspace, file.Hash, ct), show ? file.ContentType : "application/octet-stream",
            entityTag: new EntityTagHeaderValue($"\"{file.Hash}\""), enableRangeProcessing: true);
    }

    private static async Task<FilePart?> FilePartAsync(HttpRequest request, CancellationToken ct)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
            || HeaderUtilities.RemoveQuotes(type.Boundary).Value is not { Length: > 0 and <= 100 } boundary)
        {
            return null;
        }

        var reader = new MultipartReader(boundary, request.Body);
        while (await reader.ReadNextSectionAsync(ct) is { } section)
        {
            if (section.GetContentDispositionHeader() is { } part && part.IsFileDisposition() && HeaderUtilities.RemoveQuotes(part.Name) == "file")
            {
                var name = part.FileNameStar.HasValue ? part.FileNameStar.Value : HeaderUtilities.RemoveQuotes(part.FileName).Value;
                return new(name, section.ContentType, section.Body);
            }
        }

        return null;
    }

    private static (Id<Workspace> Workspace, Guid? Person) Caller(ClaimsPrincipal caller) => (
        new(Guid.Parse(caller.FindFirst(CallerClaims.Workspace)?.Value ?? throw ApiGate.SignedOut(), CultureInfo.InvariantCulture)),
        Guid.TryParse(caller.FindFirst(CallerClaims.Agent)?.Value, CultureInfo.InvariantCulture, out var person) ? person : null);

    private static RefusalException TooLarge(long most) =>
        new("too_large", $"A file may have at most {FileSizes.Say(most)}. Make it smaller or share a link.", StatusCodes.Status413PayloadTooLarge);

    private sealed record FilePart(string? Name, string? ContentType, Stream Body);
}
