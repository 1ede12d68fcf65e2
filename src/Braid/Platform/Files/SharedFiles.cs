using System.Security.Cryptography;
using Braid.Platform.Data;
using Braid.Platform.Http;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Braid.Platform.Files;

/// <summary>
/// Addresses of files for providers that fetch what we send (MMS, LINE). Nobody guesses one: it is a sealed note of which file it opens
/// and until when. Only made where the world can reach this server.
/// </summary>
internal sealed class SharedFiles(IDataProtectionProvider protection, PublicAddress address, IOptions<BraidOptions> options, IHostEnvironment environment)
{
    private static readonly TimeSpan Good = TimeSpan.FromDays(3);

    private readonly ITimeLimitedDataProtector seal = protection.CreateProtector("Braid.SharedFiles").ToTimeLimitedDataProtector();

    public Uri? Link(Id<Workspace> workspace, Id<StoredFile> file, string name)
    {
        if (options.Value.PublicUrl is null && !environment.IsDevelopment() && options.Value.Security.AllowPrivateTargets != true) { return null; }
        byte[] note = [.. workspace.Value.ToByteArray(), .. file.Value.ToByteArray()];
        return address.Of(null, $"/f/{WebEncoders.Base64UrlEncode(seal.Protect(note, Good))}/{Uri.EscapeDataString(name)}");
    }

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/f/{note}/{name}", OpenAsync).ExcludeFromDescription().AllowAnonymous();

    private static async Task<IResult> OpenAsync(string note, string name, HttpContext context, SharedFiles shared, IFileStore store, BraidDb db, CancellationToken ct)
    {
        _ = name;
        if (shared.Read(note) is not var (workspace, id)
            || await db.Set<StoredFile>().AsNoTracking().FirstOrDefaultAsync(f => f.Id == id && f.WorkspaceId == workspace, ct) is not { } file
            || !await store.ExistsAsync(workspace, file.Hash, ct))
        {
            return Results.NotFound();
        }

        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        context.Response.Headers.CacheControl = "private, max-age=3600";
        return Results.Stream(await store.OpenAsync(workspace, file.Hash, ct), file.ContentType, entityTag: new EntityTagHeaderValue($"\"{file.Hash}\""), enableRangeProcessing: true);
    }

    private (Id<Workspace>, Id<StoredFile>)? Read(string note)
    {
        try
        {
            var plain = seal.Unprotect(WebEncoders.Base64UrlDecode(note));
            return plain.Length == 32 ? (new(new Guid(plain.AsSpan(0, 16))), new(new Guid(plain.AsSpan(16)))) : null;
        }
        catch (Exception e) when (e is CryptographicException or FormatException)
        {
            return null;
        }
    }
}
