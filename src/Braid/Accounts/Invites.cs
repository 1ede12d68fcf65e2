using System.ComponentModel.DataAnnotations;
using Braid.Platform.Data;
using Braid.Platform.Http;
using Braid.Platform.Secrets;
using Microsoft.EntityFrameworkCore;

namespace Braid.Accounts;

/// <summary>Links by which people join, or set a new password. A link lives 7 days, works once, and only its hash is kept.</summary>
internal sealed class Invites(
    BraidDb db, AgentAccess access, SignIn signIn, Passwords passwords, Sessions sessions, AccountsGate gate, PublicAddress address, TimeProvider clock)
{
    private static readonly TimeSpan Life = TimeSpan.FromDays(7);

    public sealed record NewAgent(string Email, [Required, MaxLength(200)] string Name, Role Role);

    public sealed record Acceptance([MaxLength(200)] string? Name, [MinLength(Passwords.Shortest), MaxLength(Passwords.Longest)] string Password);

    public async Task<InvitedView> InviteAsync(NewAgent request, Actor by, HttpContext context, CancellationToken ct)
    {
        by.Require(Permission.ManageAgents);
        AgentAccess.RequireMayGrant(request.Role, by);
        var agent = new Agent
        {
            WorkspaceId = by.Workspace, Email = Emails.Normal(request.Email), Name = request.Name.Trim(), Role = request.Role, State = AgentState.Invited, CreatedAt = clock.GetUtcNow(),
        };
        if (await db.Set<Agent>().AnyAsync(a => a.WorkspaceId == by.Workspace && a.Email == agent.Email, ct))
        {
            throw new RefusalException("conflict", $"{agent.Email} is an agent of this workspace already.");
        }

        db.Add(agent);
        return new(AgentView.From(agent, false), await LinkAsync(agent, by, "agent.invited", context, ct));
    }

    /// <summary>A new link for someone who has not joined yet, or a link to set a new password for someone who has.</summary>
    public async Task<InviteUrlView> RenewAsync(Id<Agent> id, Actor by, HttpContext context, CancellationToken ct)
    {
        var agent = await access.RequireAsync(id, by, ct);
        if (agent.State == AgentState.Disabled)
        {
            throw new RefusalException("conflict", "This agent is disabled. Enable them first.");
        }

        // The password opens all of a person's workspaces, so no single workspace may reset it.
        if (agent.UserId is { } user && await db.Set<Agent>().AnyAsync(a => a.UserId == user && a.WorkspaceId != by.Workspace, ct))
        {
            throw new RefusalException("conflict", "This person also belongs to another workspace and must change the password themselves.");
        }

        return new(await LinkAsync(agent, by, "agent.link_made", context, ct));
    }

    public async Task<InviteView> ShowAsync(string token, CancellationToken ct)
    {
        var agent = await FindAsync(token, ct);
        return new(agent.Email, agent.Name, await db.Set<Workspace>().Where(w => w.Id == agent.WorkspaceId).Select(w => w.Name).SingleAsync(ct));
    }

    public async Task<SessionView> AcceptAsync(string token, Acceptance request, HttpContext context, CancellationToken ct)
    {
        var agent = await FindAsync(token, ct);
        var user = await db.Set<User>().SingleOrDefaultAsync(u => u.Email == agent.Email, ct);
        if (user is null)
        {
            user = new User { Email = agent.Email, PasswordHash = passwords.Hash(request.Password), CreatedAt = clock.GetUtcNow() };
            db.Add(user);
        }
        else if (agent.UserId == user.Id)
        {
            user.PasswordHash = passwords.Hash(request.Password);
        }
        else
        {
            // Known from another workspace: the link proves nothing about that account, the password does.
            await signIn.CheckAsync(agent.Email, request.Password, context, ct);
        }

        await JoinAsync(agent, user, RandomSecret.Hash(token), request, ct);
        gate.Forget();
        return await sessions.OpenAsync(user.Id, context, ct);
    }

    private Task JoinAsync(Agent agent, User user, string hash, Acceptance request, CancellationToken ct) => db.InTransactionAsync(async c =>
    {
        // Takes the link first: of two at once, one finds it used.
        if (await db.Set<Agent>().Where(a => a.Id == agent.Id && a.InviteHash == hash).ExecuteUpdateAsync(a => a.SetProperty(x => x.InviteHash, (string?)null), c) == 0)
        {
            throw Used();
        }

        await db.Set<Session>().Where(s => s.UserId == user.Id && agent.UserId == user.Id).ExecuteDeleteAsync(c);
        agent.InviteHash = null;
        agent.InviteExpiresAt = null;
        agent.UserId = user.Id;
        agent.State = AgentState.Active;
        agent.Name = request.Name?.Trim() is { Length: > 0 } name ? name : agent.Name;
        db.Audited(new Actor(agent.WorkspaceId, agent.Id, agent.Name, agent.Role), "agent.joined", agent.Id.Value, clock.GetUtcNow());
        db.Events.Add(new AgentChanged(agent.WorkspaceId, agent.Id));
        await db.SaveChangesAsync(c);
    }, ct);

    private async Task<string> LinkAsync(Agent agent, Actor by, string action, HttpContext context, CancellationToken ct)
    {
        var token = RandomSecret.Make();
        agent.InviteHash = RandomSecret.Hash(token);
        agent.InviteExpiresAt = clock.GetUtcNow() + Life;
        db.Audited(by, action, agent.Id.Value, clock.GetUtcNow());
        db.Events.Add(new AgentChanged(by.Workspace, agent.Id));
        await db.SaveChangesAsync(ct);
        return address.Of(context, "/app/invite/" + token).AbsoluteUri;
    }

    private async Task<Agent> FindAsync(string token, CancellationToken ct)
    {
        var (hash, now) = (RandomSecret.Hash(token), clock.GetUtcNow());
        return await db.Set<Agent>().SingleOrDefaultAsync(a => a.InviteHash == hash && a.InviteExpiresAt > now && a.State != AgentState.Disabled, ct) ?? throw Used();
    }

    private static RefusalException Used() =>
        new("not_found", "This link was used, has expired or never existed. Ask for a new one.", StatusCodes.Status404NotFound);
}
