using System.Collections.Concurrent;
using Braid.Platform.Data;

namespace Braid.Realtime;

/// <summary>The sockets open on this node.</summary>
internal sealed class AgentConnections
{
    private readonly ConcurrentDictionary<string, AgentConnection> open = new(StringComparer.Ordinal);

    public IEnumerable<AgentConnection> All => open.Values;

    public AgentConnection? Find(string id) => open.GetValueOrDefault(id);

    public void Add(AgentConnection connection) => open[connection.Id] = connection;

    public AgentConnection? Remove(string id) => open.TryRemove(id, out var connection) ? connection : null;

    public IReadOnlyList<AgentConnection> Of(Id<Workspace> workspace) => [.. open.Values.Where(c => c.Actor.Workspace == workspace)];

    public IReadOnlyList<AgentConnection> Watching(Guid conversation) => [.. open.Values.Where(c => c.Watching == conversation)];
}
