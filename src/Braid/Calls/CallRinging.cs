using System.Text.Json;
using Braid.Accounts;
using Braid.Platform.Data;
using Braid.Platform.Events;

namespace Braid.Calls;

/// <summary>A call rings for these agents: their screens open the customer's profile.</summary>
internal sealed record CallRinging(Id<Workspace> Workspace, IReadOnlyList<Id<Agent>> Agents) : DomainEvent(Workspace, "call.ringing")
{
    public override string? Data => JsonSerializer.Serialize(new { agents = string.Join(',', Agents) });
}
