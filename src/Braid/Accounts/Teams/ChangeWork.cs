using Braid.Platform.Data;
using Braid.Platform.Http;
using Microsoft.EntityFrameworkCore;

namespace Braid.Accounts.Teams;

/// <summary>How an agent works (capacity, shifts, skills, teams, leave) and what they say about themselves now.</summary>
internal sealed class ChangeWork(BraidDb db, TimeProvider clock)
{
    /// <summary>What is left out stays as it is; the lists replace what was there.</summary>
    /// <param name="Capacity">Units, 0 to 100, in tenths.</param>
    /// <param name="Shifts">False takes the calendar away.</param>
    public sealed record Request(double? Capacity, int? WrapUpSeconds, Id<Calendar>? CalendarId, bool? Shifts, IReadOnlyList<Id<Team>>? TeamIds, IReadOnlyList<AgentSkillView>? Skills);

    /// <param name="Until">Then it is automatic again; null: until changed.</param>
    public sealed record StatusRequest(WorkStatus Status, DateTimeOffset? Until, string? Note);

    public sealed record LeaveRequest(DateTimeOffset From, DateTimeOffset Until, string? Note);

    public Task ApplyAsync(Id<Agent> id, Request request, Actor by, CancellationToken ct) => db.InTransactionAsync(async inner =>
    {
        by.Require(Permission.ManageRouting);
        var work = await RequireAsync(id, by, inner);
        var wrong = new Dictionary<string, string>();
        if (request.Capacity is < 0 or > 100 or double.NaN) { wrong["capacity"] = "0 to 100 units."; }
        if (request.WrapUpSeconds is < 0 or > 3600) { wrong["wrapUpSeconds"] = "0 to 3600 seconds."; }
        if (request.CalendarId is { } calendar && !await db.Set<Calendar>().AnyAsync(c => c.WorkspaceId == by.Workspace && c.Id == calendar, inner)) { wrong["calendarId"] = "There is no such calendar."; }
        if (request.Skills?.Any(s => s.Level is < 1 or > 5) == true) { wrong["skills"] = "Levels go from 1 to 5."; }
        if (wrong.Count > 0) { throw RefusalException.Invalid("This can't be saved like this.", wrong); }
        work.Capacity = request.Capacity is { } units ? (int)Math.Round(units * 10) : work.Capacity;
        work.WrapUpSeconds = request.WrapUpSeconds ?? work.WrapUpSeconds;
        work.CalendarId = request.Shifts == false ? null : request.CalendarId ?? work.CalendarId;
        if (request.TeamIds is { } teams)
        {
            await RequireAllAsync(teams.Distinct().ToList(), db.Set<Team>().Where(t => t.WorkspaceId == by.Workspace).Select(t => t.Id), "teamIds", inner);
            await db.Set<TeamMember>().Where(m => m.WorkspaceId == by.Workspace && m.AgentId == id).ExecuteDeleteAsync(inner);
            db.AddRange(teams.Distinct().Select(t => new TeamMember { WorkspaceId = by.Workspace, TeamId = t, AgentId = id }));
        }

        if (request.Skills is { } skills)
        {
            var each = skills.DistinctBy(s => s.SkillId).ToList();
            await RequireAllAsync(each.ConvertAll(s => s.SkillId), db.Set<Skill>().Where(s => s.WorkspaceId == by.Workspace).Select(s => s.Id), "skills", inner);
            await db.Set<AgentSkill>().Where(s => s.WorkspaceId == by.Workspace && s.AgentId == id).ExecuteDeleteAsync(inner);
            db.AddRange(each.Select(s => new AgentSkill { WorkspaceId = by.Workspace, AgentId = id, SkillId = s.SkillId, Level = s.Level }));
        }

        db.Audited(by, "agent.work", id.Value, clock.GetUtcNow());
        db.Events.Add(new AgentChanged(by.Workspace, id));
        await db.SaveChangesAsync(inner);
    }, ct);

