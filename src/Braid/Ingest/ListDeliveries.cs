using Braid.Accounts;
using Braid.Inboxes;
using Braid.Platform.Data;
using Braid.Platform.Events;
using Braid.Platform.Http;
using Microsoft.EntityFrameworkCore;

namespace Braid.Ingest;

/// <summary>The ledger, newest first; traces any provider id from receipt to screen.</summary>
internal sealed class ListDeliveries(BraidDb db)
{
    public async Task<Page<DeliveryView>> RunAsync(string? q, Guid? inbox, DeliveryState? state, string? cursor, int? limit, Actor by, CancellationToken ct)
    {
        by.Require(Permission.ReadDeliveries);
        var take = Page.Limit(limit);
        var query = Visible(by);
        if (inbox is { } id) { query = query.Where(d => d.InboxId == new Id<Inbox>(id)); }
        if (state is { } wanted) { query = query.Where(d => d.State == wanted); }
        if (!string.IsNullOrWhiteSpace(q)) { query = Named(query, q.Trim(), by); }
        if (Cursor.Read(cursor) is { } after)
        {
            var (at, last) = (after.Instant, new Id<Delivery>(after.Id));
            query = query.Where(d => d.ReceivedAt < at || (d.ReceivedAt == at && d.Id.CompareTo(last) < 0));
        }

        var rows = await query.OrderByDescending(d => d.ReceivedAt).ThenByDescending(d => d.Id).Take(take + 1).ToListAsync(ct);
        var views = await ViewsAsync(rows, by, ct);
        return Page.Of(rows, take, r => views[r.Id], r => Cursor.At(r.ReceivedAt, r.Id.Value));
    }

    public async Task<DeliveryView> OneAsync(Id<Delivery> id, Actor by, CancellationToken ct)
    {
        by.Require(Permission.ReadDeliveries);
        var row = await Visible(by).FirstOrDefaultAsync(d => d.Id == id, ct) ?? throw RefusalException.NotFound("delivery");
        return (await ViewsAsync([row], by, ct))[id];
    }

    public IQueryable<Delivery> Visible(Actor by) =>
        db.Set<Delivery>().AsNoTracking().Where(d => d.WorkspaceId == by.Workspace && db.Set<Inbox>().VisibleTo(by, db).Any(i => i.Id == d.InboxId));

    private IQueryable<Delivery> Named(IQueryable<Delivery> query, string q, Actor by)
    {
        var events = db.Set<DeliveryEvent>().Where(e => e.WorkspaceId == by.Workspace);
        var named = Guid.TryParse(q, out var id)
            ? events.Where(e => e.ExternalId == q || e.MessageId == id || e.ConversationId == id)
            : events.Where(e => e.ExternalId == q);
        var delivery = new Id<Delivery>(id);
        return query.Where(d => d.Id == delivery || named.Any(e => e.DeliveryId == d.Id));
    }

    private async Task<Dictionary<Id<Delivery>, DeliveryView>> ViewsAsync(List<Delivery> rows, Actor by, CancellationToken ct)
    {
        var ids = rows.ConvertAll(r => r.Id);
        var events = await db.Set<DeliveryEvent>().AsNoTracking().Where(e => e.WorkspaceId == by.Workspace && ids.Contains(e.DeliveryId)).OrderBy(e => e.Position).ToListAsync(ct);
        var bodies = await db.Set<DeliveryBody>().Where(b => b.WorkspaceId == by.Workspace && ids.Contains(b.DeliveryId)).Select(b => b.DeliveryId).ToListAsync(ct);
        var byDelivery = events.ToLookup(e => e.DeliveryId);
        return rows.ToDictionary(r => r.Id, r => new DeliveryView
        {
            Id = r.Id, InboxId = r.InboxId.Value, Channel = r.Channel, Source = r.Source, ReceivedAt = r.ReceivedAt, AppliedAt = r.AppliedAt, State = r.State, Reason = r.Reason,
            Size = r.Size, HasBody = bodies.Contains(r.Id), BodyRemovedAt = r.BodyRemovedAt, BodyHash = r.BodyHash,
            Events = [.. byDelivery[r.Id].Select(e => new DeliveryEventView(
                e.Position, e.Kind, e.ExternalId, e.Outcome, e.Reason, e.MessageId, e.ConversationId, e.InboxId.Value, e.Outcome == EventOutcome.Applied ? e.At : null))],
        });
    }
}
