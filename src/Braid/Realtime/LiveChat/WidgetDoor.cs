using Braid.Channels.LiveChat;
using Braid.Inboxes;
using Braid.Platform.Data;
using Braid.Platform.Http;

namespace Braid.Realtime.LiveChat;

/// <summary>A live chat that is switched on.</summary>
internal sealed record Chat(ConnectedInbox Inbox, LiveChatSettings Settings);

/// <summary>A visitor who showed a good token of this chat.</summary>
internal sealed record Guest(Chat Chat, VisitorToken Token)
{
    public LiveChatVisitor Visitor { get; } = Token.Visitor;
}

/// <summary>Which chat, and who is there: the one place where visitor tokens turn into rights.</summary>
internal sealed class WidgetDoor(IInboxDirectory inboxes, VisitorTokens tokens)
{
    /// <summary>Null when there is no such chat, or it is disabled.</summary>
    public async ValueTask<Chat?> FindAsync(Id<Inbox> id, CancellationToken ct) =>
        await inboxes.FindAsync(id, ct) is { Enabled: true, Settings: LiveChatSettings settings } inbox ? new(inbox, settings) : null;

    public async ValueTask<Chat> RequireAsync(Id<Inbox> id, CancellationToken ct) => await FindAsync(id, ct) ?? throw RefusalException.NotFound("chat");

    /// <summary>Null when the token is not good (any more): the widget then asks for a new session.</summary>
    public async ValueTask<Guest?> LetInAsync(string? token, CancellationToken ct) =>
        tokens.Read(token) is { } read && tokens.IsFresh(read) && await FindAsync(new(read.InboxId), ct) is { } chat && MayEnter(chat, read)
            ? new(chat, read)
            : null;

    /// <summary>For open sockets: the chat may have been switched off, or closed to strangers.</summary>
    public async ValueTask<bool> MayStayAsync(Guest guest, CancellationToken ct) => await FindAsync(guest.Chat.Inbox.Id, ct) is { } chat && MayEnter(chat, guest.Token);

    public async Task<Guest> RequireGuestAsync(Id<Inbox> inbox, HttpRequest request, CancellationToken ct)
    {
        await RequireAsync(inbox, ct);
        var header = request.Headers.Authorization.ToString();
        var token = header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? header[7..].Trim() : null;
        return await LetInAsync(token, ct) is { } guest && guest.Chat.Inbox.Id == inbox ? guest : throw Unknown();
    }

    public static RefusalException Unknown() => new("visitor_unknown", "This visitor token is not valid here. Ask for a new session.", StatusCodes.Status401Unauthorized);

    /// <summary>Strangers' tokens are worth nothing once the chat is for signed-in users only.</summary>
    private static bool MayEnter(Chat chat, VisitorToken token) => token.User is not null || !chat.Settings.RequireIdentity;
}
