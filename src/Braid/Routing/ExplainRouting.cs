using System.Text.Json;
using Braid.Accounts;
using Braid.Accounts.Teams;
using Braid.Conversations;
using Braid.Platform.Data;
using Braid.Platform.Http;
using Microsoft.EntityFrameworkCore;

namespace Braid.Routing;

/// <summary>Names of what the reasons speak of, so that a screen need not look them up.</summary>
/// <param name="Names">Agents, teams, skills, inboxes and the like by id.</param>
internal sealed record RoutingStoryView(WaitingView? Waiting, IReadOnlyList<RoutingEntryView> Log, IReadOnlyDictionary<string, string> Names);

/// <param name="Place">1 is next.</param>
/// <param name="Losers">Why each who might take it does not now.</param>
internal sealed record WaitingView(DateTimeOffset Since, DateTimeOffset DueAt, int Place, int? Minutes, string Step, DateTimeOffset? NextStepAt, string? NextStep, string? RuleName, Id<Team>? TeamId, IReadOnlyList<Guid> Skills, IReadOnlyList<RoutingLoser> Losers, IReadOnlyDictionary<LosingReason, int> Counts);

internal sealed record RoutingEntryView(RoutingAct Act, DateTimeOffset At, Id<Agent>? AgentId, RoutingReason Reason);

/// <summary>Why a conversation is where it is.</summary>
internal sealed class ExplainRouting(BraidDb db, ConversationAccess access, ReadPlans plans, ReadQueues queues, Staff staff, ReadDesk readDesk, TimeProvider clock)
{
    private const int MostShown = 30;

    public async Task<RoutingStoryView> RunAsync(Id<Conversation> id, Actor by, CancellationToken ct)
    {
        await access.RequireAsync(id, by, Permission.ReadConversations, ct);
        var log = (await db.Set<RoutingEntry>().AsNoTracking().Where(r => r.WorkspaceId == by.Workspace && r.ConversationId == id).OrderByDescending(r => r.At).ThenByDescending(r => r.Id).Take(MostShown).ToListAsync(ct))
            .ConvertAll(r => new RoutingEntryView(r.Act, r.At, r.AgentId, JsonSerializer.Deserialize<RoutingReason>(r.Reason, RoutingJson.Options)!));
        var entry = await db.Set<QueueEntry>().AsNoTracking().FirstOrDefaultAsync(q => q.WorkspaceId == by.Workspace && q.ConversationId == id, ct);
        return new(entry is null ? null : await WaitingAsync(entry, by, ct), log, await NamesAsync(by.Workspace, ct));
    }

    private async Task<WaitingView> WaitingAsync(QueueEntry entry, Actor by, CancellationToken ct)
    {
        var path = JsonSerializer.Deserialize<QueuePath>(entry.Path, RoutingJson.Options)!;
        var agents = await readDesk.RunAsync(by.Workspace, await plans.LiveAsync(by.Workspace, ct) ?? RoutingPlan.Default, await staff.ReadAsync(by.Workspace, ct), null, ct);
        var missed = entry.Missed?.Split(',').Select(m => new Id<Agent>(Guid.Parse(m))).ToHashSet();
        var demand = path.DemandAt(entry.Step);
        var (losers, counts) = ExplainPlacement.Losers(agents, demand, missed, null, agents.ToDictionary(a => a.Id, a => (a.Load, a.Whole)), clock.GetUtcNow().ToUnixTimeMilliseconds());
        var (place, minutes) = await queues.PlaceOfAsync(entry, ct);
        var next = entry.Step + 1 < path.Steps.Count ? path.Steps[entry.Step + 1].Why : null;
        return new(entry.Since, entry.DueAt, place, minutes, path.Steps[entry.Step].Why, entry.StepAt, next, path.RuleName, entry.TeamId, [.. demand.Skills.Select(s => s.Skill.Value)], losers, counts);
    }

    private async Task<Dictionary<string, string>> NamesAsync(Id<Workspace> workspace, CancellationToken ct)
    {
        var names = await db.Set<Agent>().Where(a => a.WorkspaceId == workspace).Select(a => new { a.Id, a.Name }).ToDictionaryAsync(a => a.Id.ToString(), a => a.Name, ct);
        foreach (var team in await db.Set<Team>().Where(t => t.WorkspaceId == workspace).Select(t => new { t.Id, t.Name }).ToListAsync(ct)) { names[team.Id.ToString()] = team.Name; }
        foreach (var skill in await db.Set<Skill>().Where(s => s.WorkspaceId == workspace).Select(s => new { s.Id, s.Name }).ToListAsync(ct)) { names[skill.Id.ToString()] = skill.Name; }
        foreach (var inbox in await db.Set<Inboxes.Inbox>().Where(i => i.WorkspaceId == workspace).Select(i => new { i.Id, i.Name }).ToListAsync(ct)) { names[inbox.Id.ToString()] = inbox.Name; }
        foreach (var segment in await db.Set<Customers.Segment>().Where(s => s.WorkspaceId == workspace).Select(s => new { s.Id, s.Name }).ToListAsync(ct)) { names[segment.Id.ToString()] = segment.Name; }
        foreach (var calendar in await db.Set<Calendar>().Where(c => c.WorkspaceId == workspace).Select(c => new { c.Id, c.Name }).ToListAsync(ct)) { names[calendar.Id.ToString()] = calendar.Name; }
        return names;
    }
}
