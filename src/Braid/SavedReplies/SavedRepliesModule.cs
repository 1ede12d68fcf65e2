using Braid.Accounts;
using Braid.Conversations;
using Braid.Platform.Data;
using Braid.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Braid.SavedReplies;

/// <summary>Words for agents to use again.</summary>
internal static class SavedRepliesModule
{
    public static void AddSavedReplies(this WebApplicationBuilder builder) => builder.Services.AddScoped<KeepSavedReplies>();

    public static void MapSavedReplies(this WebApplication app)
    {
        var group = app.MapGroup("/api/v1/saved-replies").WithTags("Saved replies");
        group.MapGet("/", async Task<Ok<SavedRepliesView>> (KeepSavedReplies keep, Actor by, CancellationToken ct) => TypedResults.Ok(await keep.ListAsync(by, ct)));
        group.MapPost("/", Add).WithExample("""{"name":"Return label","folder":"Returns","text":"Hello {firstName}, the label for {ticket} is on its way."}""");
        group.MapPatch("/{id}", async Task<Ok<SavedReplyView>> (Id<SavedReply> id, KeepSavedReplies.Request request, KeepSavedReplies keep, Actor by, CancellationToken ct) => TypedResults.Ok(await keep.SaveAsync(id, request, by, ct))).WithExample("""{"folder":"Returns"}""");
        group.MapDelete("/{id}", Remove);
        group.MapGet("/{id}/filled", async Task<Ok<FilledReplyView>> (Id<SavedReply> id, Id<Conversation> conversation, KeepSavedReplies keep, Actor by, CancellationToken ct) => TypedResults.Ok(await keep.FillAsync(id, conversation, by, ct)));
    }

    private static async Task<Created<SavedReplyView>> Add(KeepSavedReplies.Request request, KeepSavedReplies keep, Actor by, CancellationToken ct)
    {
        var made = await keep.SaveAsync(null, request, by, ct);
        return TypedResults.Created($"/api/v1/saved-replies/{made.Id}", made);
    }

    private static async Task<NoContent> Remove(Id<SavedReply> id, KeepSavedReplies keep, Actor by, CancellationToken ct)
    {
        await keep.RemoveAsync(id, by, ct);
        return TypedResults.NoContent();
    }
}
