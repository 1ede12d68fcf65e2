using Braid.Inboxes;
using Braid.Platform.Data;
using Braid.Platform.Files;
using Microsoft.EntityFrameworkCore;

namespace Braid.Ingest;

/// <summary>
/// Removes raw bodies, and the files of large ones, when their inbox's days are over: a step at a time, so that no transaction is long. The
/// ledger's row stays with its times, events, outcome and a keyed hash of what it was. What is not applied yet is not touched.
/// </summary>
internal sealed partial class ForgetBodies(IServiceScopeFactory scopes, DeliveryBodies bodies, BodyHash hash, IFileStore files, TimeProvider clock, ILogger<ForgetBodies> logger) : BackgroundService
{
    public static readonly TimeSpan Every = TimeSpan.FromHours(1);
    public const int Step = 200;

    /// <summary>A file put again so lately may belong to a delivery that is being stored at this moment.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromHours(1);

    /// <returns>How many bodies were removed.</returns>
    public async Task<int> RunAsync(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<BraidDb>();
        var inboxes = await db.Set<Inbox>().AsNoTracking().Select(i => new Kept(i.WorkspaceId, i.Id, i.KeepBodiesDays, i.BodiesFrom)).ToListAsync(ct);
        var removed = 0;
        foreach (var kept in inboxes)
        {
            var (inbox, step) = (kept, Step);
            while (step == Step)
            {
                (step, var done) = await StepAsync(inbox, ct);
                inbox = inbox with { From = done };
                removed += step;
            }
        }

        return removed;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        do
        {
            try
            {
                await RunAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                Log.Failed(logger, e.GetBaseException().Message);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task<(int Removed, DateTimeOffset Done)> StepAsync(Kept inbox, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<BraidDb>();
        var (from, until) = (inbox.From ?? DateTimeOffset.UnixEpoch, clock.GetUtcNow().AddDays(-inbox.Days));
        var old = await db.Set<Delivery>().AsNoTracking()
            .Where(d => d.WorkspaceId == inbox.Workspace && d.ReceivedAt >= from && d.ReceivedAt < until && d.InboxId == inbox.Id && d.State != DeliveryState.Pending)
            .Join(db.Set<DeliveryBody>(), d => new { d.WorkspaceId, d.Id }, b => new { b.WorkspaceId, Id = b.DeliveryId }, (d, b) => new { Row = d, Body = b })
            .OrderBy(d => d.Row.ReceivedAt).ThenBy(d => d.Row.Id).Take(Step).ToListAsync(ct);
        var done = old.Count == Step ? old[^1].Row.ReceivedAt : until;
        done = await OldestPendingAsync(db, inbox, from, done, ct) ?? done;
        if (old.Count == 0 && done - from < TimeSpan.FromDays(1))
        {
            // Nothing to remove, and hardly anything to remember: not worth a write.
            return (0, from);
        }

        done = done > from ? done : from;
        var hashes = new Dictionary<Id<Delivery>, string?>();
        foreach (var delivery in old) { hashes[delivery.Row.Id] = await HashAsync(delivery.Row, delivery.Body, ct); }
        await db.InTransactionAsync(inner => RemoveAsync(db, inbox, hashes, done, inner), ct);
        foreach (var file in old.Select(d => d.Body.FileHash).OfType<string>().Distinct()) { await RemoveFileAsync(db, inbox.Workspace, file, ct); }
        return (old.Count, done);
    }

    private async Task RemoveAsync(BraidDb db, Kept inbox, Dictionary<Id<Delivery>, string?> hashes, DateTimeOffset done, CancellationToken ct)
    {
        var (now, ids) = (clock.GetUtcNow(), hashes.Keys.ToList());
        foreach (var (id, hashed) in hashes)
        {
            await db.Set<Delivery>().Where(d => d.Id == id && d.WorkspaceId == inbox.Workspace && d.BodyRemovedAt == null)
                .ExecuteUpdateAsync(set => set.SetProperty(d => d.BodyRemovedAt, now).SetProperty(d => d.BodyHash, hashed), ct);
        }

        await db.Set<DeliveryBody>().Where(b => b.WorkspaceId == inbox.Workspace && ids.Contains(b.DeliveryId)).ExecuteDeleteAsync(ct);
        await db.Set<Inbox>().Where(i => i.Id == inbox.Id && i.WorkspaceId == inbox.Workspace).ExecuteUpdateAsync(set => set.SetProperty(i => i.BodiesFrom, done), ct);
    }

    private async Task<string?> HashAsync(Delivery row, DeliveryBody body, CancellationToken ct)
    {
        try
        {
            return hash.Of(row.WorkspaceId, (await bodies.RawAsync(row, body, ct)).Body.Span);
        }
        catch (IOException)
        {
            // Its file is gone already: then there is nothing to remember it by.
            return null;
        }
    }

    /// <summary>What still waits to be applied keeps its body, and the next run begins there.</summary>
    private static async Task<DateTimeOffset?> OldestPendingAsync(BraidDb db, Kept inbox, DateTimeOffset from, DateTimeOffset until, CancellationToken ct) =>
        await db.Set<Delivery>().Where(d => d.WorkspaceId == inbox.Workspace && d.ReceivedAt >= from && d.ReceivedAt < until && d.InboxId == inbox.Id && d.State == DeliveryState.Pending)
            .OrderBy(d => d.ReceivedAt).Select(d => (DateTimeOffset?)d.ReceivedAt).FirstOrDefaultAsync(ct);

    /// <summary>The same bytes may be another delivery's, or somebody's attachment.</summary>
    private async Task RemoveFileAsync(BraidDb db, Id<Workspace> workspace, string file, CancellationToken ct)
    {
        if (!await db.Set<DeliveryBody>().AnyAsync(b => b.WorkspaceId == workspace && b.FileHash == file, ct)
            && !await db.Set<StoredFile>().AnyAsync(f => f.WorkspaceId == workspace && f.Hash == file, ct))
        {
            await files.DeleteAsync(workspace, file, ct, unlessWrittenSince: clock.GetUtcNow() - Fresh);
        }
    }

    private sealed record Kept(Id<Workspace> Workspace, Id<Inbox> Id, int Days, DateTimeOffset? From);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Old raw bodies could not be removed ({Message}); trying again in an hour")]
        public static partial void Failed(ILogger logger, string message);
    }
}
