using System.Security.Claims;
using Braid.Platform.Data;
using Braid.Platform.Http;
using Braid.Platform.Secrets;
using Microsoft.EntityFrameworkCore;

namespace Braid.Accounts;

/// <summary>Signing in and out, and what a signed-in caller is shown about himself.</summary>
internal sealed class Sessions(BraidDb db, AccountsGate gate, DemoMode demo, TimeProvider clock)
{
    /// <summary>Opens a session for the user in this browser. The secret goes into the cookie and nowhere else.</summary>
    public async Task<SessionView> OpenAsync(Id<User> user, HttpContext context, CancellationToken ct)
    {
        var seat = await db.Set<Agent>().AsNoTracking().Where(a => a.UserId == user && a.State == AgentState.Active)
            .OrderBy(a => a.CreatedAt).ThenBy(a => a.Id).FirstOrDefaultAsync(ct)
            ?? throw new RefusalException("wrong_credentials", "This account is disabled in every workspace. Ask an owner.", StatusCodes.Status401Unauthorized);
        var secret = RandomSecret.Make();
        var now = clock.GetUtcNow();
        var agent = context.Request.Headers.UserAgent.ToString();
        db.Add(new Session
        {
            SecretHash = RandomSecret.Hash(secret), UserId = user, CreatedAt = now, LastSeenAt = now, ExpiresAt = now + AccountsGate.SessionLife,
            UserAgent = agent.Length > 200 ? agent[..200] : agent,
        });
        await db.SaveChangesAsync(ct);
        SessionCookie.Set(context, secret);
        return await ShowAsync(new(seat.WorkspaceId, seat.Id, seat.Name, seat.Role), ct);
    }

    public async Task CloseAsync(ClaimsPrincipal caller, CancellationToken ct)
    {
        if (caller.FindFirst(CallerClaims.Session)?.Value is { } hash)
        {
            await db.InTransactionAsync(c => db.Set<Session>().Where(s => s.SecretHash == hash).ExecuteDeleteAsync(c), ct);
            gate.Forget();
        }
    }

    public async Task<SessionView> ShowAsync(Actor by, CancellationToken ct)
    {
        var workspace = await db.Set<Workspace>().Where(w => w.Id == by.Workspace).Select(w => new WorkspaceView(w.Id, w.Name)).SingleAsync(ct);
        var user = await db.Set<Agent>().Where(a => a.WorkspaceId == by.Workspace && a.Id == by.AgentId).Select(a => a.UserId).SingleAsync(ct);
        var all = await (from a in db.Set<Agent>()
                         where a.UserId == user && a.State == AgentState.Active
                         join w in db.Set<Workspace>() on a.WorkspaceId equals w.Id
                         orderby w.Name
                         select new WorkspaceView(w.Id, w.Name)).ToListAsync(ct);
        return new(await MeAsync(by, ct), workspace, all, [.. Permissions.Of(by.Role)], demo.Enabled);
    }

    public Task<MeView> MeAsync(Actor by, CancellationToken ct) =>
        (from a in db.Set<Agent>()
         where a.WorkspaceId == @by.Workspace && a.Id == @by.AgentId
         join u in db.Set<User>() on a.UserId equals u.Id
         select new MeView(a.Id, a.Name, a.Email, a.Role, u.Locale, u.Theme, u.Density, u.SingleKeys, a.CallAddress)).SingleAsync(ct);
}
