using Braid.Accounts;
using Braid.Platform.Data;
using Braid.Platform.Events;
using Braid.Platform.Http;
using Microsoft.EntityFrameworkCore;

namespace Braid.Realtime;

/// <summary>
/// What was committed after a number. Nothing is missed (DESIGN §9.1); `last` moves over what this agent may not see, so clients ask on
/// from there. A number from another database, beyond our own, is answered with ours.
/// </summary>
internal sealed class ListEvents(BraidDb db)
{
    public const int Most = 1000;

    public sealed record View(IReadOnlyList<EventItem> Items, long Last);

    public async Task<View> RunAsync(long? after, int? limit, Actor by, CancellationToken ct)
    {
        by.Require(Permission.ReadConversations);
        if (after is null)
        {
            return new([], await LastAsync(by.Workspace, ct));
        }

        if (after < 0)
        {
            throw RefusalException.Invalid("Event numbers start at 1; ask after 0 for all.", new Dictionary<string, string> { ["after"] = "Not below 0." });
        }

        var rows = await db.Set<StoredEvent>().AsNoTracking().Where(e => e.WorkspaceId == by.Workspace && e.Number > after)
            .OrderBy(e => e.Number).Take(Math.Clamp(limit ?? 500, 1, Most)).ToListAsync(ct);
        if (rows.Count == 0)
        {
            return new([], Math.Min(after.Value, await LastAsync(by.Workspace, ct)));
        }

        var visible = await EventVisibility.OfAsync(db, rows, ct);
        return new([.. rows.Where(e => visible.Allows(e, by.AgentId)).Select(EventItem.From)], rows[^1].Number);
    }

    public Task<long> LastAsync(Id<Workspace> workspace, CancellationToken ct) =>
        db.Set<EventCounter>().Where(c => c.WorkspaceId == workspace).Select(c => c.Last).FirstOrDefaultAsync(ct);
}
