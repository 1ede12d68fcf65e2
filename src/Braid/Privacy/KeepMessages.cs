using Braid.Conversations;
using Braid.Customers;
using Braid.Delivery;
using Braid.Inboxes;
using Braid.Ingest;
using Braid.Platform.Data;
using Braid.Platform.Files;
using Braid.Surveys;
using Braid.Tickets;
using Microsoft.EntityFrameworkCore;

namespace Braid.Privacy;

/// <summary>
/// Removes resolved conversations when their inbox's days are over, with files, raw bodies and all. One that took place over several inboxes goes
/// when the days of all of them are over; one of a person under a legal hold stays until that is lifted. Profiles stay.
/// </summary>
internal sealed partial class KeepMessages(IServiceScopeFactory scopes, TimeProvider clock, ILogger<KeepMessages> logger) : BackgroundService
{
    public static readonly TimeSpan Every = TimeSpan.FromHours(1);
    private const int Step = 50;

    /// <returns>How many conversations were removed.</returns>
    public async Task<int> RunAsync(CancellationToken ct)
    {
        var removed = 0;
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<BraidDb>();
        var inboxes = await db.Set<Inbox>().AsNoTracking().Where(i => i.KeepMessagesDays != null).OrderBy(i => i.Id).Select(i => new { i.WorkspaceId, i.Id, Days = i.KeepMessagesDays!.Value }).ToListAsync(ct);
        foreach (var inbox in inboxes)
        {
            int step;
            do
            {
                step = await StepAsync(inbox.WorkspaceId, inbox.Id, inbox.Days, ct);
                removed += step;
            }
            while (step == Step);
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

    private async Task<int> StepAsync(Id<Workspace> workspace, Id<Inbox> inbox, int days, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<BraidDb>();
        var (forget, files) = (scope.ServiceProvider.GetRequiredService<ForgetMessages>(), scope.ServiceProvider.GetRequiredService<IFileStore>());
        var now = clock.GetUtcNow();
        var until = now.AddDays(-days);
        var limits = (await db.Set<Inbox>().AsNoTracking().Where(i => i.WorkspaceId == workspace).Select(i => new { i.Id, i.KeepMessagesDays }).ToListAsync(ct)).ToDictionary(i => i.Id, i => i.KeepMessagesDays);
        var forGood = limits.Where(l => l.Value is null || l.Value > days).Select(l => (Id<Inbox>?)l.Key).ToList();
        List<string> hashes = [];
        var count = 0;
        await db.InTransactionAsync(async inner =>
        {
            await db.HoldPeopleAsync(workspace, inner);
            var messages = db.Set<Message>().Where(m => m.WorkspaceId == workspace);
            var old = await db.Set<Conversation>().AsNoTracking().Where(c => c.WorkspaceId == workspace && c.Status == ConversationStatus.Resolved && c.LastMessageAt < until && c.ResolvedAt < until
                    && messages.Any(m => m.ConversationId == c.Id && m.InboxId == inbox) && !messages.Any(m => m.ConversationId == c.Id && forGood.Contains(m.InboxId))
                    && !db.Set<Customer>().Any(p => p.WorkspaceId == workspace && p.LegalHold && db.Set<Customer>().Any(o => o.WorkspaceId == workspace && o.Id == c.CustomerId && o.PersonId == p.PersonId)))
                .OrderBy(c => c.LastMessageAt).ThenBy(c => c.Id).Take(Step).Select(c => c.Id).ToListAsync(inner);
            count = old.Count;
            if (count == 0) { return; }
            var ids = await messages.Where(m => old.Contains(m.ConversationId)).Select(m => m.Id).ToListAsync(inner);
            var said = ids.ConvertAll(i => (Guid?)i.Value);
            var talks = old.ConvertAll(c => (Guid?)c.Value);
            var deliveries = (await db.Set<DeliveryEvent>().Where(e => e.WorkspaceId == workspace && (said.Contains(e.MessageId) || talks.Contains(e.ConversationId))).Select(e => e.DeliveryId).Distinct().ToListAsync(inner));
            hashes.AddRange(await forget.FilesAsync(workspace, ids, inner));
            hashes.AddRange(await forget.BodiesAsync(workspace, deliveries, ids, inner));
            await forget.MarksAsync(workspace, ids, [], inner);
            await db.Set<Survey>().Where(s => s.WorkspaceId == workspace && old.Contains(s.ConversationId)).ExecuteDeleteAsync(inner);
            // The work stays, without what it was about.
            await db.Set<Ticket>().Where(t => t.WorkspaceId == workspace && t.ConversationId != null && old.Contains(t.ConversationId.Value)).ExecuteUpdateAsync(set => set.SetProperty(t => t.ConversationId, (Id<Conversation>?)null), inner);
            await db.Set<Activity>().Where(a => a.WorkspaceId == workspace && old.Contains(a.ConversationId)).ExecuteDeleteAsync(inner);
            await db.Set<Strand>().Where(s => s.WorkspaceId == workspace && old.Contains(s.ConversationId)).ExecuteDeleteAsync(inner);
            await messages.Where(m => old.Contains(m.ConversationId)).ExecuteDeleteAsync(inner);
            // A thread is where the next message lands: it stays, and with it the empty shell of the conversation it last belonged to.
            var shells = await db.Set<ChannelThread>().Where(t => t.WorkspaceId == workspace && old.Contains(t.ConversationId)).Select(t => t.ConversationId).Distinct().ToListAsync(inner);
            await db.Set<Conversation>().Where(c => c.WorkspaceId == workspace && shells.Contains(c.Id)).ExecuteUpdateAsync(set => set.SetProperty(c => c.Subject, (string?)null).SetProperty(c => c.LastMessageId, (Id<Message>?)null).SetProperty(c => c.MessageCount, 0).SetProperty(c => c.UnreadCount, 0).SetProperty(c => c.ReadUpTo, (Id<Message>?)null), inner);
            await db.Set<Conversation>().Where(c => c.WorkspaceId == workspace && old.Contains(c.Id) && !shells.Contains(c.Id)).ExecuteDeleteAsync(inner);
            // Shells that no thread needs any more.
            await db.Set<Conversation>().Where(c => c.WorkspaceId == workspace && c.Status == ConversationStatus.Resolved && c.MessageCount == 0 && c.LastMessageId == null && c.LastMessageAt < until
                && !messages.Any(m => m.ConversationId == c.Id) && !db.Set<ChannelThread>().Any(t => t.WorkspaceId == workspace && t.ConversationId == c.Id)).ExecuteDeleteAsync(inner);
        }, ct);
        foreach (var hash in hashes) { await files.DeleteAsync(workspace, hash, ct); }
        return count;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Old conversations can't be removed now: {Why}")]
        public static partial void Failed(ILogger logger, string why);
    }
}
