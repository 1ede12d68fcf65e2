using Braid.Platform.Data;
using Braid.Platform.Events;

namespace Braid.Accounts;

internal sealed record AgentChanged(Id<Workspace> Workspace, Id<Agent> Agent) : DomainEvent(Workspace, "agent.changed")
{
    public override string? Data => Json(new { agentId = Agent });
}

/// <summary>Teams, skills, calendars or routing rules were changed.</summary>
internal sealed record RoutingChanged(Id<Workspace> Workspace) : DomainEvent(Workspace, "routing.changed");

internal static class Audit
{
    /// <summary>Written with the change itself: add it before saving.</summary>
    public static void Audited(this BraidDb db, Actor by, string action, Guid? subject, DateTimeOffset at) =>
        db.Add(new AuditEntry { WorkspaceId = by.Workspace, At = at, AgentId = by.AgentId, Action = action, SubjectId = subject });
}
