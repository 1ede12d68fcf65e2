using Braid.Accounts;
using Braid.Accounts.Teams;
using Braid.Conversations;
using Braid.Inboxes;
using Braid.Platform.Data;
using Microsoft.EntityFrameworkCore;

namespace Braid.Routing;

/// <summary>
/// Brings the router's books in step with the conversations, whoever changed them: an agent, the ingest, a merge. Nothing has to tell the
/// router anything; what it was told only makes it look sooner. Each step is a few statements, however many conversations there are.
/// </summary>
internal sealed class Reconcile(BraidDb db)
{
    private const int Most = 500;

    /// <summary>Who stopped taking work by what was found in this look.</summary>
    public Dictionary<Id<Agent>, AgentAvailability> Out { get; } = [];

    /// <param name="only">Look at these alone; null: at all.</param>
    /// <returns>The conversations that want a place in a line.</returns>
    public async Task<Dictionary<Id<Conversation>, EnterQueue.Wish>> RunAsync(RoundFacts round, IReadOnlyCollection<Id<Conversation>>? only, CancellationToken ct)
    {
        var ids = only?.ToList();
        var conversations = db.Set<Conversation>().Where(c => c.WorkspaceId == round.Workspace && (ids == null || ids.Contains(c.Id)));
        var work = db.Set<CarriedWork>().Where(w => w.WorkspaceId == round.Workspace && (ids == null || ids.Contains(w.ConversationId)));
        // Of new conversations nobody carries any: most looks are at those.
        var carried = ids is null || await work.AnyAsync(ct);
        if (carried) { await EndAsync(round, work, ct); }
        var begun = await BeginAsync(round, conversations, ct);
        await db.Set<QueueEntry>().Where(q => q.WorkspaceId == round.Workspace && (ids == null || ids.Contains(q.ConversationId))
            && !db.Set<Conversation>().Any(c => c.Id == q.ConversationId && c.Status == ConversationStatus.Open && c.AssigneeId == null && c.WaitingSince != null)).ExecuteDeleteAsync(ct);
        var wishes = new Dictionary<Id<Conversation>, EnterQueue.Wish>();
        if (ids is null)
        {
            // What time alone brings about.
            await SleepAsync(round, work, ct);
            await GoneAsync(round, ct);
            await MissAsync(round, wishes, ct);
        }

        if (carried || begun)
        {
            await ReturnAsync(round, work, wishes, ct);
            await WakeAsync(round, work, wishes, ct);
        }

        var waiting = await conversations.Where(c => c.Status == ConversationStatus.Open && c.AssigneeId == null && c.WaitingSince != null && !db.Set<QueueEntry>().Any(q => q.ConversationId == c.Id))
            .OrderBy(c => c.WaitingSince).Select(c => c.Id).Take(Most).ToListAsync(ct);
        foreach (var id in waiting) { wishes.TryAdd(id, new EnterQueue.Wish()); }
        return wishes;
    }

    /// <summary>Resolved, snoozed, given to somebody else: it no longer counts. Whoever resolved it may have a moment to wrap up.</summary>
    private async Task EndAsync(RoundFacts round, IQueryable<CarriedWork> work, CancellationToken ct)
    {
        var over = await (from w in work join c in db.Set<Conversation>() on w.ConversationId equals c.Id where c.Status != ConversationStatus.Open || c.AssigneeId != w.AgentId orderby w.ConversationId select new { w, c.Status }).Take(Most).ToListAsync(ct);
        if (over.Count == 0) { return; }
        db.RemoveRange(over.Select(o => o.w));
        db.AddRange(over.Select(o => new EndedWork { WorkspaceId = round.Workspace, AgentId = o.w.AgentId, Weight = o.w.Weight, Since = o.w.Since, Until = round.Now }));
        await db.SaveChangesAsync(ct);
        foreach (var agent in over.Where(o => o.Status == ConversationStatus.Resolved).Select(o => o.w.AgentId).Distinct())
        {
            if (round.Staff.FirstOrDefault(s => s.Agent.Id == agent)?.Work is { WrapUpSeconds: > 0 and var seconds })
            {
                await db.Set<AgentWork>().Where(w => w.WorkspaceId == round.Workspace && w.AgentId == agent).ExecuteUpdateAsync(set => set.SetProperty(w => w.WrapUpUntil, round.Now.AddSeconds(seconds)), ct);
                Out[agent] = AgentAvailability.WrapUp;
            }
        }
    }

