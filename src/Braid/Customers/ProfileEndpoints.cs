using System.Text.Json;
using Braid.Accounts;
using Braid.Platform.Data;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Braid.Customers;

/// <summary>Own fields, consent, other systems' ids, segments and companies.</summary>
internal static class ProfileEndpoints
{
    public static void MapProfileEndpoints(this IEndpointRouteBuilder routes)
    {
        var customers = routes.MapGroup("/api/v1/customers").WithTags("Customers");
        customers.MapGet("/{id}/consents", ConsentsOf);
        customers.MapPost("/{id}/consents", Record);
        customers.MapPut("/by/{system}/{externalId}", Upsert);
        customers.MapGet("/{id}/moments", async (Id<Customer> id, ReadMoments read, Actor by, CancellationToken ct) => TypedResults.Ok(await read.RunAsync(id, by, ct)));
        customers.MapPost("/bulk", async (UpsertMany.Request request, UpsertMany many, Actor by, CancellationToken ct) => TypedResults.Ok(await many.RunAsync(request, by, ct)));

        var attributes = routes.MapGroup("/api/v1/attributes").WithTags("Customers");
        attributes.MapGet("/", Fields);
        attributes.MapPost("/", AddField);
        attributes.MapPatch("/{id}", ChangeField);
        attributes.MapDelete("/{id}", RemoveField);

        var segments = routes.MapGroup("/api/v1/segments").WithTags("Customers");
        segments.MapGet("/", ListSegments);
        segments.MapPost("/", AddSegment);
        segments.MapPost("/count", CountRule);
        segments.MapGet("/{id}/count", CountSegment);
        segments.MapPatch("/{id}", ChangeSegment);
        segments.MapDelete("/{id}", RemoveSegment);

        routes.MapGroup("/api/v1/companies").WithTags("Customers").MapGet("/", ListCompanies);
    }

    private static async Task<Ok<ConsentsView>> ConsentsOf(Id<Customer> id, Consents consents, Actor by, CancellationToken ct) => TypedResults.Ok(await consents.OfAsync(id, by, ct));

    private static async Task<Ok<ConsentsView>> Record(Id<Customer> id, Consents.Request request, Consents consents, Actor by, CancellationToken ct)
    {
        await consents.RecordAsync(id, request, by, ct);
        return TypedResults.Ok(await consents.OfAsync(id, by, ct));
    }

    private static async Task<Results<Ok<CustomerView>, Created<CustomerView>>> Upsert(string system, string externalId, JsonElement body, UpsertCustomer upsert, ReadCustomer read, Actor by, CancellationToken ct)
    {
        var (id, made) = await upsert.RunAsync(system, externalId, body, by, ct);
        var view = await read.RunAsync(id, by, ct);
        return made ? TypedResults.Created($"/api/v1/customers/{view.Id}", view) : TypedResults.Ok(view);
    }

    private static async Task<Ok<AttributesView>> Fields(Attributes attributes, Actor by, CancellationToken ct) => TypedResults.Ok(await attributes.ListAsync(by, ct));

    private static async Task<Created<AttributeView>> AddField(Attributes.Request request, Attributes attributes, Actor by, CancellationToken ct)
    {
        var made = await attributes.AddAsync(request, by, ct);
        return TypedResults.Created($"/api/v1/attributes/{made.Id}", made);
    }

    private static async Task<Ok<AttributeView>> ChangeField(Id<AttributeDefinition> id, Attributes.Request request, Attributes attributes, Actor by, CancellationToken ct) =>
        TypedResults.Ok(await attributes.ChangeAsync(id, request, by, ct));

    private static async Task<NoContent> RemoveField(Id<AttributeDefinition> id, Attributes attributes, Actor by, CancellationToken ct)
    {
        await attributes.RemoveAsync(id, by, ct);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<SegmentsView>> ListSegments(Segments segments, Actor by, CancellationToken ct) => TypedResults.Ok(await segments.ListAsync(by, ct));

    private static async Task<Created<SegmentView>> AddSegment(Segments.Request request, Segments segments, Actor by, CancellationToken ct)
    {
        var made = await segments.SaveAsync(null, request, by, ct);
        return TypedResults.Created($"/api/v1/segments/{made.Id}", made);
    }

    private static async Task<Ok<SegmentCountView>> CountRule(SegmentRule rule, Segments segments, Actor by, CancellationToken ct) => TypedResults.Ok(await segments.CountAsync(rule, by, ct));

    private static async Task<Ok<SegmentCountView>> CountSegment(Id<Segment> id, Segments segments, Actor by, CancellationToken ct) => TypedResults.Ok(await segments.CountAsync(id, by, ct));

    private static async Task<Ok<SegmentView>> ChangeSegment(Id<Segment> id, Segments.Request request, Segments segments, Actor by, CancellationToken ct) =>
        TypedResults.Ok(await segments.SaveAsync(id, request, by, ct));

    private static async Task<NoContent> RemoveSegment(Id<Segment> id, Segments segments, Actor by, CancellationToken ct)
    {
        await segments.RemoveAsync(id, by, ct);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<Platform.Http.Page<CompanyView>>> ListCompanies(string? q, int? limit, string? cursor, ListCompanies list, Actor by, CancellationToken ct) =>
        TypedResults.Ok(await list.RunAsync(q, limit, cursor, by, ct));
}
