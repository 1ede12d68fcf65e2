using Braid.Platform.Data;
using Braid.Platform.Files;
using Braid.Platform.Http;
using Microsoft.EntityFrameworkCore;

namespace Braid.Customers;

/// <summary>Pictures of people: files that a value of the field `photo` names. One that nobody shows any more is forgotten.</summary>
internal sealed class CustomerPhotos(BraidDb db, ICustomerConversations conversations, IFileStore files, UnnamedBytes unnamed, TimeProvider clock)
{
    /// <summary>Bytes: a picture beside a name needs no more.</summary>
    public const long Most = 5 * 1024 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>A provider's picture into the store, its row for the caller to save. Null when there is none or it can't be had: a name is shown without it.</summary>
    public async Task<StoredFile?> FetchAsync(Id<Workspace> workspace, Uri? address, HttpClient http, CancellationToken ct)
    {
        if (address is null) { return null; }
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(Patience);
        try
        {
            using var answer = await http.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, patience.Token);
            var type = SafeNames.ContentType(answer.Content.Headers.ContentType?.ToString());
            if (!answer.IsSuccessStatusCode || !IsPicture(type) || answer.Content.Headers.ContentLength > Most) { return null; }
            await using var bytes = await answer.Content.ReadAsStreamAsync(patience.Token);
            var content = await files.PutAsync(workspace, bytes, Most, patience.Token);
            return new() { WorkspaceId = workspace, Hash = content.Hash, Size = content.Size, Name = "picture", ContentType = type, CreatedAt = clock.GetUtcNow() };
        }
        catch (Exception e) when (!ct.IsCancellationRequested && e is HttpRequestException or IOException or FileTooLargeException or OperationCanceledException)
        {
            return null;
        }
    }

    /// <summary>Throws unless the file is a picture that an agent of this workspace uploaded and browsers show: what customers sent goes with its message.</summary>
    public async Task RequireAsync(Id<Workspace> workspace, string file, CancellationToken ct)
    {
        var found = Id<StoredFile>.TryParse(file, null, out var id) ? await db.Set<StoredFile>().AsNoTracking().FirstOrDefaultAsync(f => f.WorkspaceId == workspace && f.Id == id && f.UploadedBy != null, ct) : null;
        var wrong = found is null ? "There is no such file. Upload it first." : !IsPicture(found.ContentType) ? "This is not a picture. Choose a JPEG, PNG, WebP or GIF." : found.Size > Most ? $"A picture may have at most {FileSizes.Say(Most)}." : null;
        if (wrong is not null) { throw RefusalException.Invalid("Some fields are not valid.", new Dictionary<string, string> { [CustomerFieldNames.Photo] = wrong }); }
    }

    /// <summary>All pictures known of a person, shown or not.</summary>
    public async Task<List<Id<StoredFile>>> OfAsync(Id<Workspace> workspace, Id<Customer> person, CancellationToken ct) =>
        Parsed(await db.Set<CustomerValue>().Where(v => v.WorkspaceId == workspace && v.Field == CustomerFieldNames.Photo && db.Set<Customer>().Any(c => c.Id == v.CustomerId && c.PersonId == person)).Select(v => v.Value).ToListAsync(ct));

    /// <summary>Forgets those of the files that no profile names now and no message carries. Within the transaction that took them off.</summary>
    /// <returns>Hashes for <see cref="RemoveAsync"/> after it.</returns>
    public async Task<List<string>> ForgetAsync(Id<Workspace> workspace, List<Id<StoredFile>> pictures, CancellationToken ct)
    {
        if (pictures.Count == 0) { return []; }
        var named = pictures.ConvertAll(p => p.ToString());
        var kept = Parsed(await db.Set<CustomerValue>().Where(v => v.WorkspaceId == workspace && v.Field == CustomerFieldNames.Photo && named.Contains(v.Value)).Select(v => v.Value).ToListAsync(ct));
        var gone = pictures.Except(kept).Except(await conversations.AttachedAsync(workspace, pictures, ct)).ToList();
        var rows = db.Set<StoredFile>().Where(f => f.WorkspaceId == workspace && gone.Contains(f.Id));
        var hashes = await rows.Select(f => f.Hash).ToListAsync(ct);
        await rows.ExecuteDeleteAsync(ct);
        return hashes;
    }

    /// <summary>The bytes, where nothing else names them.</summary>
    public Task RemoveAsync(Id<Workspace> workspace, List<string> hashes, DateTimeOffset? since, CancellationToken ct) => unnamed.RemoveAsync(workspace, hashes, since, ct);

    private static bool IsPicture(string type) => type.StartsWith("image/", StringComparison.Ordinal) && SafeNames.MayShow(type);

    private static List<Id<StoredFile>> Parsed(List<string> values) => [.. values.Select(v => Id<StoredFile>.TryParse(v, null, out var id) ? id : default).Where(i => i != default)];
}
