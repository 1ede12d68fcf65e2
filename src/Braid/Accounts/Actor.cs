using Braid.Platform.Data;

namespace Braid.Accounts;

/// <summary>On whose behalf something is done, and what they may do. Made once per request from the session or the API token.</summary>
internal sealed record Actor(Id<Workspace> Workspace, Id<Agent>? AgentId, string? Name, Role Role)
{
    public bool May(Permission permission) => Permissions.Of(Role).Contains(permission);

    /// <summary>A rule, a job or start-up acting for the workspace.</summary>
    public static Actor System(Id<Workspace> workspace) => new(workspace, null, null, Role.Owner);
}

internal enum Permission
{
    ReadConversations, Reply, Assign, EditCustomers, ReadDeliveries, ReadBodies, ManageInboxes, ManageAgents, ManageTokens, ManageWorkspace,
}

internal static class Permissions
{
    private static readonly HashSet<Permission> Agent =
        [Permission.ReadConversations, Permission.Reply, Permission.Assign, Permission.EditCustomers, Permission.ReadDeliveries];

    private static readonly HashSet<Permission> Admin =
        [.. Agent, Permission.ReadBodies, Permission.ManageInboxes, Permission.ManageAgents, Permission.ManageTokens];

    private static readonly HashSet<Permission> Owner = [.. Admin, Permission.ManageWorkspace];

    public static IReadOnlySet<Permission> Of(Role role) => role switch
    {
        Role.Owner => Owner,
        Role.Admin => Admin,
        _ => Agent,
    };

    /// <summary>The name clients see, such as `conversations.reply`.</summary>
    public static string Name(Permission permission) => permission switch
    {
        Permission.ReadConversations => "conversations.read",
        Permission.Reply => "conversations.reply",
        Permission.Assign => "conversations.assign",
        Permission.EditCustomers => "customers.edit",
        Permission.ReadDeliveries => "deliveries.read",
        Permission.ReadBodies => "deliveries.bodies",
        Permission.ManageInboxes => "inboxes.manage",
        Permission.ManageAgents => "agents.manage",
        Permission.ManageTokens => "tokens.manage",
        _ => "workspace.manage",
    };
}
