using Braid.Conversations;
using Braid.Platform.Data;
using Braid.Platform.Events;
using Braid.Platform.Jobs;
using Braid.Platform.Secrets;
using Microsoft.EntityFrameworkCore;

namespace Braid.Surveys;

/// <summary>
/// Asks after conversations that were resolved and in which an agent answered the customer: once each, and never in public, where everybody would read it.
/// </summary>
internal sealed class FollowResolved(IServiceScopeFactory scopes, EventSignal signal, TimeProvider clock, ILogger<FollowResolved> logger)
    : FollowEvents(scopes, signal, clock, logger, "conversation.resolved")
{
    private readonly TimeProvider clock = clock;

    protected override Task<List<Id<Workspace>>> BehindAsync(BraidDb db, CancellationToken ct) =>
        db.Set<SurveySettings>().Where(s => s.On && db.Set<EventCounter>().Any(e => e.WorkspaceId == s.WorkspaceId && e.Last > s.EventsRead)).Select(s => s.WorkspaceId).ToListAsync(ct);

    protected override async Task<long> PlaceAsync(BraidDb db, Id<Workspace> workspace, CancellationToken ct)
    {
        await db.LockAsync("workspaces", workspace.Value, ct);
        var settings = await db.Set<SurveySettings>().FirstAsync(s => s.WorkspaceId == workspace, ct);
        await db.Entry(settings).ReloadAsync(ct);
        return settings.EventsRead;
    }

    protected override async Task MoveAsync(BraidDb db, Id<Workspace> workspace, long read, CancellationToken ct)
    {
        (await db.Set<SurveySettings>().FirstAsync(s => s.WorkspaceId == workspace, ct)).EventsRead = read;
        await db.SaveChangesAsync(ct);
    }

    protected override async Task DoAsync(IServiceProvider services, BraidDb db, StoredEvent happened, CancellationToken ct)
    {
        if (happened.ConversationId is not { } guid) { return; }
        var (workspace, id) = (happened.WorkspaceId, new Id<Conversation>(guid));
        var talk = await db.Set<Conversation>().AsNoTracking().FirstOrDefaultAsync(c => c.WorkspaceId == workspace && c.Id == id && c.Audience == Channels.Audience.Private && c.LastInboundAt != null && !c.SenderUnverified, ct);
        if (talk is null || await db.Set<Survey>().AnyAsync(s => s.WorkspaceId == workspace && s.ConversationId == id, ct)) { return; }
        var answered = await db.Set<Message>().Where(m => m.WorkspaceId == workspace && m.ConversationId == id && m.Direction == Direction.Out && m.Kind == MessageKind.Message && m.AuthorKind == AuthorKind.Agent).OrderByDescending(m => m.Seq).Select(m => m.AuthorId).FirstOrDefaultAsync(ct);
        if (answered is null) { return; }
        var settings = await db.Set<SurveySettings>().FirstAsync(s => s.WorkspaceId == workspace, ct);
        var survey = new Survey
        {
            WorkspaceId = workspace, CustomerId = talk.CustomerId, OriginId = talk.OriginId, ConversationId = id, RestrictedTo = talk.RestrictedTo, AgentId = talk.AssigneeId ?? new Id<Accounts.Agent>(answered.Value),
            Token = RandomSecret.Make(bytes: 18), CreatedAt = clock.GetUtcNow(),
        };
        db.Add(survey);
        await db.SaveChangesAsync(ct);
        await services.GetRequiredService<JobQueue>().EnqueueAsync([SendSurvey.Of(survey, clock.GetUtcNow().AddMinutes(settings.DelayMinutes))], ct);
    }
}
