using Microsoft.Extensions.Caching.Memory;
using NetVips;

namespace Braid.Platform.Files;

/// <summary>
/// Small copies of pictures for the conversation, made when first asked for and kept in memory for a while; browsers keep them too. Strangers'
/// pictures are decoded here, so: only well-known kinds, no larger than agreed, two at a time, not longer than a few seconds.
/// </summary>
internal sealed partial class Thumbnails(IFileStore store, ILogger<Thumbnails> logger) : IDisposable
{
    public const int Edge = 480;
    private const long MostBytes = 40 * 1024 * 1024;
    private const long MostPixels = 120_000_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(30);
    private static readonly HashSet<string> Kinds = ["image/jpeg", "image/png", "image/gif", "image/webp"];

    private readonly MemoryCache made = new(new MemoryCacheOptions { SizeLimit = 32 * 1024 * 1024 });
    private readonly SemaphoreSlim places = new(2, 2);

    /// <summary>WebP, at most <see cref="Edge"/> wide and high. Null: it is no picture we make small, or it is broken; show the file itself.</summary>
    public async Task<byte[]?> OfAsync(StoredFile file, CancellationToken ct)
    {
        if (!Kinds.Contains(file.ContentType) || file.Size > MostBytes) { return null; }
        var key = (file.WorkspaceId, file.Hash);
        if (made.TryGetValue(key, out byte[]? known)) { return known; }
        await places.WaitAsync(ct);
        try
        {
            if (made.TryGetValue(key, out known)) { return known; }
            await using var stream = await store.OpenAsync(file.WorkspaceId, file.Hash, ct);
            var bytes = new byte[file.Size];
            await stream.ReadExactlyAsync(bytes, ct);
            var small = await Task.Run(() => Make(bytes), ct);
            made.Set(key, small, new MemoryCacheEntryOptions { Size = Math.Max(1, small?.Length ?? 1), SlidingExpiration = Kept });
            return small;
        }
        finally
        {
            places.Release();
        }
    }

    public void Dispose()
    {
        made.Dispose();
        places.Dispose();
    }

    private byte[]? Make(byte[] bytes)
    {
        try
        {
            using (var header = Image.NewFromBuffer(bytes, access: Enums.Access.Sequential, failOn: Enums.FailOn.Error))
            {
                if ((long)header.Width * header.Height > MostPixels) { return null; }
            }

            using var small = Image.ThumbnailBuffer(bytes, Edge, height: Edge, size: Enums.Size.Down, failOn: Enums.FailOn.Error);
            using var limit = new Timer(state => ((Image)state!).SetKill(true), small, Patience, Timeout.InfiniteTimeSpan);
            return small.WebpsaveBuffer(q: 80, keep: Enums.ForeignKeep.None);
        }
        catch (Exception e) when (e is VipsException or DllNotFoundException or TypeInitializationException or ArgumentException)
        {
            Log.NotMade(logger, e.GetType().Name);
            return null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "A picture could not be made small ({Kind}); it is shown as it is")]
        public static partial void NotMade(ILogger logger, string kind);
    }
}
