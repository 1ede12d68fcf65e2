using System.Globalization;
using Braid.Channels.LiveChat;
using Braid.Conversations;
using Braid.Platform.Data;
using Braid.Platform.Events;
using Braid.Platform.Http;
using Microsoft.AspNetCore.SignalR;

namespace Braid.Realtime.LiveChat;

/// <summary>The visitors' socket. Down: `message`, `status`, `agentTyping`, `joined`, `availability`. Up: what they write, see and type.</summary>
internal sealed class VisitorHub(VisitorConnections connections, VisitorFeed feed, LiveSignals live, ILogger<VisitorHub> logger) : Hub
{
    public override async Task OnConnectedAsync()
    {
        if (VisitorStart.Of(Context.GetHttpContext()) is not { } start)
        {
            Context.Abort();
            return;
        }

        Context.Items[typeof(VisitorStart)] = start;
        var (context, closed) = (Context, Context.ConnectionAborted);
        var connection = new VisitorSocket(Context.ConnectionId, start.Guest, Clients.Caller, context.Abort);
        await feed.JoinAsync(connection, start.After, closed);
        _ = PumpAsync(connection, logger, closed);
        await base.OnConnectedAsync();
    }

    public override Task OnDisconnectedAsync(Exception? exception)
    {
        connections.Remove(Context.ConnectionId);
        return base.OnDisconnectedAsync(exception);
    }

    public Task<Ack> Send(SaidFrame said, VisitorSays says) => SayAsync(LiveChatKinds.Message, said, says);

    /// <summary>A message, and where its answer may go as well.</summary>
    public Task<Ack> LeaveEmail(SaidFrame said, VisitorSays says) => SayAsync(LiveChatKinds.Email, said, says);

    /// <summary>Our last message that was on the visitor's screen.</summary>
    public Task Seen(string? messageId, VisitorSays says) =>
        Guid.TryParse(messageId, CultureInfo.InvariantCulture, out var id) ? says.SeenAsync(new Id<Message>(id), Start.Guest) : Task.CompletedTask;

    public void Typing(bool typing)
    {
        var guest = Start.Guest;
        live.CustomerTyping(guest.Chat.Inbox.Workspace, guest.Chat.Inbox.Id.Value, guest.Visitor.ThreadId, typing);
    }

    private async Task<Ack> SayAsync(string kind, SaidFrame said, VisitorSays says)
    {
        try
        {
            return await says.RunAsync(kind, said, Start.Guest, Start.Address);
        }
        catch (RefusalException refused)
        {
            throw new HubException(refused.Message);
        }
    }

    private VisitorStart Start => Context.Items[typeof(VisitorStart)] as VisitorStart ?? throw new HubException("This socket was not let in.");

    private static async Task PumpAsync(VisitorSocket connection, ILogger logger, CancellationToken closed)
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
            logger.LogDebug(e, "A visitor's socket ended");
        }
    }
}

/// <summary>What the browser sends. Anything may be missing: it is judged, not trusted.</summary>
internal sealed record SaidFrame
{
    public string? ClientId { get; init; }
    public string? Text { get; init; }
    public IReadOnlyList<string>? Files { get; init; }
    public LiveChatForm? PreChat { get; init; }
    public string? Email { get; init; }
}
