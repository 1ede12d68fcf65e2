using Braid.Platform.Data;
using Braid.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Braid.Accounts;

internal static class AccountsEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var open = routes.MapGroup("/api/v1").WithTags("Accounts").AllowAnonymous();
        open.MapGet("/setup", ShowSetup);
        open.MapPost("/setup", RunSetup);
        open.MapPost("/session", StartSession);
        open.MapPost("/session/demo", StartDemo);
        open.MapGet("/invites/{token}", ShowInvite);
        open.MapPost("/invites/{token}", AcceptInvite);

        var group = routes.MapGroup("/api/v1").WithTags("Accounts").RequireAuthorization();
        group.MapGet("/session", ShowSession);
        group.MapDelete("/session", EndSession);
        group.MapPatch("/me", PatchMe);
        group.MapGet("/agents", Agents);
        group.MapPost("/agents", Invite);
        group.MapPatch("/agents/{id}", PatchAgent);
        group.MapPost("/agents/{id}/invite", RenewInvite);
        group.MapGet("/tokens", Tokens);
        group.MapPost("/tokens", MakeToken);
        group.MapDelete("/tokens/{id}", EndToken);
    }

    private static async Task<Ok<SetupView>> ShowSetup(SetUp setUp, CancellationToken ct) => TypedResults.Ok(await setUp.ShowAsync(ct));

    private static async Task<Ok<SessionView>> RunSetup(SetUp.Request request, SetUp setUp, HttpContext context, CancellationToken ct) =>
        TypedResults.Ok(await setUp.RunAsync(request, context, ct));

    private static async Task<Ok<SessionView>> ShowSession(Sessions sessions, Actor by, CancellationToken ct) => TypedResults.Ok(await sessions.ShowAsync(by, ct));

    private static async Task<Ok<SessionView>> StartSession(SignIn.Request request, SignIn signIn, HttpContext context, CancellationToken ct) =>
        TypedResults.Ok(await signIn.RunAsync(request, context, ct));

    private static async Task<Ok<SessionView>> StartDemo(DemoMode demo, BraidDb db, Sessions sessions, HttpContext context, CancellationToken ct)
    {
        var owner = demo.Enabled
            ? await db.Set<Agent>().Where(a => a.Role == Role.Owner && a.State == AgentState.Active).OrderBy(a => a.CreatedAt).Select(a => a.UserId).FirstOrDefaultAsync(ct)
            : null;
        return TypedResults.Ok(await sessions.OpenAsync(owner ?? throw RefusalException.NotFound("address"), context, ct));
    }

    private static async Task<NoContent> EndSession(Sessions sessions, HttpContext context, CancellationToken ct)
    {
        await sessions.CloseAsync(context.User, ct);
        SessionCookie.Clear(context);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<MeView>> PatchMe(ChangeMe.Request request, ChangeMe change, Actor by, HttpContext context, CancellationToken ct) =>
        TypedResults.Ok(await change.RunAsync(request, by, context, ct));

    private static async Task<Ok<Page<AgentView>>> Agents(ListAgents list, Actor by, CancellationToken ct, int? limit = null, string? cursor = null) =>
        TypedResults.Ok(await list.RunAsync(by, limit, cursor, ct));

    private static async Task<Ok<InvitedView>> Invite(Invites.NewAgent request, Invites invites, Actor by, HttpContext context, CancellationToken ct) =>
        TypedResults.Ok(await invites.InviteAsync(request, by, context, ct));

    private static async Task<Ok<AgentView>> PatchAgent(Id<Agent> id, ChangeAgent.Request request, ChangeAgent change, ListAgents list, Actor by, CancellationToken ct) =>
        TypedResults.Ok(await list.ShowAsync(await change.RunAsync(id, request, by, ct), ct));

    private static async Task<Ok<InviteUrlView>> RenewInvite(Id<Agent> id, Invites invites, Actor by, HttpContext context, CancellationToken ct) =>
        TypedResults.Ok(await invites.RenewAsync(id, by, context, ct));

    private static async Task<Ok<InviteView>> ShowInvite(string token, Invites invites, CancellationToken ct) => TypedResults.Ok(await invites.ShowAsync(token, ct));

    private static async Task<Ok<SessionView>> AcceptInvite(string token, Invites.Acceptance request, Invites invites, HttpContext context, CancellationToken ct) =>
        TypedResults.Ok(await invites.AcceptAsync(token, request, context, ct));

    private static async Task<Ok<Page<ApiTokenView>>> Tokens(ApiTokens tokens, Actor by, CancellationToken ct, int? limit = null, string? cursor = null) =>
        TypedResults.Ok(await tokens.ListAsync(by, limit, cursor, ct));

    private static async Task<Ok<NewApiTokenView>> MakeToken(ApiTokens.Request request, ApiTokens tokens, Actor by, CancellationToken ct) =>
        TypedResults.Ok(await tokens.MakeAsync(request, by, ct));

    private static async Task<NoContent> EndToken(Id<ApiToken> id, ApiTokens tokens, Actor by, CancellationToken ct)
    {
        await tokens.EndAsync(id, by, ct);
        return TypedResults.NoContent();
    }
}
