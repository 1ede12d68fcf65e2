using Braid.Accounts;
using Braid.Platform.Data;
using Braid.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Braid.Customers;

internal static class MergeEndpoints
{
    public static void MapMergeEndpoints(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/customers/{id}").WithTags("Customers");
        group.MapGet("/merge-preview", Preview);
        group.MapPost("/merge", Merge).WithExample("""{"with":"01a21a05-3ca1-7b6e-9eee-93671f418208","reason":"Said so on the phone"}""");
        group.MapGet("/merges", Merges);
        group.MapPost("/merges/{merge}/undo", Undo);
        group.MapGet("/values", Values);
    }

    internal sealed record MergeRequest(Id<Customer> With, string? Reason);

    private static async Task<Ok<MergePreviewView>> Preview(Id<Customer> id, Id<Customer> with, ReadMerges read, Actor by, CancellationToken ct) =>
        TypedResults.Ok(await read.PreviewAsync(id, with, by, ct));

    private static async Task<Ok<CustomerView>> Merge(Id<Customer> id, MergeRequest request, MergeCustomers merge, ReadCustomer read, Actor by, CancellationToken ct)
    {
        await merge.RunAsync(id, request.With, request.Reason, by, ct);
        return TypedResults.Ok(await read.RunAsync(id, by, ct));
    }

    private static async Task<Ok<MergesView>> Merges(Id<Customer> id, ReadMerges read, Actor by, CancellationToken ct) => TypedResults.Ok(await read.OfAsync(id, by, ct));

    private static async Task<Ok<CustomerView>> Undo(Id<Customer> id, Id<CustomerLink> merge, MergeCustomers merges, ReadCustomer read, Actor by, CancellationToken ct)
    {
        await merges.UndoAsync(merge, by, ct);
        return TypedResults.Ok(await read.RunAsync(id, by, ct));
    }

    private static async Task<Ok<FieldValuesView>> Values(Id<Customer> id, ReadMerges read, Actor by, CancellationToken ct) => TypedResults.Ok(await read.ValuesAsync(id, by, ct));
}
