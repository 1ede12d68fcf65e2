using System.Globalization;
using System.Security.Claims;
using System.Text.Json.Serialization;
using Braid.Platform.Data;
using Braid.Platform.Http;

namespace Braid.Accounts;

/// <summary>On whose behalf something is done, and what they may do. Made once per request from the session or the API token.</summary>
internal sealed record Actor(Id<Workspace> Workspace, Id<Agent>? AgentId, string? Name, Role Role)
{
    public bool May(Permission permission) => Permissions.Of(Role).Contains(permission);

    /// <summary>Refuses with a sentence that says who can grant it.</summary>
    public void Require(Permission permission)
    {
        if (!May(permission))
        {
            throw RefusalException.Forbidden(Permissions.Owner(permission)
                ? "Only an owner of the workspace may do this. Ask an owner."
                : "Your role does not include this. Ask an owner or an admin of the workspace.");
        }
    }

    /// <summary>The agent; refuses where only a person makes sense.</summary>
    public Id<Agent> RequireAgent() => AgentId ?? throw RefusalException.Forbidden("Only an agent can do this.");

    /// <summary>Lets endpoints take an `Actor` as a parameter. The gate has already turned away who is not signed in.</summary>
    public static ValueTask<Actor> BindAsync(HttpContext context) => ValueTask.FromResult(From(context.User) ?? throw ApiGate.SignedOut());

    /// <summary>Null when nobody is signed in.</summary>
    public static Actor? From(ClaimsPrincipal caller) =>
        Guid.TryParse(caller.FindFirst(CallerClaims.Workspace)?.Value, CultureInfo.InvariantCulture, out var workspace)
        && Guid.TryParse(caller.FindFirst(CallerClaims.Agent)?.Value, CultureInfo.InvariantCulture, out var agent)
        && Enum.TryParse<Role>(caller.FindFirst(CallerClaims.Role)?.Value, out var role)
            ? new(new(workspace), new Id<Agent>(agent), caller.FindFirst(CallerClaims.Name)?.Value, role)
            : null;

    /// <summary>A rule, a job or start-up acting for the workspace.</summary>
    public static Actor System(Id<Workspace> workspace) => new(workspace, null, null, Role.Owner);
}

/// <summary>Clients know them by these names.</summary>
internal enum Permission
{
    [JsonStringEnumMemberName("conversations.read")] ReadConversations,
    [JsonStringEnumMemberName("conversations.reply")] Reply,
    [JsonStringEnumMemberName("conversations.assign")] Assign,
    [JsonStringEnumMemberName("customers.edit")] EditCustomers,
    [JsonStringEnumMemberName("customers.merge")] MergeCustomers,
    /// <summary>Fields, segments, imports, exports and erasure.</summary>
    [JsonStringEnumMemberName("customers.manage")] ManageCustomers,
    [JsonStringEnumMemberName("deliveries.read")] ReadDeliveries,
    [JsonStringEnumMemberName("deliveries.bodies")] ReadBodies,
    [JsonStringEnumMemberName("inboxes.manage")] ManageInboxes,
    [JsonStringEnumMemberName("integrations.manage")] ManageIntegrations,
    /// <summary>See the queues, give conversations to others, set the status of others.</summary>
    [JsonStringEnumMemberName("queues.supervise")] Supervise,
    /// <summary>Teams, skills, calendars, capacity and routing rules.</summary>
    [JsonStringEnumMemberName("routing.manage")] ManageRouting,
    [JsonStringEnumMemberName("agents.manage")] ManageAgents,
    [JsonStringEnumMemberName("tokens.manage")] ManageTokens,
    [JsonStringEnumMemberName("workspace.manage")] ManageWorkspace,
}

internal static class Permissions
{
    private static readonly HashSet<Permission> Agent =
        [Permission.ReadConversations, Permission.Reply, Permission.Assign, Permission.EditCustomers, Permission.MergeCustomers, Permission.ReadDeliveries];

    private static readonly HashSet<Permission> Supervisor = [.. Agent, Permission.Supervise];

    private static readonly HashSet<Permission> Admin =
        [.. Supervisor, Permission.ManageRouting, Permission.ManageCustomers, Permission.ReadBodies, Permission.ManageInboxes, Permission.ManageIntegrations, Permission.ManageAgents, Permission.ManageTokens];

    private static readonly HashSet<Permission> All = [.. Admin, Permission.ManageWorkspace];

    public static IReadOnlySet<Permission> Of(Role role) => role switch
    {
        Role.Owner => All,
        Role.Admin => Admin,
        Role.Supervisor => Supervisor,
        _ => Agent,
    };

    /// <summary>True for what owners alone may do.</summary>
    public static bool Owner(Permission permission) => !Admin.Contains(permission);
}
