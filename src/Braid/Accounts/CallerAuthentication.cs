using System.Text.Encodings.Web;
using Braid.Platform.Http;
using Braid.Platform.Secrets;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Braid.Accounts;

/// <summary>Signs a call in by its bearer token, else by its session cookie. A token brings its workspace; a session may name one.</summary>
internal sealed class CallerAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, AccountsGate gate)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string WorkspaceHeader = "Braid-Workspace";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (Request.Path.StartsWithSegments("/widget"))
        {
            // Visitors bring tokens of their own, and nobody there is an agent.
            return AuthenticateResult.NoResult();
        }

        var ct = Context.RequestAborted;
        if (Request.Headers.Authorization.ToString() is { Length: > 7 } header && header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
        {
            var hash = RandomSecret.Hash(header[7..].Trim());
            return (await gate.ByTokenAsync(hash, ct)).Seats is [var seat]
                ? Signed(Caller.Principal(seat, null, CallerClaims.Token, hash))
                : Refused("signed_out", "This API token is not valid (any more). Make a new one under Settings.", StatusCodes.Status401Unauthorized);
        }

        return Request.Cookies[SessionCookie.Name] is { Length: > 0 } secret ? await BySessionAsync(RandomSecret.Hash(secret), ct) : AuthenticateResult.NoResult();
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties) => throw ApiGate.SignedOut();

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) => throw RefusalException.Forbidden("You may not do this.");

    private async Task<AuthenticateResult> BySessionAsync(string hash, CancellationToken ct)
    {
        var caller = await gate.BySessionAsync(hash, ct);
        if (caller.Seats is not [var first, ..])
        {
            return Refused("signed_out", "You are signed out. Sign in again.", StatusCodes.Status401Unauthorized);
        }

        var wanted = Request.Headers[WorkspaceHeader].ToString();
        var seat = wanted.Length == 0 ? first : caller.Seats.FirstOrDefault(s => string.Equals(s.Workspace.ToString(), wanted, StringComparison.OrdinalIgnoreCase));
        return seat is null
            ? Refused("forbidden", "You are not an agent of this workspace. Ask one of its owners or admins to invite you.", StatusCodes.Status403Forbidden)
            : Signed(Caller.Principal(seat, caller.User, CallerClaims.Session, hash));
    }

    private AuthenticateResult Signed(System.Security.Claims.ClaimsPrincipal caller) => AuthenticateResult.Success(new(caller, Scheme.Name));

    /// <summary>The framework forgets why; the gate reads the reason from the request's features.</summary>
    private AuthenticateResult Refused(string code, string message, int status)
    {
        var why = new RefusalException(code, message, status);
        Context.Features.Set(why);
        return AuthenticateResult.Fail(why);
    }
}

internal static class SessionCookie
{
    public const string Name = "braid_session";

    public static void Set(HttpContext context, string secret) => context.Response.Cookies.Append(Name, secret, Options(context, TimeSpan.FromDays(180)));

    public static void Clear(HttpContext context) => context.Response.Cookies.Delete(Name, Options(context, null));

    /// <summary>The row in the database decides how long a session lives; the cookie only outlasts it.</summary>
    private static CookieOptions Options(HttpContext context, TimeSpan? life) =>
        new() { HttpOnly = true, SameSite = SameSiteMode.Lax, Secure = context.Request.IsHttps, Path = "/", MaxAge = life, IsEssential = true };
}
