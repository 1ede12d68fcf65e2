using System.Text.Json;
using Braid.Accounts;
using Braid.Platform.Data;
using Braid.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Braid.Customers;

/// <summary>Own fields, consent, other systems' ids, segments and companies.</summary>
internal static class ProfileEndpoints
{
    public static void MapProfileEndpoints(this IEndpointRouteBuilder routes)
    {
        var customers = routes.MapGroup("/api/v1/customers").WithTags("Customers");
        customers.MapGet("/{id}/consents", ConsentsOf);
        customers.MapPost("/{id}/consents", Record).WithExample("""{"purpose":"marketing","channel":"email","given":true,"source":"ticked on the order form"}""");
        customers.MapPut("/by/{system}/{externalId}", Upsert).WithExample("""{"name":"Maya Tan","company":"Acme","keys":[{"kind":"email","value":"maya@example.org"}],"url":"https://shop.example/customers/4711"}""");
        customers.MapGet("/{id}/moments", async (Id<Customer> id, ReadMoments read, Actor by, CancellationToken ct) => TypedResults.Ok(await read.RunAsync(id, by, ct)));
        customers.MapPost("/bulk", async (UpsertMany.Request request, UpsertMany many, Actor by, CancellationToken ct) => TypedResults.Ok(await many.RunAsync(request, by, ct))).WithExample("""{"system":"shop","items":[{"externalId":"4711","name":"Maya Tan","keys":[{"kind":"email","value":"maya@example.org"}]},{"externalId":"4712","company":"Acme"}]}""");

        var attributes = routes.MapGroup("/api/v1/attributes").WithTags("Customers");
        attributes.MapGet("/", Fields);
        attributes.MapPost("/", AddField).WithExample("""{"key":"size","label":"Size","type":"choice","choices":["Small","Large"]}""");
        attributes.MapPatch("/{id}", ChangeField).WithExample("""{"label":"Shop size","choices":["Small","Medium","Large"]}""");
        attributes.MapDelete("/{id}", RemoveField);

        var segments = routes.MapGroup("/api/v1/segments").WithTags("Customers");
        segments.MapGet("/", ListSegments);
        segments.MapPost("/", AddSegment).WithExample("""{"name":"Wholesale, seen lately","tier":"gold","rule":{"match":"all","conditions":[{"field":"tag","is":"is","value":"wholesale"},{"field":"lastSeen","is":"within","value":"30"}]}}""");
        segments.MapPost("/count", CountRule).WithExample("""{"match":"any","conditions":[{"field":"custom.spent","is":"atLeast","value":"1000"},{"field":"tier","is":"is","value":"vip"}]}""");
        segments.MapGet("/{id}/count", CountSegment);
        segments.MapPatch("/{id}", ChangeSegment).WithExample("""{"name":"Wholesale"}""");
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
