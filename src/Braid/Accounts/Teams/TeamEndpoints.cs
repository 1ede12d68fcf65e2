using Braid.Platform.Data;
using Braid.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Braid.Accounts.Teams;

internal static class TeamEndpoints
{
    public static void MapTeams(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1").WithTags("Teams").RequireAuthorization();
        group.MapGet("/teams", async Task<Ok<TeamsView>> (KeepTeams keep, Actor by, CancellationToken ct) => TypedResults.Ok(await keep.TeamsAsync(by, ct)));
        group.MapPost("/teams", AddTeam).WithExample("""{"name":"Billing","description":"Invoices and refunds","agentIds":[]}""");
        group.MapPatch("/teams/{id}", ChangeTeam).WithExample("""{"agentIds":["01a21a05-3ca1-7b6e-9eee-93671f418208"]}""");
        group.MapDelete("/teams/{id}", RemoveTeam);
        group.MapGet("/skills", async Task<Ok<SkillsView>> (KeepTeams keep, Actor by, CancellationToken ct) => TypedResults.Ok(await keep.SkillsAsync(by, ct)));
        group.MapPost("/skills", AddSkill).WithExample("""{"name":"Indonesian","kind":"language","code":"id"}""");
        group.MapPatch("/skills/{id}", ChangeSkill).WithExample("""{"name":"Bahasa Indonesia"}""");
        group.MapDelete("/skills/{id}", RemoveSkill);
        group.MapGet("/calendars", async Task<Ok<CalendarsView>> (KeepTeams keep, Actor by, CancellationToken ct) => TypedResults.Ok(await keep.CalendarsAsync(by, ct)));
        group.MapPost("/calendars", AddCalendar).WithExample("""{"name":"Office","timeZone":"Asia/Jakarta","hours":[{"day":1,"from":"09:00","to":"17:30"}],"daysOff":["2026-12-25"]}""");
        group.MapPut("/calendars/{id}", ChangeCalendar).WithExample("""{"name":"Office","timeZone":"Asia/Jakarta","hours":[{"day":1,"from":"08:00","to":"18:00"}],"daysOff":[]}""");
        group.MapDelete("/calendars/{id}", RemoveCalendar);
        group.MapGet("/agents/work", async Task<Ok<AgentWorksView>> (Staff staff, Actor by, CancellationToken ct) => TypedResults.Ok(await staff.ListAsync(by, ct)));
        group.MapPatch("/agents/{id}/work", ChangeWorkOf).WithExample("""{"capacity":6,"wrapUpSeconds":30,"skills":[{"skillId":"01a21a05-3ca1-7b6e-9eee-93671f418208","level":4}]}""");
        group.MapPut("/agents/{id}/status", Say).WithExample("""{"status":"away","note":"Lunch"}""");
        group.MapPost("/agents/{id}/leaves", TakeLeave).WithExample("""{"from":"2026-12-24T00:00:00Z","until":"2026-12-28T00:00:00Z","note":"Holidays"}""");
        group.MapDelete("/agents/{id}/leaves/{leave}", EndLeave);
    }

    private static async Task<Created<TeamView>> AddTeam(KeepTeams.TeamRequest request, KeepTeams keep, Actor by, CancellationToken ct) => TypedResults.Created("/api/v1/teams", await keep.SaveTeamAsync(null, request, by, ct));

    private static async Task<Ok<TeamView>> ChangeTeam(Id<Team> id, KeepTeams.TeamRequest request, KeepTeams keep, Actor by, CancellationToken ct) => TypedResults.Ok(await keep.SaveTeamAsync(id, request, by, ct));

    private static async Task<NoContent> RemoveTeam(Id<Team> id, KeepTeams keep, Actor by, CancellationToken ct)
    {
        await keep.RemoveTeamAsync(id, by, ct);
        return TypedResults.NoContent();
    }

    private static async Task<Created<SkillView>> AddSkill(KeepTeams.SkillRequest request, KeepTeams keep, Actor by, CancellationToken ct) => TypedResults.Created("/api/v1/skills", await keep.SaveSkillAsync(null, request, by, ct));

    private static async Task<Ok<SkillView>> ChangeSkill(Id<Skill> id, KeepTeams.SkillRequest request, KeepTeams keep, Actor by, CancellationToken ct) => TypedResults.Ok(await keep.SaveSkillAsync(id, request, by, ct));

    private static async Task<NoContent> RemoveSkill(Id<Skill> id, KeepTeams keep, Actor by, CancellationToken ct)
    {
        await keep.RemoveSkillAsync(id, by, ct);
        return TypedResults.NoContent();
    }

    private static async Task<Created<CalendarView>> AddCalendar(KeepTeams.CalendarRequest request, KeepTeams keep, Actor by, CancellationToken ct) => TypedResults.Created("/api/v1/calendars", await keep.SaveCalendarAsync(null, request, by, ct));

    private static async Task<Ok<CalendarView>> ChangeCalendar(Id<Calendar> id, KeepTeams.CalendarRequest request, KeepTeams keep, Actor by, CancellationToken ct) => TypedResults.Ok(await keep.SaveCalendarAsync(id, request, by, ct));

    private static async Task<NoContent> RemoveCalendar(Id<Calendar> id, KeepTeams keep, Actor by, CancellationToken ct)
    {
        await keep.RemoveCalendarAsync(id, by, ct);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<AgentWorkView>> ChangeWorkOf(Id<Agent> id, ChangeWork.Request request, ChangeWork change, Staff staff, Actor by, CancellationToken ct)
    {
        await change.ApplyAsync(id, request, by, ct);
        return TypedResults.Ok(await staff.ShowAsync(by.Workspace, id, ct));
    }

    private static async Task<Ok<AgentWorkView>> Say(Id<Agent> id, ChangeWork.StatusRequest request, ChangeWork change, Staff staff, Actor by, CancellationToken ct)
    {
        await change.SayAsync(id, request, by, ct);
        return TypedResults.Ok(await staff.ShowAsync(by.Workspace, id, ct));
    }

    private static async Task<Ok<AgentWorkView>> TakeLeave(Id<Agent> id, ChangeWork.LeaveRequest request, ChangeWork change, Staff staff, Actor by, CancellationToken ct)
    {
        await change.TakeLeaveAsync(id, request, by, ct);
        return TypedResults.Ok(await staff.ShowAsync(by.Workspace, id, ct));
    }

    private static async Task<NoContent> EndLeave(Id<Agent> id, Id<Leave> leave, ChangeWork change, Actor by, CancellationToken ct)
    {
        await change.EndLeaveAsync(id, leave, by, ct);
        return TypedResults.NoContent();
    }
}
