using Braid.Platform.Data;
using Microsoft.EntityFrameworkCore;

namespace Braid.Platform.Files;

/// <summary>A module that keeps bytes in the store under their hash, beside <see cref="StoredFile"/>.</summary>
internal interface INameBytes
{
    Task<List<string>> NamedAsync(Id<Workspace> workspace, IReadOnlyCollection<string> hashes, CancellationToken ct);
}

/// <summary>Removes bytes from the store that nothing names any more: no file, and nothing of another module (a raw body may have the same ones).</summary>
internal sealed class UnnamedBytes(BraidDb db, IEnumerable<INameBytes> others, IFileStore files)
{
    /// <param name="since">Bytes put since then stay: whoever did so may be about to name them.</param>
    public async Task RemoveAsync(Id<Workspace> workspace, IReadOnlyCollection<string> hashes, DateTimeOffset? since, CancellationToken ct)
    {
        if (hashes.Count == 0) { return; }
        var named = await db.Set<StoredFile>().Where(f => f.WorkspaceId == workspace && hashes.Contains(f.Hash)).Select(f => f.Hash).ToListAsync(ct);
        foreach (var other in others) { named.AddRange(await other.NamedAsync(workspace, hashes, ct)); }
        foreach (var hash in hashes.Except(named)) { await files.DeleteAsync(workspace, hash, ct, since); }
    }
}
