using System.Text.Json;
using Braid.Accounts;
using Braid.Accounts.Teams;
using Braid.Conversations;
using Braid.Platform.Data;
using Braid.Platform.Jobs;
using Microsoft.EntityFrameworkCore;

namespace Braid.Routing;

/// <summary>
/// One look at a workspace: the books are brought in step, those who wait get a place in a line, lines widen as time passes, and whoever can
/// be placed is. The decision itself is <see cref="Desk"/>; here it is fed and carried out, in one transaction.
/// </summary>
internal sealed class RoutingRound(BraidDb db, ReadPlans plans, Staff staff, ReadSurroundings surroundings, RoundCache cache, Reconcile reconcile, EnterQueue enter, ReadDesk readDesk, ClaimAgents claim, JobQueue jobs, TimeProvider clock)
{
    private const int MostPlaced = 300;
    private const int MostSteps = 1000;
    /// <summary>Whoever asked longer ago has been answered, or has an agent by now.</summary>
    private static readonly TimeSpan Lately = TimeSpan.FromSeconds(15);

    /// <param name="only">Look at these alone; null: at all.</param>
    /// <returns>How many were placed; null: another node looks at this moment, and what was asked for here may not be in its view.</returns>
    public async Task<int?> RunAsync(Id<Workspace> workspace, IReadOnlyCollection<Id<Conversation>>? only, CancellationToken ct)
    {
        int? placed = null;
        await db.InTransactionAsync(async inner =>
        {
            // Another node that looks now would do the same; it is right all the same, but for nothing.
            if (!await AloneAsync(workspace, inner)) { return; }
            placed = 0;
            if (await GroundAsync(workspace, only is null, inner) is not { } ground) { return; }
            var round = new RoundFacts(workspace, ground.Plan, ground.Staff, Now()) { Ground = ground };
            var wishes = await reconcile.RunAsync(round, only, inner);
            if (reconcile.Out.Count > 0)
            {
                round = round with { Staff = [.. round.Staff.Select(s => reconcile.Out.TryGetValue(s.Agent.Id, out var now) ? s with { Availability = now } : s)] };
                cache.Forget(workspace);
            }

            await enter.RunAsync(round, wishes, inner);
            await AnswerPlaceAsync(round, only is null ? null : [.. only], inner);
            // What time alone brings about is the full look's.
            if (only is null) { await StepAsync(round, inner); }
            placed = await PlaceAsync(round, inner);
        }, ct);
        return placed;
    }

    /// <summary>Null: routing is off.</summary>
    private async Task<RoundGround?> GroundAsync(Id<Workspace> workspace, bool anew, CancellationToken ct)
    {
        if (!anew && cache.Get(workspace) is { } known) { return known; }
        if (await plans.LiveAsync(workspace, ct) is not { } plan) { return null; }
        var people = await staff.ReadAsync(workspace, ct);
        var ground = new RoundGround(plan, people, await surroundings.RunAsync(workspace, people, then: false, ct), await readDesk.MembersAsync(workspace, ct), clock.GetUtcNow());
        cache.Put(workspace, ground);
        return ground;
    }

    private DateTimeOffset Now() => DateTimeOffset.FromUnixTimeMilliseconds(clock.GetUtcNow().ToUnixTimeMilliseconds());

    private async Task<bool> AloneAsync(Id<Workspace> workspace, CancellationToken ct)
    {
        if (db.Engine != Engine.Postgres) { return true; }
        var key = BitConverter.ToInt64(workspace.Value.ToByteArray(), 8);
        return await db.Database.SqlQuery<bool>($"select pg_try_advisory_xact_lock({key}) as \"Value\"").SingleAsync(ct);
    }

