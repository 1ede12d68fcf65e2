using Braid.Platform.Data;

namespace Braid.Routing;

/// <summary>A conversation that waits for an agent. Instants are Unix milliseconds.</summary>
internal sealed class WaitingWork
{
    public required Guid Id { get; init; }
    public required Demand Demand { get; set; }
    public required long Since { get; init; }
    /// <summary>When its customer should have been placed. A more important one is due earlier; since time passes for all, nobody starves.</summary>
    public required long DueAt { get; init; }
    /// <summary>Agents who were offered it and did not answer.</summary>
    public IReadOnlySet<Id<Accounts.Agent>>? Missed { get; init; }
    public bool Gone { get; set; }

    public long Target => DueAt - Since;
}

internal sealed record Placement(WaitingWork Work, DeskAgent Agent);
