using Braid.Channels.LiveChat;
using Braid.Inboxes;
using Braid.Platform.Data;

namespace Braid.Realtime.LiveChat;

/// <summary>The chat's page. Its headers say which sites may show it: that is what browsers enforce.</summary>
internal static class WidgetFrame
{
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; form-action 'none'; base-uri 'none'; ";

    public static async Task SendAsync(HttpContext context, WidgetDoor door, IWebHostEnvironment environment)
    {
        var ct = context.RequestAborted;
        var chat = Id<Inbox>.TryParse(context.Request.Query["inbox"].ToString(), null, out var id) ? await door.FindAsync(id, ct) : null;
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy + (chat is null ? "frame-ancestors 'none'" : LiveChatOrigins.FrameAncestors(chat.Settings));
        headers.CacheControl = "no-cache";
        var page = environment.WebRootFileProvider.GetFileInfo("widget/frame.html");
        if (chat is null || !page.Exists)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            context.Response.ContentType = "text/plain; charset=utf-8";
            await context.Response.WriteAsync(chat is null ? "There is no such chat." : "The widget is not built. Build the web folder.", ct);
            return;
        }

        context.Response.ContentType = "text/html; charset=utf-8";
        await context.Response.SendFileAsync(page, ct);
    }
}
