using Braid.Accounts;
using Braid.Inboxes;
using Braid.Platform.Data;
using Braid.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Braid.Conversations;

internal static class ConversationEndpoints
{
    public static void MapConversationEndpoints(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/conversations").WithTags("Conversations");
        group.MapGet("/", List);
        group.MapGet("/counts", Counts);
        group.MapGet("/{id}", Get);
        group.MapGet("/{id}/messages", Messages);
        group.MapGet("/{id}/activities", Activities);
        group.MapPost("/{id}/assign", Assign);
        group.MapPost("/{id}/resolve", Resolve);
        group.MapPost("/{id}/reopen", Reopen);
        group.MapPost("/{id}/snooze", Snooze);
        group.MapPost("/{id}/read", Read);
        group.MapPost("/{id}/unread", Unread);
        routes.MapGet("/api/v1/messages/{id}/html", Html).WithTags("Conversations");
    }

    private static async Task<Ok<Page<ConversationItemView>>> List(
        string? view, string? status, Id<Inbox>? inbox, string? q, string? sort, int? limit, string? cursor, ListConversations list, Actor by, CancellationToken ct) =>
        TypedResults.Ok(await list.RunAsync(new(view, status, inbox, q, sort, limit, cursor), by, ct));

    private static async Task<Ok<CountsView>> Counts(ListConversations list, Actor by, CancellationToken ct) => TypedResults.Ok(await list.CountAsync(by, ct));

    private static async Task<Ok<ConversationDetailView>> Get(Id<Conversation> id, ReadConversation read, Actor by, CancellationToken ct) =>
        TypedResults.Ok(await read.RunAsync(id, by, ct));

    private static async Task<Ok<Page<MessageView>>> Messages(Id<Conversation> id, string? before, string? cursor, int? limit, ListMessages list, Actor by, CancellationToken ct) =>
        TypedResults.Ok(await list.RunAsync(id, before ?? cursor, limit, by, ct));

    private static async Task<Ok<Page<ActivityView>>> Activities(Id<Conversation> id, string? cursor, int? limit, ListActivities list, Actor by, CancellationToken ct) =>
        TypedResults.Ok(await list.RunAsync(id, cursor, limit, by, ct));

    private static async Task<Ok<ConversationItemView>> Assign(
        Id<Conversation> id, AssignConversation.Request request, AssignConversation assign, ConversationItems items, Actor by, CancellationToken ct)
    {
        await assign.RunAsync(id, request, by, ct);
        return TypedResults.Ok(await items.LoadAsync(id, ct));
    }

    private static async Task<Ok<ConversationItemView>> Resolve(Id<Conversation> id, ResolveConversation resolve, ConversationItems items, Actor by, CancellationToken ct)
    {
        await resolve.RunAsync(id, by, ct);
        return TypedResults.Ok(await items.LoadAsync(id, ct));
    }

    private static async Task<Ok<ConversationItemView>> Reopen(Id<Conversation> id, ReopenConversation reopen, ConversationItems items, Actor by, CancellationToken ct)
    {
        await reopen.RunAsync(id, by, ct);
        return TypedResults.Ok(await items.LoadAsync(id, ct));
    }

    private static async Task<Ok<ConversationItemView>> Snooze(
        Id<Conversation> id, SnoozeConversation.Request request, SnoozeConversation snooze, ConversationItems items, Actor by, CancellationToken ct)
    {
        await snooze.RunAsync(id, request, by, ct);
        return TypedResults.Ok(await items.LoadAsync(id, ct));
    }

    private static async Task<Ok<ConversationItemView>> Read(Id<Conversation> id, MarkRead mark, ConversationItems items, Actor by, CancellationToken ct)
    {
        await mark.ReadAsync(id, by, ct);
        return TypedResults.Ok(await items.LoadAsync(id, ct));
    }

    private static async Task<Ok<ConversationItemView>> Unread(Id<Conversation> id, MarkRead mark, ConversationItems items, Actor by, CancellationToken ct)
    {
        await mark.UnreadAsync(id, by, ct);
        return TypedResults.Ok(await items.LoadAsync(id, ct));
    }

    private static Task<IResult> Html(Id<Message> id, [FromQuery] string? pictures, ShowHtml show, HttpContext http, Actor by, CancellationToken ct) =>
        show.RunAsync(id, pictures is "1" or "true", http, by, ct);
}
