using System.Security.Cryptography;
using Braid.Platform.Data;
using Microsoft.Extensions.Options;

namespace Braid.Platform.Files;

/// <summary>
/// Bytes by content, within a workspace: the name is the SHA-256. Never shared over workspaces, which would tell who has what. Safe to
/// put the same bytes twice, also at once. Throws <see cref="FileTooLargeException"/>, and IOException when the store can't take it.
/// </summary>
internal interface IFileStore
{
    Task<FileContent> PutAsync(Id<Workspace> workspace, Stream bytes, long most, CancellationToken ct);

    /// <summary>Seekable. Throws FileNotFoundException.</summary>
    Task<Stream> OpenAsync(Id<Workspace> workspace, string hash, CancellationToken ct);

    Task<bool> ExistsAsync(Id<Workspace> workspace, string hash, CancellationToken ct);

    /// <param name="unlessWrittenSince">Leave it if it was put (again) since then: whoever did so may be about to name it.</param>
    Task DeleteAsync(Id<Workspace> workspace, string hash, CancellationToken ct, DateTimeOffset? unlessWrittenSince = null);
}

internal sealed record FileContent(string Hash, long Size);

internal sealed class FileTooLargeException(long most) : Exception($"The file is larger than {FileSizes.Say(most)}.")
{
    public long Most { get; } = most;
}

/// <summary>On the local disk under `files/{workspace}/{first two of the hash}/{hash}`.</summary>
internal sealed class LocalFileStore(IOptions<BraidOptions> options) : IFileStore
{
    private readonly string root = Path.Combine(Path.GetFullPath(options.Value.DataPath), "files");

    public async Task<FileContent> PutAsync(Id<Workspace> workspace, Stream bytes, long most, CancellationToken ct)
    {
        var temporary = Path.Combine(Directory.CreateDirectory(Path.Combine(root, "incoming")).FullName, Guid.NewGuid().ToString("n"));
        try
        {
            var content = await WriteAsync(temporary, bytes, most, ct);
            var path = PathOf(workspace, content.Hash);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            // The same bytes may lie there already or arrive at this moment: replacing them by themselves harms no reader.
            File.Move(temporary, path, overwrite: true);
            return content;
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    public Task<Stream> OpenAsync(Id<Workspace> workspace, string hash, CancellationToken ct) =>
        Task.FromResult<Stream>(new FileStream(PathOf(workspace, hash), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 64 * 1024, FileOptions.Asynchronous | FileOptions.SequentialScan));

    public Task<bool> ExistsAsync(Id<Workspace> workspace, string hash, CancellationToken ct) => Task.FromResult(File.Exists(PathOf(workspace, hash)));

    public Task DeleteAsync(Id<Workspace> workspace, string hash, CancellationToken ct, DateTimeOffset? unlessWrittenSince = null)
    {
        var path = PathOf(workspace, hash);
        if (File.Exists(path) && !(File.GetLastWriteTimeUtc(path) > unlessWrittenSince?.UtcDateTime)) { File.Delete(path); }
        return Task.CompletedTask;
    }

    /// <summary>Hashed while it is written, and on the disk before anybody can see it under its name.</summary>
    private static async Task<FileContent> WriteAsync(string path, Stream bytes, long most, CancellationToken ct)
    {
        await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 0, FileOptions.Asynchronous);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[64 * 1024];
        long size = 0;
        int read;
        while ((read = await bytes.ReadAsync(buffer, ct)) > 0)
        {
            size += read;
            if (size > most) { throw new FileTooLargeException(most); }
            hash.AppendData(buffer, 0, read);
            await file.WriteAsync(buffer.AsMemory(0, read), ct);
        }

        file.Flush(flushToDisk: true);
        return new(Convert.ToHexStringLower(hash.GetHashAndReset()), size);
    }

    private string PathOf(Id<Workspace> workspace, string hash) =>
        hash.Length == 64 && hash.All(char.IsAsciiHexDigitLower)
            ? Path.Combine(root, workspace.ToString(), hash[..2], hash)
            : throw new ArgumentException("This is not the name of a stored file.", nameof(hash));
}

internal static class FileSizes
{
    public static string Say(long bytes) => bytes >= 1024 * 1024 ? $"{bytes / (1024 * 1024)} MB" : $"{Math.Max(1, bytes / 1024)} KB";
}