    /// <summary>Those whose time has come ask for less, and those who wait for somebody who has left go on at once.</summary>
    private async Task StepAsync(RoundFacts round, CancellationToken ct)
    {
        var gone = round.Staff.Where(s => s.Availability is not (AgentAvailability.Online or AgentAvailability.WrapUp)).Select(s => "|" + s.Agent.Id + "|").ToList();
        var alone = await db.Set<QueueEntry>().Where(q => q.WorkspaceId == round.Workspace && q.StepAt != null && !q.Demand.Contains("||")).Select(q => q.Demand).Distinct().OrderBy(d => d).Take(MostSteps).ToListAsync(ct);
        var left = alone.Where(d => gone.Exists(g => d.Contains(g, StringComparison.Ordinal))).ToList();
        var due = await db.Set<QueueEntry>().Where(q => q.WorkspaceId == round.Workspace && q.StepAt != null && (q.StepAt <= round.Now || left.Contains(q.Demand))).OrderBy(q => q.StepAt).Take(MostSteps).ToListAsync(ct);
        foreach (var entry in due)
        {
            var path = JsonSerializer.Deserialize<QueuePath>(entry.Path, RoutingJson.Options)!;
            do { entry.Step++; } while (entry.Step + 1 < path.Steps.Count && entry.Since.AddSeconds(path.Steps[entry.Step + 1].After) <= round.Now);
            var step = path.Steps[entry.Step];
            entry.Demand = step.Demand.Key;
            entry.TeamId = step.TeamId;
            entry.StepAt = entry.Step + 1 < path.Steps.Count ? entry.Since.AddSeconds(path.Steps[entry.Step + 1].After) : null;
            db.Add(new RoutingEntry
            {
                WorkspaceId = round.Workspace, ConversationId = entry.ConversationId, At = round.Now, Act = RoutingAct.Widened,
                Reason = JsonSerializer.Serialize(new RoutingReason { Step = step.Why, TeamId = step.TeamId?.Value, WaitedSeconds = (round.Now - entry.Since).TotalSeconds, Skills = [.. step.Skills.Select(s => s.Skill.Value)] }, RoutingJson.Options),
            });
        }

        await db.SaveChangesAsync(ct);
    }

    private async Task<int> PlaceAsync(RoundFacts round, CancellationToken ct)
    {
        var lines = await db.Set<QueueEntry>().Where(q => q.WorkspaceId == round.Workspace).GroupBy(q => q.Demand).Select(g => new { g.Key, Count = g.Count() }).ToListAsync(ct);
        if (lines.Count == 0) { return 0; }
        var agents = await readDesk.RunAsync(round.Workspace, round.Plan, round.Staff, round.Ground?.Members, ct);
        var desk = new Desk(agents, DeskRules.Product);
        foreach (var line in lines)
        {
            var demand = Demand.Parse(line.Key);
            var right = agents.Where(a => demand.Excludes(a) is null && a.Out is null).ToList();
            await TellAsync(round, line.Key, right.Count == 0, ct);
            var room = right.Where(a => a.HasRoom(demand.Weight)).Sum(a => demand.Weight == Demand.Whole ? 1 : a.Free / demand.Weight);
            // A call that waits keeps somebody free, even if nobody is now.
            if (room == 0 && demand.Weight == Demand.Whole) { room = right.Count; }
            if (room > 0) { await FillAsync(desk, round, demand, line.Key, Math.Min(room, MostPlaced), ct); }
        }

        var loads = agents.ToDictionary(a => a.Id, a => (a.Load, a.Whole));
        var now = round.Now.ToUnixTimeMilliseconds();
        var claims = desk.Place(now).Take(MostPlaced).Select(p => Claimed(p, agents, loads, now)).ToList();
        return (await claim.RunAsync(round.Workspace, claims, TimeSpan.FromSeconds(round.Plan.OfferSeconds), ct)).Count;
    }

    /// <summary>Only as many as could be placed: of those still in time and of the late ones, the most pressing.</summary>
    private async Task FillAsync(Desk desk, RoundFacts round, Demand demand, string key, int most, CancellationToken ct)
    {
        var line = db.Set<QueueEntry>().AsNoTracking().Where(q => q.WorkspaceId == round.Workspace && q.Demand == key);
        IQueryable<QueueEntry> First(IQueryable<QueueEntry> of) => of.OrderBy(q => q.DueAt).ThenBy(q => q.ConversationId).Take(most);
        // What somebody let pass may fit none of those who are free, and must not hide those behind it.
        var fresh = line.Where(q => q.Missed == null);
        var rows = await First(fresh.Where(q => q.DueAt >= round.Now)).Concat(First(fresh.Where(q => q.DueAt < round.Now))).Concat(First(line.Where(q => q.Missed != null))).Select(q => new { q.ConversationId, q.Since, q.DueAt, q.Missed }).ToListAsync(ct);
        foreach (var row in rows.OrderBy(r => r.DueAt))
        {
            desk.Enter(new WaitingWork
            {
                Id = row.ConversationId.Value, Demand = demand, Since = row.Since.ToUnixTimeMilliseconds(), DueAt = row.DueAt.ToUnixTimeMilliseconds(),
                Missed = row.Missed?.Split(',').Select(m => new Id<Agent>(Guid.Parse(m))).ToHashSet(),
            });
        }
    }

