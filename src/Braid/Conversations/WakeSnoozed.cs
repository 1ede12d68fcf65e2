using Braid.Platform;
using Braid.Platform.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Braid.Conversations;

/// <summary>
/// Brings back conversations whose snooze is over: at start, then every few seconds, in batches. Nodes share the work, since each
/// skips the rows that another holds.
/// </summary>
internal sealed partial class WakeSnoozed(IServiceScopeFactory scopes, Database database, IOptions<BraidOptions> options, TimeProvider clock, ILogger<WakeSnoozed> logger) : BackgroundService
{
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(5);
    private const int Batch = 100;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Value.IsWorker)
        {
            return;
        }

        using var timer = new PeriodicTimer(Every, clock);
        do
        {
            try
            {
                while (await WakeAsync(stoppingToken) == Batch)
                {
                }
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                Log.Failed(logger, e);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <returns>How many woke.</returns>
    public async Task<int> WakeAsync(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<BraidDb>();
        var now = clock.GetUtcNow();
        // A look without a transaction first: mostly there is nothing, and SQLite has but one writer.
        if (!await db.Set<Conversation>().AnyAsync(c => c.Status == ConversationStatus.Snoozed && c.SnoozedUntil <= now, ct))
        {
            return 0;
        }

        var woken = 0;
        await db.InTransactionAsync(async inner =>
        {
            var due = await DueAsync(db, now, inner);
            foreach (var conversation in due)
            {
                conversation.Reopen(null);
                db.Add(new Activity { WorkspaceId = conversation.WorkspaceId, ConversationId = conversation.Id, Kind = "conversation.woke", At = now, ActorKind = AuthorKind.System });
                db.Events.Add(new ConversationChanged(conversation, "woke"));
            }

            await db.SaveChangesAsync(inner);
            woken = due.Count;
        }, ct);
        return woken;
    }

    private Task<List<Conversation>> DueAsync(BraidDb db, DateTimeOffset now, CancellationToken ct)
    {
        var ms = now.ToUnixTimeMilliseconds();
        return (database.Engine == Engine.Postgres
            ? db.Set<Conversation>().FromSql($"select * from conversations where status = 'snoozed' and snoozed_until <= {ms} order by id limit {Batch} for update skip locked")
            : db.Set<Conversation>().FromSql($"select * from conversations where status = 'snoozed' and snoozed_until <= {ms} order by id limit {Batch}")).ToListAsync(ct);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Waking snoozed conversations failed; trying again soon")]
        public static partial void Failed(ILogger logger, Exception e);
    }
}
