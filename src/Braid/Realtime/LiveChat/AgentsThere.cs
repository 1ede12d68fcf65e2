using System.Collections.Concurrent;
using Braid.Accounts;
using Braid.Platform.Data;
using Microsoft.EntityFrameworkCore;

namespace Braid.Realtime.LiveChat;

/// <summary>Is anybody there to answer? An open workspace keeps its session seen; asked of the database at most every few seconds.</summary>
internal sealed class AgentsThere(IServiceScopeFactory scopes, AgentConnections sockets, TimeProvider clock)
{
    public static readonly TimeSpan SeenLately = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Remembered = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<Id<Workspace>, (bool There, DateTimeOffset At)> known = new();

    public async ValueTask<bool> AnyAsync(Id<Workspace> workspace, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        if (sockets.Of(workspace).Count > 0)
        {
            return true;
        }

        if (known.TryGetValue(workspace, out var before) && now - before.At < Remembered)
        {
            return before.There;
        }

        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<BraidDb>();
        var since = now - SeenLately;
        var there = await db.Set<Agent>().AnyAsync(
            a => a.WorkspaceId == workspace && a.State == AgentState.Active && db.Set<Session>().Any(s => s.UserId == a.UserId && s.LastSeenAt > since && s.ExpiresAt > now), ct);
        known[workspace] = (there, now);
        return there;
    }
}
