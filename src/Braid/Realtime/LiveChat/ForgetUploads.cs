using Braid.Platform.Data;
using Braid.Platform.Files;
using Microsoft.EntityFrameworkCore;

namespace Braid.Realtime.LiveChat;

/// <summary>Removes what visitors uploaded and never sent.</summary>
internal sealed partial class ForgetUploads(IServiceScopeFactory scopes, TimeProvider clock, ILogger<ForgetUploads> logger) : BackgroundService
{
    public static readonly TimeSpan Kept = TimeSpan.FromDays(1);
    private const int Batch = 200;

    public async Task<int> RunAsync(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<BraidDb>();
        var before = clock.GetUtcNow() - Kept;
        var old = await db.Set<VisitorUpload>().AsNoTracking().Where(u => u.NamedAt == null && u.CreatedAt < before).OrderBy(u => u.CreatedAt).Take(Batch).ToListAsync(ct);
        foreach (var upload in old)
        {
            await RemoveAsync(db, scope.ServiceProvider.GetRequiredService<UnnamedBytes>(), upload, ct);
        }

        return old.Count;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromHours(1), clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                while (await RunAsync(stoppingToken) == Batch) { }
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                Log.Failed(logger, e.GetBaseException().Message);
            }
        }
    }

    private static async Task RemoveAsync(BraidDb db, UnnamedBytes unnamed, VisitorUpload upload, CancellationToken ct)
    {
        string? hash = null;
        await db.InTransactionAsync(async inner =>
        {
            // A message may name it at this moment; then it stays.
            if (await db.Set<VisitorUpload>().Where(u => u.FileId == upload.FileId && u.NamedAt == null).ExecuteDeleteAsync(inner) == 1)
            {
                var file = db.Set<StoredFile>().Where(f => f.Id == upload.FileId && f.WorkspaceId == upload.WorkspaceId);
                hash = await file.Select(f => f.Hash).FirstOrDefaultAsync(inner);
                await file.ExecuteDeleteAsync(inner);
            }
        }, ct);
        // The bytes may be another file's too, or a raw body's. Whoever stores the same bytes just now looks for them once more afterwards.
        if (hash is not null) { await unnamed.RemoveAsync(upload.WorkspaceId, [hash], null, ct); }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Unsent uploads could not be removed ({Message}); trying again in an hour")]
        public static partial void Failed(ILogger logger, string message);
    }
}
