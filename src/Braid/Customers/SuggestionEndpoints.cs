using Braid.Accounts;
using Braid.Platform.Data;
using Braid.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Braid.Customers;

internal static class SuggestionEndpoints
{
    public static void MapSuggestionEndpoints(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/suggestions").WithTags("Customers");
        group.MapGet("/", List);
        group.MapGet("/count", Count);
        group.MapPost("/decide", DecideMany).WithExample("""{"ids":["01a21a05-3ca1-7b6e-9eee-93671f418208"],"decision":"accept"}""");
        group.MapPost("/{id}/accept", Accept);
        group.MapPost("/{id}/reject", Reject);
        group.MapPost("/{id}/reopen", Reopen);
    }

    internal sealed record DecideRequest(IReadOnlyList<Id<Suggestion>> Ids, SuggestionDecision Decision);

    private static async Task<Ok<Page<SuggestionView>>> List(string? state, Id<Customer>? customer, int? limit, string? cursor, ReviewSuggestions review, Actor by, CancellationToken ct) =>
        TypedResults.Ok(await review.ListAsync(StateOf(state), customer, limit, cursor, by, ct));

    private static SuggestionState StateOf(string? state) =>
        state is null ? SuggestionState.Open
        : Enum.TryParse<SuggestionState>(state, ignoreCase: true, out var known) && Enum.IsDefined(known) ? known
        : throw RefusalException.Invalid("There is no such state.", new Dictionary<string, string> { ["state"] = "One of open, accepted, rejected." });

    private static async Task<Ok<SuggestionCountView>> Count(ReviewSuggestions review, Actor by, CancellationToken ct) => TypedResults.Ok(await review.CountAsync(by, ct));

    private static async Task<Ok<DecidedView>> DecideMany(DecideRequest request, ReviewSuggestions review, Actor by, CancellationToken ct) =>
        TypedResults.Ok(await review.DecideAsync(request.Ids, request.Decision, by, ct));

    private static Task<NoContent> Accept(Id<Suggestion> id, ReviewSuggestions review, Actor by, CancellationToken ct) => DecideAsync(id, SuggestionDecision.Accept, review, by, ct);

    private static Task<NoContent> Reject(Id<Suggestion> id, ReviewSuggestions review, Actor by, CancellationToken ct) => DecideAsync(id, SuggestionDecision.Reject, review, by, ct);

    private static Task<NoContent> Reopen(Id<Suggestion> id, ReviewSuggestions review, Actor by, CancellationToken ct) => DecideAsync(id, SuggestionDecision.Reopen, review, by, ct);

    private static async Task<NoContent> DecideAsync(Id<Suggestion> id, SuggestionDecision decision, ReviewSuggestions review, Actor by, CancellationToken ct)
    {
        await review.DecideAsync(id, decision, by, ct);
        return TypedResults.NoContent();
    }
}