    /// <summary>Given by a person, or reopened with its agent: it counts.</summary>
    private async Task<bool> BeginAsync(RoundFacts round, IQueryable<Conversation> conversations, CancellationToken ct)
    {
        var begun = await conversations.Where(c => c.Status == ConversationStatus.Open && c.AssigneeId != null && !db.Set<CarriedWork>().Any(w => w.ConversationId == c.Id)).OrderBy(c => c.Id).Take(Most)
            .Select(c => new
            {
                c.Id, Agent = c.AssigneeId!.Value, c.WaitingSince, c.LastMessageAt,
                Channel = db.Set<Message>().Where(m => m.Id == c.LastMessageId).Select(m => db.Set<Inbox>().Where(i => i.Id == m.InboxId).Select(i => i.Channel).FirstOrDefault()).FirstOrDefault()
                    ?? db.Set<Strand>().Where(s => s.ConversationId == c.Id).OrderByDescending(s => s.LastAt).Select(s => db.Set<Inbox>().Where(i => i.Id == s.InboxId).Select(i => i.Channel).FirstOrDefault()).FirstOrDefault(),
                AssignedAt = db.Set<Activity>().Where(a => a.WorkspaceId == c.WorkspaceId && a.ConversationId == c.Id && a.Kind == "conversation.assigned").Max(a => (DateTimeOffset?)a.At),
            }).ToListAsync(ct);
        if (begun.Count == 0) { return false; }
        db.AddRange(begun.Select(b => new CarriedWork { ConversationId = b.Id, WorkspaceId = round.Workspace, AgentId = b.Agent, Weight = PlanRoute.WeightOf(round.Plan, b.Channel ?? ""), Since = b.AssignedAt ?? round.Now }));
        await db.SaveChangesAsync(ct);
        return true;
    }

    private async Task SleepAsync(RoundFacts round, IQueryable<CarriedWork> work, CancellationToken ct)
    {
        if (round.Plan.SleepMinutes == 0) { return; }
        var silent = round.Now.AddMinutes(-round.Plan.SleepMinutes);
        await work.Where(w => !w.Asleep && db.Set<Conversation>().Any(c => c.Id == w.ConversationId && c.WaitingSince == null && c.LastMessageAt <= silent)).ExecuteUpdateAsync(set => set.SetProperty(w => w.Asleep, true), ct);
    }

    /// <summary>Since when somebody is gone: kept, so that the grace counts from then on whatever node looks.</summary>
    private async Task GoneAsync(RoundFacts round, CancellationToken ct)
    {
        foreach (var member in round.Staff.Where(s => s.Work is not null && (s.Work.GoneSince is not null) != IsGone(s)))
        {
            var (gone, id) = (IsGone(member) ? round.Now : (DateTimeOffset?)null, member.Agent.Id);
            await db.Set<AgentWork>().Where(w => w.WorkspaceId == round.Workspace && w.AgentId == id).ExecuteUpdateAsync(set => set.SetProperty(w => w.GoneSince, gone), ct);
            member.Work!.GoneSince = gone;
        }
    }

    public static bool IsGone(StaffMember member) => member.Availability is AgentAvailability.Offline or AgentAvailability.OffShift or AgentAvailability.OnLeave;

