using Braid.Platform.Data;
using Braid.Platform.Secrets;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Braid.Realtime.LiveChat;

/// <summary>How often a key took in a minute on one node. Only keys near a limit are here, under a hash, and for a minute.</summary>
internal sealed class PaceCount
{
    public required string KeyHash { get; init; }
    public Guid Node { get; init; }
    public int Count { get; set; }
    public DateTimeOffset At { get; set; }
}

/// <summary>
/// Every second the nodes tell each other, through the database, who came near a limit of <see cref="Pace"/>. Where nobody did, nothing is
/// read or written. Without the database each node goes on counting alone.
/// </summary>
internal sealed partial class SharedPace(Pace pace, IServiceScopeFactory scopes, TimeProvider clock, ILogger<SharedPace> logger) : BackgroundService
{
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(1);
    private readonly Guid node = Guid.NewGuid();
    private bool told;

    public async Task RunAsync(CancellationToken ct)
    {
        var hot = pace.Hot().ToDictionary(h => RandomSecret.Hash(h.Key), h => h);
        if (hot.Count == 0 && !told)
        {
            return;
        }

        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<BraidDb>();
        var now = clock.GetUtcNow();
        await db.InTransactionAsync(inner => TellAsync(db, hot, now, inner), ct);
        told = hot.Count > 0;

        var (hashes, since) = (hot.Keys.ToList(), now - Pace.Window);
        var others = await db.Set<PaceCount>().AsNoTracking().Where(c => hashes.Contains(c.KeyHash) && c.Node != node && c.At > since).ToListAsync(ct);
        foreach (var (hash, (key, _)) in hot)
        {
            pace.Heard(key, others.Where(o => o.KeyHash == hash).Sum(o => o.Count));
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await RunAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                Log.Alone(logger, e.GetBaseException().Message);
            }
        }
    }

    /// <summary>This node's rows as they are now, and nobody's that no longer count.</summary>
    private async Task TellAsync(BraidDb db, Dictionary<string, (string Key, int Count)> hot, DateTimeOffset now, CancellationToken ct)
    {
        var old = now - Pace.Window;
        await db.Set<PaceCount>().Where(c => c.Node == node || c.At <= old).ExecuteDeleteAsync(ct);
        db.AddRange(hot.Select(h => new PaceCount { KeyHash = h.Key, Node = node, Count = h.Value.Count, At = now }));
        await db.SaveChangesAsync(ct);
        db.ChangeTracker.Clear();
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Visitors' limits are counted on this node alone for now: {Message}")]
        public static partial void Alone(ILogger logger, string message);
    }
}

internal sealed class PaceCountConfiguration : IEntityTypeConfiguration<PaceCount>
{
    public void Configure(EntityTypeBuilder<PaceCount> builder)
    {
        builder.ToTable("pace_counts");
        builder.HasKey(c => new { c.KeyHash, c.Node });
        builder.Property(c => c.KeyHash).HasMaxLength(64);
    }
}
