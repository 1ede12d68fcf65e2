using System.Collections.Concurrent;
using System.Security.Claims;
using Braid.Platform.Data;
using Braid.Platform.Http;
using Microsoft.EntityFrameworkCore;

namespace Braid.Accounts;

/// <summary>
/// Who a session cookie or an API token is. Remembered for a few seconds, so that a busy screen does not ask the database at each call,
/// yet a sign-out or a disabled agent counts within 5 s on every node (at once on the node where it happened).
/// </summary>
internal sealed class AccountsGate(IServiceScopeFactory scopes, TimeProvider clock)
{
    public static readonly TimeSpan SessionLife = TimeSpan.FromDays(30);
    private static readonly TimeSpan Remembered = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Touched = TimeSpan.FromMinutes(1);
    private const int Most = 20_000;

    private readonly ConcurrentDictionary<string, (Caller Caller, DateTimeOffset Until)> known = new(StringComparer.Ordinal);
    private int generation;

    public ValueTask<Caller> BySessionAsync(string hash, CancellationToken ct) => FindAsync("s" + hash, hash, ReadSessionAsync, ct);

    public ValueTask<Caller> ByTokenAsync(string hash, CancellationToken ct) => FindAsync("t" + hash, hash, ReadTokenAsync, ct);

    /// <summary>For open sockets: is the session or token alive, and the seat still with the same role? Ask at least every 2 s.</summary>
    public async ValueTask<bool> IsStillValidAsync(ClaimsPrincipal caller, CancellationToken ct)
    {
        var found = caller.FindFirst(CallerClaims.Session)?.Value is { } session ? await BySessionAsync(session, ct)
            : caller.FindFirst(CallerClaims.Token)?.Value is { } token ? await ByTokenAsync(token, ct)
            : Caller.Nobody;
        return Actor.From(caller) is { } actor && found.Seats.Any(s => s.Workspace == actor.Workspace && s.Agent == actor.AgentId && s.Role == actor.Role);
    }

    /// <summary>After a committed change of sessions, tokens, agents or roles on this node.</summary>
    public void Forget()
    {
        Interlocked.Increment(ref generation);
        known.Clear();
    }

    private async ValueTask<Caller> FindAsync(string key, string hash, Func<BraidDb, string, CancellationToken, Task<Caller>> read, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        if (known.TryGetValue(key, out var hit) && now < hit.Until && !(hit.Caller.ExpiresAt < now))
        {
            return hit.Caller;
        }

        var before = Volatile.Read(ref generation);
        await using var scope = scopes.CreateAsyncScope();
        var caller = await read(scope.ServiceProvider.GetRequiredService<BraidDb>(), hash, ct);
        if (known.Count > Most)
        {
            known.Clear();
        }

        known[key] = (caller, now + Remembered);
        if (before != Volatile.Read(ref generation))
        {
            // Something changed while we read: what we read may be from before.
            known.TryRemove(key, out _);
        }

        return caller;
    }

    private async Task<Caller> ReadSessionAsync(BraidDb db, string hash, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var session = await db.Set<Session>().AsNoTracking().SingleOrDefaultAsync(s => s.SecretHash == hash && s.ExpiresAt > now, ct);
        if (session is null)
        {
            return Caller.Nobody;
        }

        var seats = await db.Set<Agent>().Where(a => a.UserId == session.UserId && a.State == AgentState.Active)
            .OrderBy(a => a.CreatedAt).ThenBy(a => a.Id).Select(a => new Seat(a.WorkspaceId, a.Id, a.Name, a.Role)).ToListAsync(ct);
        var expires = session.ExpiresAt;
        if (now - session.LastSeenAt >= Touched)
        {
            expires = now + SessionLife;
            await db.InTransactionAsync(
                c => db.Set<Session>().Where(s => s.SecretHash == hash)
                    .ExecuteUpdateAsync(s => s.SetProperty(x => x.LastSeenAt, now).SetProperty(x => x.ExpiresAt, expires), c), ct);
        }

        return new(session.UserId, seats, expires);
    }

    private async Task<Caller> ReadTokenAsync(BraidDb db, string hash, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var row = await (from t in db.Set<ApiToken>()
                         where t.SecretHash == hash
                         join a in db.Set<Agent>() on new { t.WorkspaceId, Id = t.AgentId } equals new { a.WorkspaceId, a.Id }
                         where a.State == AgentState.Active
                         select new { t.Id, t.LastUsedAt, Seat = new Seat(a.WorkspaceId, a.Id, a.Name, a.Role) }).SingleOrDefaultAsync(ct);
        if (row is null)
        {
            return Caller.Nobody;
        }

        if (row.LastUsedAt is null || now - row.LastUsedAt >= Touched)
        {
            await db.InTransactionAsync(c => db.Set<ApiToken>().Where(t => t.Id == row.Id).ExecuteUpdateAsync(t => t.SetProperty(x => x.LastUsedAt, now), c), ct);
        }

        return new(null, [row.Seat], null);
    }
}