    /// <summary>Customers who wait for somebody who left go back into the queue; those who don't wait stay where they are known.</summary>
    private async Task ReturnAsync(RoundFacts round, IQueryable<CarriedWork> work, Dictionary<Id<Conversation>, EnterQueue.Wish> wishes, CancellationToken ct)
    {
        var longAgo = round.Now.AddMinutes(-round.Plan.GraceMinutes);
        var there = round.Staff.Where(s => !IsGone(s) || (s.Work?.GoneSince > longAgo)).Select(s => s.Agent.Id).ToList();
        var left = await work.Where(w => !there.Contains(w.AgentId) && w.Since <= longAgo
            && db.Set<Conversation>().Any(c => c.Id == w.ConversationId && c.Status == ConversationStatus.Open && c.WaitingSince != null)).OrderBy(w => w.ConversationId).Select(w => w.ConversationId).Take(Most).ToListAsync(ct);
        await TakeBackAsync(round, left, RoutingAct.Returned, ct);
        foreach (var id in left) { wishes[id] = new EnterQueue.Wish(); }
    }

    /// <summary>Who wrote again counts again. One more than an agent can carry is borne; beyond it, the newest go back, to the same agent first.</summary>
    private async Task WakeAsync(RoundFacts round, IQueryable<CarriedWork> work, Dictionary<Id<Conversation>, EnterQueue.Wish> wishes, CancellationToken ct)
    {
        var awake = await work.Where(w => w.Asleep && db.Set<Conversation>().Any(c => c.Id == w.ConversationId && c.WaitingSince != null)).OrderBy(w => w.ConversationId).Take(Most).ToListAsync(ct);
        if (awake.Count == 0) { return; }
        var agents = awake.Select(w => w.AgentId).Distinct().ToList();
        var loads = await db.Set<CarriedWork>().Where(w => w.WorkspaceId == round.Workspace && agents.Contains(w.AgentId) && !w.Asleep).GroupBy(w => w.AgentId).Select(g => new { g.Key, Load = g.Sum(w => w.Weight) }).ToDictionaryAsync(g => g.Key, g => g.Load, ct);
        var back = new List<Id<Conversation>>();
        foreach (var woken in awake)
        {
            var load = loads[woken.AgentId] = loads.GetValueOrDefault(woken.AgentId) + woken.Weight;
            var capacity = round.Staff.FirstOrDefault(s => s.Agent.Id == woken.AgentId)?.Work?.Capacity ?? 60;
            woken.Asleep = false;
            if (load <= capacity + woken.Weight) { continue; }
            loads[woken.AgentId] -= woken.Weight;
            back.Add(woken.ConversationId);
            wishes[woken.ConversationId] = new EnterQueue.Wish(Back: woken.AgentId);
        }

        await db.SaveChangesAsync(ct);
        await TakeBackAsync(round, back, RoutingAct.Woken, ct);
    }

