using System.ComponentModel.DataAnnotations;
using Braid.Platform.Data;
using Braid.Platform.Http;
using Braid.Platform.Secrets;
using Microsoft.EntityFrameworkCore;

namespace Braid.Accounts;

/// <summary>Tokens carry the rights of the agent who made them, and end with that agent. The secret is shown once.</summary>
internal sealed class ApiTokens(BraidDb db, AccountsGate gate, TimeProvider clock)
{
    public sealed record Request([Required, MaxLength(100)] string Name);

    public async Task<Page<ApiTokenView>> ListAsync(Actor by, int? limit, string? cursor, CancellationToken ct)
    {
        by.Require(Permission.ManageTokens);
        var take = Page.Limit(limit);
        var rows = from t in db.Set<ApiToken>()
                   where t.WorkspaceId == @by.Workspace
                   join a in db.Set<Agent>() on t.AgentId equals a.Id
                   select new { t, a.Name };
        if (Cursor.Read(cursor) is { } after)
        {
            var (at, id) = (after.Instant, new Id<ApiToken>(after.Id));
            rows = rows.Where(r => r.t.CreatedAt < at || (r.t.CreatedAt == at && r.t.Id < id));
        }

        var page = await rows.OrderByDescending(r => r.t.CreatedAt).ThenByDescending(r => r.t.Id).Take(take + 1).ToListAsync(ct);
        return Page.Of(page, take, r => new ApiTokenView(r.t.Id, r.t.Name, r.t.CreatedAt, r.t.LastUsedAt, r.Name), r => Cursor.At(r.t.CreatedAt, r.t.Id.Value));
    }

    public async Task<NewApiTokenView> MakeAsync(Request request, Actor by, CancellationToken ct)
    {
        by.Require(Permission.ManageTokens);
        var secret = RandomSecret.Make("braid_");
        var token = new ApiToken
        {
            WorkspaceId = by.Workspace, AgentId = by.RequireAgent(), Name = request.Name.Trim(), SecretHash = RandomSecret.Hash(secret), CreatedAt = clock.GetUtcNow(),
        };
        db.Add(token);
        db.Audited(by, "token.created", token.Id.Value, token.CreatedAt);
        await db.SaveChangesAsync(ct);
        return new(token.Id, token.Name, token.CreatedAt, null, by.Name ?? "", secret);
    }

    public async Task EndAsync(Id<ApiToken> id, Actor by, CancellationToken ct)
    {
        by.Require(Permission.ManageTokens);
        var token = await db.Set<ApiToken>().SingleOrDefaultAsync(t => t.WorkspaceId == by.Workspace && t.Id == id, ct) ?? throw RefusalException.NotFound("token");
        var owner = await db.Set<Agent>().Where(a => a.WorkspaceId == by.Workspace && a.Id == token.AgentId).Select(a => (Role?)a.Role).SingleOrDefaultAsync(ct);
        AgentAccess.RequireMayGrant(owner ?? Role.Agent, by);
        db.Remove(token);
        db.Audited(by, "token.ended", id.Value, clock.GetUtcNow());
        await db.SaveChangesAsync(ct);
        gate.Forget();
    }
}