    private static Claim Claimed(Placement placed, List<DeskAgent> agents, Dictionary<Id<Agent>, (int Load, bool Whole)> loads, long now)
    {
        var (work, agent) = (placed.Work, placed.Agent);
        var (losers, counts) = ExplainPlacement.Losers(agents, work.Demand, work.Missed, agent, loads, now);
        var before = loads[agent.Id].Load;
        loads[agent.Id] = work.Demand.Weight == Demand.Whole ? (before, true) : (before + work.Demand.Weight, false);
        return new(new Id<Conversation>(work.Id), agent.Id, work.Demand.Weight, new RoutingReason
        {
            Step = work.Demand.Only is null ? "line" : "sticky", Skills = [.. work.Demand.Skills.Select(s => s.Skill.Value)], TeamId = work.Demand.Team?.Value, Load = before / 10.0, Capacity = agent.Capacity / 10.0,
            IdleMinutes = before == 0 && agent.IdleSince > 0 ? Math.Round((now - agent.IdleSince) / 60_000.0, 1) : null, WaitedSeconds = Math.Round((now - work.Since) / 1000.0, 1), Losers = losers, Counts = counts,
        });
    }

    /// <summary>Who waits and asks how long hears their place in line; once per message.</summary>
    private async Task AnswerPlaceAsync(RoundFacts round, List<Id<Conversation>>? only, CancellationToken ct)
    {
        if (round.Plan.PlaceWords.Count == 0) { return; }
        var lately = round.Now - Lately;
        var said = await db.Set<QueueEntry>().AsNoTracking().Where(q => q.WorkspaceId == round.Workspace && (only == null || only.Contains(q.ConversationId)))
            .Where(q => db.Set<Conversation>().Any(c => c.Id == q.ConversationId && c.LastMessageAt >= lately)).Select(q => new
        {
            q.ConversationId, q.Since,
            Text = db.Set<Message>().Where(m => m.WorkspaceId == q.WorkspaceId && m.ConversationId == q.ConversationId && m.Direction == Direction.In).OrderByDescending(m => m.Seq).Select(m => m.Text).FirstOrDefault(),
            At = db.Set<Message>().Where(m => m.WorkspaceId == q.WorkspaceId && m.ConversationId == q.ConversationId && m.Direction == Direction.In).Max(m => (DateTimeOffset?)m.ReceivedAt),
        }).Where(q => q.At >= q.Since).OrderBy(q => q.ConversationId).Take(MostPlaced).ToListAsync(ct);
        foreach (var one in said.Where(s => TextMood.Hits(s.Text ?? "", round.Plan.PlaceWords) > 0))
        {
            await jobs.EnqueueAsync(TellCustomer.Of(round.Workspace, one.ConversationId, "place", one.At!.Value), ct);
        }
    }

    /// <summary>When nobody who could help is there, the customer hears it once.</summary>
    private async Task TellAsync(RoundFacts round, string key, bool nobody, CancellationToken ct)
    {
        if (!nobody || round.Plan.NobodyThere is null) { return; }
        var untold = await db.Set<QueueEntry>().Where(q => q.WorkspaceId == round.Workspace && q.Demand == key && !q.ToldNobody).OrderBy(q => q.DueAt).Take(100).ToListAsync(ct);
        foreach (var entry in untold.Where(_ => Demand.Parse(key).Only != PlanRoute.Nobody))
        {
            entry.ToldNobody = true;
            await jobs.EnqueueAsync(TellCustomer.Of(round.Workspace, entry.ConversationId, "nobody", entry.Since), ct);
        }

        await db.SaveChangesAsync(ct);
    }
}
