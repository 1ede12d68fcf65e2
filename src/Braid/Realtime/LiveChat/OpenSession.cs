using Braid.Channels.LiveChat;
using Braid.Inboxes;
using Braid.Platform.Data;
using Braid.Platform.Http;
using Microsoft.EntityFrameworkCore;

namespace Braid.Realtime.LiveChat;

/// <summary>
/// A browser opens the chat: who is it, and what was said before? Writes nothing, so a flood of page views costs reads and a signature.
/// </summary>
internal sealed class OpenSession(WidgetDoor door, VisitorTokens tokens, VisitorThread thread, AgentsThere agents, IInboxDirectory inboxes, BraidDb db, TimeProvider clock)
{
    public sealed record Request(string? VisitorToken, string? IdentityToken, string? Locale, string? Page, string? Origin);

    public async Task<SessionView> RunAsync(Id<Inbox> id, Request request, CancellationToken ct)
    {
        var chat = await door.RequireAsync(id, ct);
        if (!LiveChatOrigins.Allows(chat.Settings, request.Origin))
        {
            throw RefusalFor("origin_not_allowed", "This site is not on the chat's list of allowed sites.", StatusCodes.Status403Forbidden);
        }

        var known = tokens.Read(request.VisitorToken) is { } token && token.InboxId == id.Value ? token.Visitor : null;
        var visitor = LiveChatVisitor.Of(known, Identify(chat, request.IdentityToken));
        // Nobody who was made up a moment ago has a past; a signed user may have one from another device.
        var isNew = visitor.User is null && visitor.VisitorId != known?.VisitorId;
        var past = isNew ? new SaidPage([], false) : await thread.PageAsync(chat.Inbox, visitor, null, null, ct);
        return new(
            tokens.Make(id, visitor, Short(request.Locale, 35), Page(request.Page)), visitor.VisitorId, visitor.ThreadId, visitor.User is not null,
            new(visitor.User?.Name, visitor.User?.Email), await ConfigAsync(chat, ct), isNew ? 0 : await thread.UnreadAsync(chat.Inbox, visitor, ct),
            past.Items, past.More, ContinueOn.Of(chat, await inboxes.AllAsync(ct)));
    }

    private LiveChatUser? Identify(Chat chat, string? identity)
    {
        if (string.IsNullOrEmpty(identity))
        {
            return chat.Settings.RequireIdentity ? throw RefusalFor("identity_required", "This chat is for signed-in users. Identify the user first.") : null;
        }

        return LiveChatIdentity.Verify(identity, chat.Settings, clock.GetUtcNow()) switch
        {
            IdentityVerdict.Proven proven => proven.User,
            IdentityVerdict.Refused { Problem: IdentityProblem.Expired } expired => throw RefusalFor("identity_expired", expired.Reason),
            IdentityVerdict.Refused refused => throw RefusalFor("identity_refused", refused.Reason),
            _ => throw new InvalidOperationException("There is no third verdict."),
        };
    }

    /// <summary>When somebody is back, and how long an answer takes, is not known here: null says so.</summary>
    private async Task<ConfigView> ConfigAsync(Chat chat, CancellationToken ct)
    {
        var s = chat.Settings;
        var name = string.IsNullOrWhiteSpace(s.Title) ? await db.Set<Workspace>().Where(w => w.Id == chat.Inbox.Workspace).Select(w => w.Name).SingleAsync(ct) : s.Title;
        return new(
            name, LiveChatColor.ForWhiteText(s.Color), Blank(s.Greeting), new(s.PreChat, s.PreChatFields), await agents.AnyAsync(chat.Inbox.Workspace, ct), null, null, Blank(s.OfflineText));
    }

    private static RefusalException RefusalFor(string code, string message, int status = StatusCodes.Status401Unauthorized) => new(code, message, status);

    private static string? Blank(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;

    private static string? Short(string? text, int most) => text is { Length: > 0 } && text.Length <= most ? text : null;

    /// <summary>Agents see it as a link, so nothing but the web.</summary>
    private static string? Page(string? page) =>
        Short(page, 2000) is { } given && Uri.TryCreate(given, UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttps || url.Scheme == Uri.UriSchemeHttp)
            ? Short(given, 500) ?? Short(url.GetLeftPart(UriPartial.Path), 500)
            : null;
}
