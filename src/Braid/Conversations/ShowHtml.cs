using Braid.Accounts;
using Braid.Platform.Data;
using Braid.Platform.Http;
using Microsoft.EntityFrameworkCore;

namespace Braid.Conversations;

/// <summary>Removes what must not run or phone home from a mail's HTML. The outside world behind it is the HTML parser.</summary>
internal interface IHtmlSanitizer
{
    /// <param name="pictures">True: pictures from the web may stay.</param>
    /// <param name="inline">Where the mail's own pictures lie, by Content-ID.</param>
    string Sanitise(string html, bool pictures, IReadOnlyDictionary<string, string> inline);
}

/// <summary>
/// A mail as its sender drew it, for a sandboxed frame. The policy of the answer holds even where the sanitiser should be wrong: nothing
/// runs (same-origin only lets the mail's own pictures load with the session), nothing is sent, and pictures of other servers (which tell the sender that it was read) load only when asked for.
/// </summary>
internal sealed class ShowHtml(BraidDb db, ConversationAccess access, IHtmlSanitizer sanitizer)
{
    public async Task<IResult> RunAsync(Id<Message> id, bool pictures, HttpContext http, Actor by, CancellationToken ct)
    {
        var message = await access.RequireMessageAsync(id, by, Permission.ReadConversations, ct);
        if (message.Html is null || message.DeletedAt is not null)
        {
            throw RefusalException.NotFound("page");
        }

        var inline = await db.Set<Attachment>()
            .Where(a => a.WorkspaceId == by.Workspace && a.MessageId == id && a.ContentId != null && a.State == AttachmentState.Ready && a.FileId != null)
            .Select(a => new { a.ContentId, a.FileId }).ToListAsync(ct);
        var places = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var picture in inline)
        {
            places[picture.ContentId!] = $"/api/v1/files/{picture.FileId}";
        }

        var headers = http.Response.Headers;
        headers.ContentSecurityPolicy = $"default-src 'none'; img-src data: 'self'{(pictures ? " https:" : "")}; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox";
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "SAMEORIGIN";
        headers["Referrer-Policy"] = "no-referrer";
        headers.CacheControl = "private, max-age=300";
        return TypedResults.Text(Document(sanitizer.Sanitise(message.Html, pictures, places)), "text/html; charset=utf-8");
    }

    private static string Document(string body) => $$"""
        <!doctype html>
        <html><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><base target="_blank">
        <style>body { margin: 8px; font: 14px/1.5 system-ui, sans-serif; overflow-wrap: anywhere } img { max-width: 100%; height: auto }</style>
        </head><body>{{body}}</body></html>
        """;
}
