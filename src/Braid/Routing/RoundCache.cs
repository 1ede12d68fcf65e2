using System.Collections.Concurrent;
using Braid.Accounts.Teams;
using Braid.Inboxes;
using Braid.Platform.Data;

namespace Braid.Routing;

/// <summary>What a round needs of a workspace and what seldom changes: read anew by every full look, when something of it changed here, and after a second.</summary>
internal sealed record RoundGround(RoutingPlan Plan, IReadOnlyList<StaffMember> Staff, RoutingSurroundings Around, ILookup<Id<Accounts.Agent>, Id<Inbox>> Members, DateTimeOffset ReadAt);

internal sealed class RoundCache(TimeProvider clock)
{
    /// <summary>What another node changed is seen after so long; who is there is known to 20 s anyway, and capacity is counted again by each claim.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<Id<Workspace>, RoundGround> known = new();

    public RoundGround? Get(Id<Workspace> workspace) => known.TryGetValue(workspace, out var ground) && clock.GetUtcNow() - ground.ReadAt < Fresh ? ground : null;

    public void Put(Id<Workspace> workspace, RoundGround ground) => known[workspace] = ground;

    public void Forget(Id<Workspace> workspace) => known.TryRemove(workspace, out _);
}
