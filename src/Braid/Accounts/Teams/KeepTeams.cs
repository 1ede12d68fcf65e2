using System.Text.Json;
using Braid.Platform.Data;
using Braid.Platform.Http;
using Microsoft.EntityFrameworkCore;

namespace Braid.Accounts.Teams;

/// <summary>Teams, skills and calendars of the workspace: few, read by everybody, changed by admins.</summary>
internal sealed class KeepTeams(BraidDb db, TimeProvider clock)
{
    private const int Most = 200;

    public sealed record TeamRequest(string? Name, string? Description, IReadOnlyList<Id<Agent>>? AgentIds);

    public sealed record SkillRequest(string? Name, SkillKind? Kind, string? Code);

    public sealed record CalendarRequest(string? Name, string? TimeZone, IReadOnlyList<OpenHours>? Hours, IReadOnlyList<string>? DaysOff);

    public async Task<TeamsView> TeamsAsync(Actor by, CancellationToken ct)
    {
        by.Require(Permission.ReadConversations);
        var teams = await db.Set<Team>().AsNoTracking().Where(t => t.WorkspaceId == by.Workspace).OrderBy(t => t.Name).Take(Most).ToListAsync(ct);
        var members = (await db.Set<TeamMember>().AsNoTracking().Where(m => m.WorkspaceId == by.Workspace).ToListAsync(ct)).ToLookup(m => m.TeamId, m => m.AgentId);
        return new(teams.ConvertAll(t => new TeamView(t.Id, t.Name, t.Description, [.. members[t.Id]])));
    }

    public async Task<TeamView> SaveTeamAsync(Id<Team>? id, TeamRequest request, Actor by, CancellationToken ct)
    {
        by.Require(Permission.ManageRouting);
        var saved = id ?? Id<Team>.New();
        await db.InTransactionAsync(async inner =>
        {
            var team = id is null ? null : await db.Set<Team>().FirstOrDefaultAsync(t => t.WorkspaceId == by.Workspace && t.Id == id, inner) ?? throw RefusalException.NotFound("team");
            var name = await NameAsync(request.Name, team?.Name, db.Set<Team>().Where(t => t.WorkspaceId == by.Workspace && t.Id != saved).Select(t => t.Name), "team", inner);
            if (team is null) { db.Add(team = new Team { Id = saved, WorkspaceId = by.Workspace, Name = name, CreatedAt = clock.GetUtcNow() }); }
            team.Name = name;
            team.Description = request.Description is null ? team.Description : request.Description.Trim() is { Length: > 0 and <= 500 } text ? text : null;
            if (request.AgentIds is { } asked)
            {
                var agents = asked.Distinct().ToList();
                if (await db.Set<Agent>().CountAsync(a => a.WorkspaceId == by.Workspace && agents.Contains(a.Id), inner) != agents.Count) { throw RefusalException.Invalid("Somebody named here does not work in this workspace.", new Dictionary<string, string> { ["agentIds"] = "Choose from the list." }); }
                await db.Set<TeamMember>().Where(m => m.WorkspaceId == by.Workspace && m.TeamId == saved).ExecuteDeleteAsync(inner);
                db.AddRange(agents.Select(a => new TeamMember { WorkspaceId = by.Workspace, TeamId = saved, AgentId = a }));
            }

            await SaveAsync(by, "team.saved", saved.Value, inner);
        }, ct);
        return (await TeamsAsync(by, ct)).Items.First(t => t.Id == saved);
    }

    public Task RemoveTeamAsync(Id<Team> id, Actor by, CancellationToken ct) => RemoveAsync(by, "team", id.Value, async inner =>
    {
        await db.Set<TeamMember>().Where(m => m.WorkspaceId == by.Workspace && m.TeamId == id).ExecuteDeleteAsync(inner);
        return await db.Set<Team>().Where(t => t.WorkspaceId == by.Workspace && t.Id == id).ExecuteDeleteAsync(inner);
    }, ct);

    public async Task<SkillsView> SkillsAsync(Actor by, CancellationToken ct)
    {
        by.Require(Permission.ReadConversations);
        return new(await db.Set<Skill>().AsNoTracking().Where(s => s.WorkspaceId == by.Workspace).OrderBy(s => s.Kind).ThenBy(s => s.Name).Take(Most)
            .Select(s => new SkillView(s.Id, s.Name, s.Kind, s.Code, db.Set<AgentSkill>().Count(a => a.WorkspaceId == s.WorkspaceId && a.SkillId == s.Id))).ToListAsync(ct));
    }

    public async Task<SkillView> SaveSkillAsync(Id<Skill>? id, SkillRequest request, Actor by, CancellationToken ct)
    {
        by.Require(Permission.ManageRouting);
        var saved = id ?? Id<Skill>.New();
        await db.InTransactionAsync(async inner =>
        {
            var skill = id is null ? null : await db.Set<Skill>().FirstOrDefaultAsync(s => s.WorkspaceId == by.Workspace && s.Id == id, inner) ?? throw RefusalException.NotFound("skill");
            var name = await NameAsync(request.Name, skill?.Name, db.Set<Skill>().Where(s => s.WorkspaceId == by.Workspace && s.Id != saved).Select(s => s.Name), "skill", inner);
            if (skill is null) { db.Add(skill = new Skill { Id = saved, WorkspaceId = by.Workspace, Name = name, Kind = SkillKind.Other, CreatedAt = clock.GetUtcNow() }); }
            (skill.Name, skill.Kind, skill.Code) = (name, request.Kind ?? skill.Kind, request.Code is null ? skill.Code : request.Code.Trim().ToLowerInvariant() is { Length: > 0 and <= 40 } code ? code : null);
            if (skill.Kind == SkillKind.Language && skill.Code is null) { throw RefusalException.Invalid("Say which language.", new Dictionary<string, string> { ["code"] = "Its code, such as \"id\" or \"de\"." }); }
            await SaveAsync(by, "skill.saved", saved.Value, inner);
        }, ct);
        return (await SkillsAsync(by, ct)).Items.First(s => s.Id == saved);
    }