    /// <summary>Everybody for themselves; supervisors for all.</summary>
    public Task SayAsync(Id<Agent> id, StatusRequest request, Actor by, CancellationToken ct) => db.InTransactionAsync(async inner =>
    {
        by.Require(id == by.AgentId ? Permission.ReadConversations : Permission.Supervise);
        var (work, now) = (await RequireAsync(id, by, inner), clock.GetUtcNow());
        if (request.Note?.Length > 100) { throw RefusalException.Invalid("Keep the note short.", new Dictionary<string, string> { ["note"] = "At most 100 characters." }); }
        if (request.Until <= now) { throw RefusalException.Invalid("This time has passed.", new Dictionary<string, string> { ["until"] = "A time to come." }); }
        (work.Status, work.StatusUntil, work.StatusNote, work.StatusAt) = (request.Status, request.Until, request.Note?.Trim() is { Length: > 0 } note ? note : null, now);
        if (request.Status is WorkStatus.Online or WorkStatus.Automatic) { (work.Misses, work.WrapUpUntil) = (0, null); }
        // Whoever says so themselves is there.
        if (id == by.AgentId) { (work.SeenAt, work.ActiveAt) = (now, now); }
        db.Events.Add(new AgentChanged(by.Workspace, id));
        await db.SaveChangesAsync(inner);
    }, ct);

    public Task TakeLeaveAsync(Id<Agent> id, LeaveRequest request, Actor by, CancellationToken ct) => db.InTransactionAsync(async inner =>
    {
        by.Require(id == by.AgentId ? Permission.ReadConversations : Permission.ManageRouting);
        await RequireAsync(id, by, inner);
        if (request.Until <= request.From || request.Until <= clock.GetUtcNow()) { throw RefusalException.Invalid("Leave ends after it begins, and not in the past.", new Dictionary<string, string> { ["until"] = "Later than the beginning." }); }
        if (request.Note?.Length > 200) { throw RefusalException.Invalid("Keep the note short.", new Dictionary<string, string> { ["note"] = "At most 200 characters." }); }
        if (await db.Set<Leave>().CountAsync(l => l.WorkspaceId == by.Workspace && l.AgentId == id && l.Until > clock.GetUtcNow(), inner) >= 50) { throw RefusalException.Invalid("That is a lot of leave. Remove one first."); }
        db.Add(new Leave { WorkspaceId = by.Workspace, AgentId = id, From = request.From.ToUniversalTime(), Until = request.Until.ToUniversalTime(), Note = request.Note });
        db.Events.Add(new AgentChanged(by.Workspace, id));
        await db.SaveChangesAsync(inner);
    }, ct);

    public Task EndLeaveAsync(Id<Agent> id, Id<Leave> leave, Actor by, CancellationToken ct) => db.InTransactionAsync(async inner =>
    {
        by.Require(id == by.AgentId ? Permission.ReadConversations : Permission.ManageRouting);
        if (await db.Set<Leave>().Where(l => l.WorkspaceId == by.Workspace && l.AgentId == id && l.Id == leave).ExecuteDeleteAsync(inner) == 0) { throw RefusalException.NotFound("leave"); }
        db.Events.Add(new AgentChanged(by.Workspace, id));
    }, ct);

    private async Task<AgentWork> RequireAsync(Id<Agent> id, Actor by, CancellationToken ct)
    {
        if (!await db.Set<Agent>().AnyAsync(a => a.WorkspaceId == by.Workspace && a.Id == id, ct)) { throw RefusalException.NotFound("agent"); }
        // Held before it is read: the agent's screens and the router write here too, and what they wrote meanwhile must stay.
        if (db.Engine == Engine.Postgres) { await db.Database.ExecuteSqlAsync($"select 1 from agent_work where workspace_id = {by.Workspace.Value} and agent_id = {id.Value} for update", ct); }
        if (await db.Set<AgentWork>().FirstOrDefaultAsync(w => w.WorkspaceId == by.Workspace && w.AgentId == id, ct) is { } known) { return known; }
        var made = new AgentWork { AgentId = id, WorkspaceId = by.Workspace };
        db.Add(made);
        return made;
    }

    private static async Task RequireAllAsync<T>(List<Id<T>> wanted, IQueryable<Id<T>> known, string field, CancellationToken ct)
    {
        if (await known.CountAsync(k => wanted.Contains(k), ct) != wanted.Count) { throw RefusalException.Invalid("Something named here does not exist any more.", new Dictionary<string, string> { [field] = "Choose from the list." }); }
    }
}
