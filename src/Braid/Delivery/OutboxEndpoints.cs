using Braid.Accounts;
using Braid.Conversations;
using Braid.Platform.Data;
using Braid.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Braid.Delivery;

internal static class OutboxEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1").WithTags("Messages");
        // The key is the client's id of the message, and unique for ever.
        group.MapPost("/conversations/{id}/messages", Send).WithMetadata(new OwnIdempotency());
        group.MapPost("/messages/{id}/cancel", Cancel);
        group.MapPost("/messages/{id}/retry", Retry);
        group.MapPost("/messages/{id}/confirm", Confirm);
        group.MapPost("/messages/{id}/acts", Act);
    }

    private static async Task<Ok<MessageView>> Send(
        Id<Conversation> id, SendRequest request, HttpRequest http, SendMessage send, MessageViews views, Actor by, CancellationToken ct)
    {
        var key = http.Headers["Idempotency-Key"].ToString();
        if (key.Length > 200)
        {
            throw RefusalException.Invalid("An Idempotency-Key has at most 200 characters.");
        }

        return TypedResults.Ok(await ViewAsync(await send.RunAsync(id, request, key.Length == 0 ? null : key, by, ct), views, ct));
    }

    private static async Task<NoContent> Cancel(Id<Message> id, CancelMessage cancel, Actor by, CancellationToken ct)
    {
        await cancel.RunAsync(id, by, ct);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<MessageView>> Retry(Id<Message> id, RetryMessage retry, MessageViews views, Actor by, CancellationToken ct) =>
        TypedResults.Ok(await ViewAsync(await retry.RunAsync(id, by, ct), views, ct));

    private static async Task<Ok<MessageView>> Confirm(Id<Message> id, ConfirmMessage.Request request, ConfirmMessage confirm, MessageViews views, Actor by, CancellationToken ct) =>
        TypedResults.Ok(await ViewAsync(await confirm.RunAsync(id, request, by, ct), views, ct));

    private static async Task<Ok<MessageView>> Act(Id<Message> id, ActOnMessage.Request request, ActOnMessage act, MessageViews views, Actor by, CancellationToken ct) =>
        TypedResults.Ok(await ViewAsync(await act.RunAsync(id, request, by, ct), views, ct));

    private static async Task<MessageView> ViewAsync(Message message, MessageViews views, CancellationToken ct) => (await views.OfAsync([message], ct))[0];
}
