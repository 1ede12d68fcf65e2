using Braid.Accounts;
using Braid.Channels;
using Braid.Platform.Data;
using Braid.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Braid.Inboxes;

internal static class InboxesEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1").WithTags("Inboxes").RequireAuthorization();
        group.MapGet("/channels", Channels);
        group.MapGet("/inboxes", List);
        group.MapPost("/inboxes", Create);
        group.MapGet("/inboxes/{id}", Show);
        group.MapPatch("/inboxes/{id}", Change);
        group.MapDelete("/inboxes/{id}", Delete);
        group.MapPost("/inboxes/{id}/check", Check);
        group.MapPost("/inboxes/{id}/connect", Connect);
        group.MapPost("/inboxes/{id}/login", BeginLogin);
        group.MapPost("/inboxes/login/finish", FinishLogin);
        group.MapGet("/inboxes/{id}/log", Log);
        group.MapPost("/channels/{id}/preview", Preview);
        group.MapGet("/inboxes/{id}/templates", Templates);
    }

    private static Ok<ItemsView<ChannelView>> Channels(ChannelRegistry channels, Actor by) =>
        TypedResults.Ok(new ItemsView<ChannelView>([.. channels.All.Select(c => ChannelView.From(c))]));

    private static async Task<Ok<Page<InboxView>>> List(
        InboxAccess access, InboxPresenter presenter, Actor by, CancellationToken ct, int? limit = null, string? cursor = null)
    {
        var take = Page.Limit(limit);
        var rows = access.VisibleTo(by).AsNoTracking();
        if (Cursor.Read(cursor) is { } after)
        {
            var (at, id) = (after.Instant, new Id<Inbox>(after.Id));
            rows = rows.Where(i => i.CreatedAt > at || (i.CreatedAt == at && i.Id > id));
        }

        var views = await presenter.ShowAsync(await rows.OrderBy(i => i.CreatedAt).ThenBy(i => i.Id).Take(take + 1).ToListAsync(ct), by, ct);
        return TypedResults.Ok(Page.Of(views, take, v => v, v => Cursor.At(v.CreatedAt, v.Id.Value)));
    }

    private static async Task<Created<InboxView>> Create(SaveInbox.NewInbox request, SaveInbox save, InboxPresenter presenter, Actor by, CancellationToken ct)
    {
        var inbox = await save.CreateAsync(request, by, ct);
        return TypedResults.Created($"/api/v1/inboxes/{inbox.Id}", await presenter.ShowAsync(inbox, by, ct));
    }

    private static async Task<Ok<InboxView>> Show(Id<Inbox> id, InboxAccess access, InboxPresenter presenter, Actor by, CancellationToken ct) =>
        TypedResults.Ok(await presenter.ShowAsync(await access.RequireAsync(id, by, ct), by, ct));

    private static async Task<Ok<InboxView>> Change(Id<Inbox> id, SaveInbox.Changes request, SaveInbox save, InboxPresenter presenter, Actor by, CancellationToken ct) =>
        TypedResults.Ok(await presenter.ShowAsync(await save.ChangeAsync(id, request, by, ct), by, ct));

    private static async Task<NoContent> Delete(Id<Inbox> id, SaveInbox save, Actor by, CancellationToken ct)
    {
        await save.DeleteAsync(id, by, ct);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<CheckView>> Check(Id<Inbox> id, CheckInbox check, Actor by, CancellationToken ct) =>
        TypedResults.Ok(await check.RunAsync(id, connect: false, by, ct));

    private static async Task<Ok<CheckView>> Connect(Id<Inbox> id, CheckInbox check, Actor by, CancellationToken ct) =>
        TypedResults.Ok(await check.RunAsync(id, connect: true, by, ct));

    private static async Task<Ok<ConnectByLogin.Begun>> BeginLogin(Id<Inbox> id, ConnectByLogin login, Actor by, CancellationToken ct) =>
        TypedResults.Ok(await login.BeginAsync(id, by, ct));

    private static async Task<Ok<ConnectByLogin.Finished>> FinishLogin(ConnectByLogin.Answer answer, ConnectByLogin login, Actor by, CancellationToken ct) =>
        TypedResults.Ok(await login.FinishAsync(answer, by, ct));

    /// <summary>How a channel would show a rich message: what stays, what becomes text.</summary>
    private static Ok<RichPlan> Preview(string id, RichPreview request, ChannelRegistry channels, Actor by)
    {
        _ = by;
        return TypedResults.Ok(RichPlan.Of(request.Text ?? "", request.Rich, channels.Require(id).Descriptor.Rich));
    }

    private static async Task<Ok<ItemsView<ListTemplates.TemplateView>>> Templates(Id<Inbox> id, ListTemplates list, Actor by, CancellationToken ct) =>
        TypedResults.Ok(await list.RunAsync(id, by, ct));

    private static async Task<Ok<Page<InboxLogView>>> Log(Id<Inbox> id, InboxLog log, Actor by, CancellationToken ct, int? limit = null, string? cursor = null) =>
        TypedResults.Ok(await log.ListAsync(id, by, limit, cursor, ct));
}
