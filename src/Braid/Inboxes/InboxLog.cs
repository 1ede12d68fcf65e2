using Braid.Accounts;
using Braid.Platform.Data;
using Braid.Platform.Http;
using Microsoft.EntityFrameworkCore;

namespace Braid.Inboxes;

/// <summary>What happened to an inbox's connection, newest first.</summary>
internal sealed class InboxLog(BraidDb db, InboxAccess access)
{
    /// <summary>Saved with the caller's next `SaveChangesAsync`. Never write a secret or a customer's text.</summary>
    public static void Write(BraidDb db, Inbox inbox, LogLevelName level, string text, DateTimeOffset at) =>
        db.Add(new InboxLogEntry { WorkspaceId = inbox.WorkspaceId, InboxId = inbox.Id, At = at, Level = level, Text = text.Length > 1000 ? text[..1000] : text });

    public async Task<Page<InboxLogView>> ListAsync(Id<Inbox> id, Actor by, int? limit, string? cursor, CancellationToken ct)
    {
        await access.RequireToManageAsync(id, by, ct);
        var take = Page.Limit(limit);
        var rows = db.Set<InboxLogEntry>().AsNoTracking().Where(e => e.WorkspaceId == by.Workspace && e.InboxId == id);
        if (Cursor.Read(cursor) is { } after)
        {
            var (at, last) = (after.Instant, new Id<InboxLogEntry>(after.Id));
            rows = rows.Where(e => e.At < at || (e.At == at && e.Id < last));
        }

        var page = await rows.OrderByDescending(e => e.At).ThenByDescending(e => e.Id).Take(take + 1).ToListAsync(ct);
        return Page.Of(page, take, e => new InboxLogView(e.At, e.Level, e.Text), e => Cursor.At(e.At, e.Id.Value));
    }
}
