using System.Text.Json;
using Braid.Accounts;
using Braid.Platform.Data;
using Braid.Platform.Http;
using Microsoft.EntityFrameworkCore;

namespace Braid.Routing;

/// <param name="Number">0: the draft.</param>
internal sealed record PlanView(int Number, PlanState State, RoutingPlan Plan, string? Note, DateTimeOffset ChangedAt, string? ChangedBy, DateTimeOffset? PublishedAt, IReadOnlyList<PlanWarningView> Warnings);

internal sealed record PlanItemView(int Number, PlanState State, string? Note, int Rules, string? ChangedBy, DateTimeOffset? PublishedAt);

/// <param name="Live">Null: routing is off.</param>
/// <param name="Draft">Null: nothing was changed since.</param>
/// <param name="Problems">Where a system that rules ask did not help, in the last day; the newest.</param>
internal sealed record PlansView(PlanView? Live, PlanView? Draft, IReadOnlyList<PlanItemView> History, IReadOnlyList<RoutingProblemView> Problems);

internal sealed record RoutingProblemView(DateTimeOffset At, Guid ConversationId, string? RuleName, string? Note);

internal sealed class ReadPlans(BraidDb db, PlanCheck check, TimeProvider clock)
{
    private const int MostShown = 50;
    private const int MostProblems = 5;

    /// <summary>Null: routing is off.</summary>
    public async Task<RoutingPlan?> LiveAsync(Id<Workspace> workspace, CancellationToken ct) =>
        (await db.Set<PlanVersion>().AsNoTracking().Where(p => p.WorkspaceId == workspace && p.State == PlanState.Live).OrderByDescending(p => p.Number).FirstOrDefaultAsync(ct))?.Plan;

    public async Task<PlansView> RunAsync(Actor by, CancellationToken ct)
    {
        by.Require(Permission.Supervise);
        var rows = await db.Set<PlanVersion>().AsNoTracking().Where(p => p.WorkspaceId == by.Workspace).OrderByDescending(p => p.Number).Take(MostShown).ToListAsync(ct);
        var draft = await db.Set<PlanVersion>().AsNoTracking().FirstOrDefaultAsync(p => p.WorkspaceId == by.Workspace && p.State == PlanState.Draft, ct);
        var names = await db.Set<Agent>().Where(a => a.WorkspaceId == by.Workspace).Select(a => new { a.Id, a.Name }).ToDictionaryAsync(a => a.Id, a => a.Name, ct);
        var live = rows.Find(r => r.State == PlanState.Live);
        var since = clock.GetUtcNow().AddDays(-1);
        var problems = await db.Set<RoutingEntry>().AsNoTracking().Where(r => r.WorkspaceId == by.Workspace && r.Act == RoutingAct.Problem && r.At > since).OrderByDescending(r => r.At).Take(MostProblems).ToListAsync(ct);
        return new(live is null ? null : await ViewAsync(live), draft is null ? null : await ViewAsync(draft), [.. rows.Where(r => r.State != PlanState.Draft).Select(r => new PlanItemView(r.Number, r.State, r.Note, r.Plan.Rules.Count, Name(r), r.PublishedAt))],
            problems.ConvertAll(p => JsonSerializer.Deserialize<RoutingReason>(p.Reason, RoutingJson.Options) is var reason ? new RoutingProblemView(p.At, p.ConversationId.Value, reason!.RuleName, reason.Note) : null!));

        string? Name(PlanVersion p) => p.ChangedBy is { } agent ? names.GetValueOrDefault(agent) : null;

        async Task<PlanView> ViewAsync(PlanVersion p) => new(p.Number, p.State, p.Plan, p.Note, p.ChangedAt, Name(p), p.PublishedAt, await check.RunAsync(by.Workspace, p.Plan, ct));
    }

    public async Task<PlanView> OneAsync(int number, Actor by, CancellationToken ct)
    {
        by.Require(Permission.Supervise);
        var p = await db.Set<PlanVersion>().AsNoTracking().FirstOrDefaultAsync(v => v.WorkspaceId == by.Workspace && v.Number == number && v.State != PlanState.Draft, ct) ?? throw RefusalException.NotFound("version");
        return new(p.Number, p.State, p.Plan, p.Note, p.ChangedAt, null, p.PublishedAt, await check.RunAsync(by.Workspace, p.Plan, ct));
    }
}

/// <summary>Drafts, publishes, rolls back and switches off. One draft at a time; what was published is never changed.</summary>
internal sealed class ChangePlan(BraidDb db, PlanCheck check, TimeProvider clock)
{
    public sealed record PublishRequest(string? Note);