    /// <summary>Not opened in time: on to the next, and who misses two in a row is set away.</summary>
    private async Task MissAsync(RoundFacts round, Dictionary<Id<Conversation>, EnterQueue.Wish> wishes, CancellationToken ct)
    {
        var offered = await (
            from w in db.Set<CarriedWork>()
            where w.WorkspaceId == round.Workspace && w.OfferedUntil != null
            join c in db.Set<Conversation>() on w.ConversationId equals c.Id
            where w.OfferedUntil <= round.Now || c.UnreadCount == 0 || c.WaitingSince == null
            orderby w.ConversationId
            select new { Work = w, Seen = c.UnreadCount == 0 || c.WaitingSince == null }).Take(Most).ToListAsync(ct);
        if (offered.Count == 0) { return; }
        foreach (var one in offered.Where(o => o.Seen)) { one.Work.OfferedUntil = null; }
        await db.SaveChangesAsync(ct);
        var (answered, missed) = (offered.Where(o => o.Seen).Select(o => o.Work.AgentId).Distinct().ToList(), offered.Where(o => !o.Seen).Select(o => o.Work).ToList());
        if (answered.Count > 0) { await db.Set<AgentWork>().Where(w => w.WorkspaceId == round.Workspace && answered.Contains(w.AgentId) && w.Misses > 0).ExecuteUpdateAsync(set => set.SetProperty(w => w.Misses, 0), ct); }
        foreach (var agent in missed.Select(m => m.AgentId).Distinct())
        {
            await db.Set<AgentWork>().Where(w => w.WorkspaceId == round.Workspace && w.AgentId == agent).ExecuteUpdateAsync(set => set.SetProperty(w => w.Misses, w => w.Misses + 1), ct);
            if (await db.Set<AgentWork>().Where(w => w.WorkspaceId == round.Workspace && w.AgentId == agent && w.Misses >= 2)
                .ExecuteUpdateAsync(set => set.SetProperty(w => w.Status, WorkStatus.Away).SetProperty(w => w.StatusAt, round.Now).SetProperty(w => w.StatusUntil, (DateTimeOffset?)null).SetProperty(w => w.StatusNote, (string?)null).SetProperty(w => w.Misses, 0), ct) > 0)
            {
                db.Events.Add(new AgentChanged(round.Workspace, agent));
                Out[agent] = AgentAvailability.Away;
            }
        }

        var earlier = missed.ConvertAll(m => m.ConversationId);
        var before = await db.Set<RoutingEntry>().Where(r => r.WorkspaceId == round.Workspace && earlier.Contains(r.ConversationId) && r.Act == RoutingAct.Missed && r.At > round.Now.AddHours(-1) && r.AgentId != null).Select(r => new { r.ConversationId, Agent = r.AgentId!.Value }).ToListAsync(ct);
        foreach (var one in missed)
        {
            wishes[one.ConversationId] = new EnterQueue.Wish(Missed: string.Join(',', before.Where(b => b.ConversationId == one.ConversationId).Select(b => b.Agent).Append(one.AgentId).Distinct()));
        }

        await TakeBackAsync(round, earlier, RoutingAct.Missed, ct);
    }

    private async Task TakeBackAsync(RoundFacts round, List<Id<Conversation>> ids, RoutingAct act, CancellationToken ct)
    {
        if (ids.Count == 0) { return; }
        var raw = ids.ConvertAll(i => i.Value).ToArray();
        var rows = await (db.Engine == Engine.Postgres
            ? db.Set<Conversation>().FromSql($"select * from conversations where workspace_id = {round.Workspace.Value} and id = any({raw}) and status = 'open' and assignee_id is not null order by id for update skip locked")
            : db.Set<Conversation>().Where(c => c.WorkspaceId == round.Workspace && ids.Contains(c.Id) && c.Status == ConversationStatus.Open && c.AssigneeId != null)).ToListAsync(ct);
        foreach (var conversation in rows)
        {
            var from = conversation.AssigneeId!.Value;
            conversation.AssignTo(null);
            db.Add(ClaimAgents.Log(conversation, act, from, new RoutingReason { From = from.Value }, round.Now));
            db.Add(new Activity { WorkspaceId = round.Workspace, ConversationId = conversation.Id, Kind = "conversation.returned", At = round.Now, ActorKind = AuthorKind.System, Data = $$"""{"agentId":"{{from}}","why":"{{EnumNames.Of(act)}}"}""" });
            db.Events.Add(new ConversationChanged(conversation, "assigned"));
        }

        var taken = rows.ConvertAll(r => r.Id);
        await db.SaveChangesAsync(ct);
        var ended = await db.Set<CarriedWork>().Where(w => w.WorkspaceId == round.Workspace && taken.Contains(w.ConversationId)).ToListAsync(ct);
        db.RemoveRange(ended);
        db.AddRange(ended.Select(w => new EndedWork { WorkspaceId = round.Workspace, AgentId = w.AgentId, Weight = w.Weight, Since = w.Since, Until = round.Now }));
        await db.SaveChangesAsync(ct);
    }
}
