using Braid.Accounts;
using Braid.Conversations;
using Braid.Delivery;
using Braid.Platform.Data;
using Braid.Platform.Events;
using Braid.Platform.Http;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.SignalR;

namespace Braid.Realtime;

/// <summary>
/// The agents' socket. Down: `events`, `presence`, `customerTyping`, `signedOut`. Up: which conversation is on the screen, and typing.
/// Rights are checked here when somebody looks, and again by <see cref="SignOutWatch"/> while the socket is open.
/// </summary>
[Authorize]
internal sealed class AgentHub(AgentConnections connections, EventFeed feed, Presence presence, ConversationAccess access, ProviderSignals provider, SeenWatch seen, ILogger<AgentHub> logger) : Hub
{
    public override async Task OnConnectedAsync()
    {
        if (Context.User is not { } caller || Actor.From(caller) is not { } actor)
        {
            Context.Abort();
            return;
        }

        var (context, closed) = (Context, Context.ConnectionAborted);
        var connection = new AgentConnection(Context.ConnectionId, actor, caller, Clients.Caller, context.Abort);
        await feed.JoinAsync(connection, HubStart.Of(Context.GetHttpContext()), closed);
        _ = PumpAsync(connection, logger, closed);
        _ = seen.WriteAsync([connection], CancellationToken.None);
        await base.OnConnectedAsync();
    }

    public override Task OnDisconnectedAsync(Exception? exception)
    {
        if (connections.Remove(Context.ConnectionId) is { } gone)
        {
            Leave(gone);
        }

        return base.OnDisconnectedAsync(exception);
    }

    /// <summary>The conversation on the screen, null for none. One that may not be seen is refused.</summary>
    public async Task Watch(Guid? conversationId)
    {
        if (connections.Find(Context.ConnectionId) is not { } connection || connection.Watching == conversationId)
        {
            return;
        }

        if (conversationId is { } wanted)
        {
            await RequireAsync(wanted, connection);
        }

        Leave(connection);
        connection.Watching = conversationId;
        if (conversationId is { } now)
        {
            presence.Say(connection, now, SeenState.Viewing);
            provider.Read(connection.Actor.Workspace, now);
            await connection.SendAsync("presence", presence.Of(now), Context.ConnectionAborted);
        }
    }

    /// <summary>The screen was touched: they are there. Call it at most every half minute.</summary>
    public void Active() => connections.Find(Context.ConnectionId)?.Touch();

    /// <summary>The agent types. Call it as often as keys are pressed; it is told on every 3 s.</summary>
    public void Typing(Guid conversationId)
    {
        if (connections.Find(Context.ConnectionId) is { } connection && connection.Watching == conversationId)
        {
            presence.Say(connection, conversationId, SeenState.Typing);
            provider.Typing(connection.Actor.Workspace, conversationId);
        }
    }

    private async Task RequireAsync(Guid conversation, AgentConnection connection)
    {
        try
        {
            await access.RequireAsync(new Id<Conversation>(conversation), connection.Actor, Permission.ReadConversations, Context.ConnectionAborted);
        }
        catch (RefusalException refused)
        {
            throw new HubException(refused.Message);
        }
    }

    /// <summary>Another window of the same person on this node may still show it.</summary>
    private void Leave(AgentConnection connection)
    {
        if (connection.Watching is { } before && !connections.Watching(before).Any(c => c != connection && c.Actor.AgentId == connection.Actor.AgentId))
        {
            presence.Say(connection, before, SeenState.Gone);
        }
    }

    private static async Task PumpAsync(AgentConnection connection, ILogger logger, CancellationToken closed)
    {
        try
        {
            await connection.PumpAsync(closed);
        }
        catch (OperationCanceledException)
        {
            // Closed.
        }
        catch (Exception e)
        {
            logger.LogDebug(e, "A socket ended");
        }
    }
}
