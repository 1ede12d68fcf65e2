using Braid.Platform.Data;
using Braid.Platform.Metrics;
using Braid.Realtime.LiveChat;

namespace Braid.Realtime;

/// <summary>Who is connected to this node.</summary>
internal sealed class SocketGauges(AgentConnections agents, VisitorConnections visitors) : IMeasured
{
    public Task<IReadOnlyList<Gauge>> MeasureAsync(BraidDb db, CancellationToken ct)
    {
        var sockets = agents.All.ToList();
        return Task.FromResult<IReadOnlyList<Gauge>>(
        [
            new("braid_agents_connected", "Agents with an open workspace on this node.", sockets.Select(s => s.Actor.AgentId).Distinct().Count()),
            new("braid_agent_sockets", "Agents' sockets on this node: one per open window.", sockets.Count),
            new("braid_visitors_connected", "Open chats of visitors on this node.", visitors.All.Count),
        ]);
    }
}
