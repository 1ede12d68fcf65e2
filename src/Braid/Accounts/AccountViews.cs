using System.ComponentModel.DataAnnotations;
using Braid.Platform.Data;

namespace Braid.Accounts;

internal sealed record MeView(
    Id<Agent> Id, string Name, string Email, Role Role, string Locale, [AllowedValues("system", "light", "dark")] string Theme,
    [AllowedValues("roomy", "compact", "dense")] string Density, bool SingleKeys, string? CallAddress);

internal sealed record WorkspaceView(Id<Workspace> Id, string Name);

internal sealed record SessionView(MeView Me, WorkspaceView Workspace, IReadOnlyList<WorkspaceView> Workspaces, IReadOnlyList<Permission> Permissions, bool Demo);

internal sealed record AgentView(Id<Agent> Id, string Name, string Email, Role Role, AgentState State, bool Online, string? CallAddress, DateTimeOffset CreatedAt)
{
    public static AgentView From(Agent agent, bool online) => new(agent.Id, agent.Name, agent.Email, agent.Role, agent.State, online, agent.CallAddress, agent.CreatedAt);
}

internal sealed record InvitedView(AgentView Agent, string InviteUrl);

internal sealed record InviteUrlView(string InviteUrl);

internal sealed record InviteView(string Email, string Name, string WorkspaceName);

internal sealed record ApiTokenView(Id<ApiToken> Id, string Name, DateTimeOffset CreatedAt, DateTimeOffset? LastUsedAt, string CreatedBy);

internal sealed record NewApiTokenView(Id<ApiToken> Id, string Name, DateTimeOffset CreatedAt, DateTimeOffset? LastUsedAt, string CreatedBy, string Secret);

internal sealed record SetupView(bool Needed, bool Demo);

/// <summary>True in `./run demo` only: visitors are signed in without a password.</summary>
internal sealed record DemoMode(bool Enabled);
