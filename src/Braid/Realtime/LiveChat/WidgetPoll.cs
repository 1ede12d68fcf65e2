using System.Globalization;
using Braid.Channels.LiveChat;
using Braid.Conversations;
using Braid.Inboxes;
using Braid.Platform.Data;
using Braid.Platform.Events;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Braid.Realtime.LiveChat;

/// <summary>
/// The hub in plain requests, for visitors whose network lets no WebSocket through: one request waits for news, others say something. The
/// same rules, limits and answers as on the socket.
/// </summary>
internal static class WidgetPoll
{
    /// <summary>Below the half minute after which proxies cut a silent request.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(25);

    /// <summary>So far behind, reading the thread again costs less than telling all that happened in the workspace.</summary>
    private const int FarBehind = 2000;

    public sealed record SeenRequest(string? MessageId);

    public sealed record TypingRequest(bool Typing);

    public static void Map(IEndpointRouteBuilder widget)
    {
        widget.MapGet("/{inboxId:guid}/events", Events);
        widget.MapPost("/{inboxId:guid}/messages", Say);
        widget.MapPost("/{inboxId:guid}/seen", Seen);
        widget.MapPost("/{inboxId:guid}/typing", Typing);
        widget.MapPost("/{inboxId:guid}/visits", Visits);
    }

    private static async Task<Ok<HeardView>> Events(
        Id<Inbox> inboxId, long? after, HttpContext context, WidgetDoor door, Pace pace, VisitorFeed feed, VisitorConnections connections, TimeProvider clock, CancellationToken ct)
    {
        var guest = await door.RequireGuestAsync(inboxId, context.Request, ct);
        pace.Require("polls", context);
        context.Response.Headers.CacheControl = "no-store";
        var last = await feed.LastAsync(guest.Chat.Inbox.Workspace, ct);
        if (after is not { } start || start > last || start < last - FarBehind)
        {
            // The first time, or a number that is not ours to count from: from here on nothing is missed.
            return TypedResults.Ok(new HeardView([], last, Gap: after is not null));
        }

        using var ended = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var poll = new VisitorPoll(guest, ended.Cancel);
        try
        {
            var enough = Task.Delay(Patience, clock, ended.Token);
            await feed.JoinAsync(poll, start, ended.Token);
            await Task.WhenAny(poll.SomethingAsync(ended.Token), enough);
        }
        finally
        {
            connections.Remove(poll.Id);
            await ended.CancelAsync();
        }

        return TypedResults.Ok(poll.Take());
    }

    private static async Task<Ok<Ack>> Say(Id<Inbox> inboxId, SaidFrame said, HttpContext context, WidgetDoor door, VisitorSays says, CancellationToken ct)
    {
        var guest = await door.RequireGuestAsync(inboxId, context.Request, ct);
        var kind = said.Email is null ? LiveChatKinds.Message : LiveChatKinds.Email;
        return TypedResults.Ok(await says.RunAsync(kind, said, guest, context.Connection.RemoteIpAddress?.ToString() ?? ""));
    }

    private static async Task<NoContent> Seen(Id<Inbox> inboxId, SeenRequest request, HttpContext context, WidgetDoor door, Pace pace, VisitorSays says, CancellationToken ct)
    {
        var guest = await door.RequireGuestAsync(inboxId, context.Request, ct);
        pace.Require("seen", context);
        if (Guid.TryParse(request.MessageId, CultureInfo.InvariantCulture, out var id)) { await says.SeenAsync(new Id<Message>(id), guest); }
        return TypedResults.NoContent();
    }

    private static async Task<Ok<KeepVisits.Answer>> Visits(Id<Inbox> inboxId, KeepVisits.Request request, HttpContext context, WidgetDoor door, Pace pace, KeepVisits keep, CancellationToken ct)
    {
        var guest = await door.RequireGuestAsync(inboxId, context.Request, ct);
        pace.Require("visits", context);
        return TypedResults.Ok(await keep.RunAsync(guest, request, ct));
    }

    private static async Task<NoContent> Typing(Id<Inbox> inboxId, TypingRequest request, HttpContext context, WidgetDoor door, Pace pace, LiveSignals live, CancellationToken ct)
    {
        var guest = await door.RequireGuestAsync(inboxId, context.Request, ct);
        pace.Require("typing", context);
        live.CustomerTyping(guest.Chat.Inbox.Workspace, guest.Chat.Inbox.Id.Value, guest.Visitor.ThreadId, request.Typing);
        return TypedResults.NoContent();
    }
}