    public async Task DraftAsync(RoutingPlan plan, Actor by, CancellationToken ct)
    {
        by.Require(Permission.ManageRouting);
        await check.RunAsync(by.Workspace, plan, ct);
        await db.InTransactionAsync(async inner =>
        {
            var draft = await LockAsync(by, inner);
            var text = JsonSerializer.Serialize(plan, RoutingJson.Options);
            if (draft is null) { db.Add(draft = new PlanVersion { WorkspaceId = by.Workspace, State = PlanState.Draft, Document = text }); }
            (draft.Document, draft.ChangedAt, draft.ChangedBy) = (text, clock.GetUtcNow(), by.AgentId);
            await db.SaveChangesAsync(inner);
        }, ct);
    }

    public Task DiscardAsync(Actor by, CancellationToken ct)
    {
        by.Require(Permission.ManageRouting);
        return db.Set<PlanVersion>().Where(p => p.WorkspaceId == by.Workspace && p.State == PlanState.Draft).ExecuteDeleteAsync(ct);
    }

    public Task PublishAsync(PublishRequest request, Actor by, CancellationToken ct) => GoLiveAsync(async inner =>
    {
        var draft = await LockAsync(by, inner) ?? throw new RefusalException("conflict", "There is nothing to publish: no rule was changed since the last time.");
        db.Remove(draft);
        return (draft.Document, request.Note);
    }, by, ct);

    public Task RollBackAsync(int number, Actor by, CancellationToken ct) => GoLiveAsync(async inner =>
    {
        var old = await db.Set<PlanVersion>().AsNoTracking().FirstOrDefaultAsync(p => p.WorkspaceId == by.Workspace && p.Number == number && p.State != PlanState.Draft, inner) ?? throw RefusalException.NotFound("version");
        return (old.Document, $"Back to version {number}");
    }, by, ct);

    /// <summary>Nobody is assigned any more; conversations stay where they are.</summary>
    public Task SwitchOffAsync(Actor by, CancellationToken ct) => db.InTransactionAsync(async inner =>
    {
        by.Require(Permission.ManageRouting);
        await db.Set<PlanVersion>().Where(p => p.WorkspaceId == by.Workspace && p.State == PlanState.Live).ExecuteUpdateAsync(set => set.SetProperty(p => p.State, PlanState.Off), inner);
        await db.Set<QueueEntry>().Where(q => q.WorkspaceId == by.Workspace).ExecuteDeleteAsync(inner);
        db.Audited(by, "routing.off", null, clock.GetUtcNow());
        db.Events.Add(new RoutingChanged(by.Workspace));
        await db.SaveChangesAsync(inner);
    }, ct);

    private Task GoLiveAsync(Func<CancellationToken, Task<(string Document, string? Note)>> choose, Actor by, CancellationToken ct) => db.InTransactionAsync(async inner =>
    {
        by.Require(Permission.ManageRouting);
        var (document, note) = await choose(inner);
        if (note?.Length > 200) { throw RefusalException.Invalid("Keep the note short.", new Dictionary<string, string> { ["note"] = "At most 200 characters." }); }
        await db.SaveChangesAsync(inner);
        var (last, now) = (await db.Set<PlanVersion>().Where(p => p.WorkspaceId == by.Workspace).MaxAsync(p => (int?)p.Number, inner) ?? 0, clock.GetUtcNow());
        await db.Set<PlanVersion>().Where(p => p.WorkspaceId == by.Workspace && (p.State == PlanState.Live || p.State == PlanState.Off)).ExecuteUpdateAsync(set => set.SetProperty(p => p.State, PlanState.Retired), inner);
        db.Add(new PlanVersion { WorkspaceId = by.Workspace, Number = last + 1, State = PlanState.Live, Document = document, Note = note, ChangedAt = now, ChangedBy = by.AgentId, PublishedAt = now });
        // Those who wait find their way by the new rules.
        await db.Set<QueueEntry>().Where(q => q.WorkspaceId == by.Workspace).ExecuteDeleteAsync(inner);
        db.Audited(by, "routing.published", null, now);
        db.Events.Add(new RoutingChanged(by.Workspace));
        await db.SaveChangesAsync(inner);
    }, ct);

    private async Task<PlanVersion?> LockAsync(Actor by, CancellationToken ct)
    {
        await db.LockAsync("workspaces", by.Workspace.Value, ct);
        return await db.Set<PlanVersion>().FirstOrDefaultAsync(p => p.WorkspaceId == by.Workspace && p.State == PlanState.Draft, ct);
    }
}