    public Task RemoveSkillAsync(Id<Skill> id, Actor by, CancellationToken ct) => RemoveAsync(by, "skill", id.Value, async inner =>
    {
        await db.Set<AgentSkill>().Where(s => s.WorkspaceId == by.Workspace && s.SkillId == id).ExecuteDeleteAsync(inner);
        return await db.Set<Skill>().Where(s => s.WorkspaceId == by.Workspace && s.Id == id).ExecuteDeleteAsync(inner);
    }, ct);

    public async Task<CalendarsView> CalendarsAsync(Actor by, CancellationToken ct)
    {
        by.Require(Permission.ReadConversations);
        var now = clock.GetUtcNow();
        return new((await db.Set<Calendar>().AsNoTracking().Where(c => c.WorkspaceId == by.Workspace).OrderBy(c => c.Name).Take(Most).ToListAsync(ct)).ConvertAll(c =>
        {
            var hours = WeekHours.Of(c);
            return new CalendarView(c.Id, c.Name, c.TimeZone, JsonSerializer.Deserialize<List<OpenHours>>(c.Hours, JsonSerializerOptions.Web)!, [.. c.DaysOff.Split(',', StringSplitOptions.RemoveEmptyEntries)], hours.IsOpen(now), hours.NextOpening(now));
        }));
    }

    public async Task<CalendarView> SaveCalendarAsync(Id<Calendar>? id, CalendarRequest request, Actor by, CancellationToken ct)
    {
        by.Require(Permission.ManageRouting);
        WeekHours.Check(request.TimeZone, request.Hours ?? [], request.DaysOff ?? []);
        var saved = id ?? Id<Calendar>.New();
        await db.InTransactionAsync(async inner =>
        {
            var calendar = id is null ? null : await db.Set<Calendar>().FirstOrDefaultAsync(c => c.WorkspaceId == by.Workspace && c.Id == id, inner) ?? throw RefusalException.NotFound("calendar");
            var name = await NameAsync(request.Name, calendar?.Name, db.Set<Calendar>().Where(c => c.WorkspaceId == by.Workspace && c.Id != saved).Select(c => c.Name), "calendar", inner);
            var hours = JsonSerializer.Serialize(request.Hours ?? [], JsonSerializerOptions.Web);
            if (calendar is null) { db.Add(calendar = new Calendar { Id = saved, WorkspaceId = by.Workspace, Name = name, TimeZone = request.TimeZone!, Hours = hours, CreatedAt = clock.GetUtcNow() }); }
            (calendar.Name, calendar.TimeZone, calendar.Hours, calendar.DaysOff) = (name, request.TimeZone!, hours, string.Join(',', (request.DaysOff ?? []).Distinct().Order(StringComparer.Ordinal)));
            await SaveAsync(by, "calendar.saved", saved.Value, inner);
        }, ct);
        return (await CalendarsAsync(by, ct)).Items.First(c => c.Id == saved);
    }

    public Task RemoveCalendarAsync(Id<Calendar> id, Actor by, CancellationToken ct) => RemoveAsync(by, "calendar", id.Value, async inner =>
    {
        await db.Set<AgentWork>().Where(w => w.WorkspaceId == by.Workspace && w.CalendarId == id).ExecuteUpdateAsync(set => set.SetProperty(w => w.CalendarId, (Id<Calendar>?)null), inner);
        return await db.Set<Calendar>().Where(c => c.WorkspaceId == by.Workspace && c.Id == id).ExecuteDeleteAsync(inner);
    }, ct);

    private Task RemoveAsync(Actor by, string what, Guid id, Func<CancellationToken, Task<int>> remove, CancellationToken ct)
    {
        by.Require(Permission.ManageRouting);
        return db.InTransactionAsync(async inner =>
        {
            if (await remove(inner) == 0) { throw RefusalException.NotFound(what); }
            await SaveAsync(by, what + ".removed", id, inner);
        }, ct);
    }

    private async Task SaveAsync(Actor by, string what, Guid subject, CancellationToken ct)
    {
        db.Audited(by, what, subject, clock.GetUtcNow());
        db.Events.Add(new RoutingChanged(by.Workspace));
        await db.SaveChangesAsync(ct);
    }

    private static async Task<string> NameAsync(string? asked, string? before, IQueryable<string> others, string what, CancellationToken ct)
    {
        var name = asked is null ? before : asked.Trim();
        if (name is not { Length: > 0 and <= 80 }) { throw RefusalException.Invalid($"Give the {what} a name.", new Dictionary<string, string> { ["name"] = "1 to 80 characters." }); }
        var all = await others.Order().Take(Most).ToListAsync(ct);
        if (all.Exists(o => string.Equals(o, name, StringComparison.OrdinalIgnoreCase))) { throw RefusalException.Invalid($"There is a {what} of this name.", new Dictionary<string, string> { ["name"] = "Choose another name." }); }
        return all.Count < Most ? name : throw RefusalException.Invalid($"A workspace has at most {Most} of these. Remove one first.");
    }
}
