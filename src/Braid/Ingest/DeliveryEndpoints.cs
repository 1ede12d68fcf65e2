using Braid.Accounts;
using Braid.Inboxes;
using Braid.Platform.Data;
using Braid.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Braid.Ingest;

internal static class DeliveryEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/deliveries").WithTags("Deliveries");
        group.MapGet("/", List);
        group.MapGet("/refused", Refused);
        group.MapGet("/{id}", One);
        group.MapGet("/{id}/body", Body);
        group.MapPost("/{id}/replay", Replay);
    }

    private static async Task<Ok<Page<DeliveryView>>> List(ListDeliveries list, Actor by, string? q, Guid? inbox, string? state, string? cursor, int? limit, CancellationToken ct) =>
        TypedResults.Ok(await list.RunAsync(q, inbox, StateOf(state), cursor, limit, by, ct));

    /// <summary>A bound enum would want C#'s spelling; our JSON writes it small.</summary>
    private static DeliveryState? StateOf(string? state) => string.IsNullOrEmpty(state) ? null
        : Enum.TryParse<DeliveryState>(state, ignoreCase: true, out var known) && Enum.IsDefined(known) ? known
        : throw RefusalException.Invalid("There is no such state.", new Dictionary<string, string> { ["state"] = "Use pending, applied, ignored, parked or duplicate." });

    private static async Task<Ok<DeliveryView>> One(Id<Delivery> id, ListDeliveries list, Actor by, CancellationToken ct) => TypedResults.Ok(await list.OneAsync(id, by, ct));

    /// <summary>The raw bytes as text. Each look is audited.</summary>
    private static async Task<IResult> Body(Id<Delivery> id, ListDeliveries list, BraidDb db, DeliveryBodies bodies, TimeProvider clock, Actor by, CancellationToken ct)
    {
        by.Require(Permission.ReadBodies);
        var delivery = await list.Visible(by).FirstOrDefaultAsync(d => d.Id == id, ct) ?? throw RefusalException.NotFound("delivery");
        var raw = await bodies.RawAsync(db, delivery, ct) ?? throw Removed("There is no raw body to show", delivery.ReceivedAt, delivery.BodyRemovedAt);
        db.Add(new AuditEntry { WorkspaceId = by.Workspace, At = clock.GetUtcNow(), AgentId = by.AgentId, Action = "delivery.body.read", SubjectId = id.Value });
        await db.SaveChangesAsync(ct);
        return TypedResults.Text(raw.BodyText, "text/plain; charset=utf-8");
    }

    /// <summary>Reads and applies it anew, after a fix. What was applied before stays as it is.</summary>
    private static async Task<Ok<DeliveryView>> Replay(Id<Delivery> id, ListDeliveries list, Sweeper sweeper, Actor by, CancellationToken ct)
    {
        by.Require(Permission.ManageInboxes);
        var delivery = await list.OneAsync(id, by, ct);
        if (!delivery.HasBody)
        {
            throw Removed("It can't be applied again", delivery.ReceivedAt, delivery.BodyRemovedAt);
        }

        await sweeper.ReplayAsync(id, ct);
        return TypedResults.Ok(await list.OneAsync(id, by, ct));
    }

    private static RefusalException Removed(string what, DateTimeOffset receivedAt, DateTimeOffset? removedAt) => new(
        "body_removed",
        removedAt is { } at
            ? $"{what}: its raw body was removed after {(int)(at - receivedAt).TotalDays} days, as the inbox is set. Its events and times stay."
            : $"{what}: its raw body was not kept. Its events and times stay.",
        StatusCodes.Status410Gone);

    private static async Task<Ok<ItemsView<RefusedView>>> Refused(BraidDb db, IInboxDirectory inboxes, RefusedCounter counter, Actor by, CancellationToken ct)
    {
        by.Require(Permission.ReadDeliveries);
        await counter.FlushAsync(ct);
        var visible = await db.Set<Inbox>().VisibleTo(by, db).Select(i => new { i.Id, i.Channel }).ToDictionaryAsync(i => i.Id, i => i.Channel, ct);
        var counts = await RefusedCounter.ListAsync(db, by.Workspace, ct);
        return TypedResults.Ok(new ItemsView<RefusedView>([.. counts.Where(c => visible.ContainsKey(c.InboxId)).Select(c => new RefusedView(c.InboxId.Value, visible[c.InboxId], c.Reason, c.Count, c.LastAt, c.Detail))]));
    }
}
