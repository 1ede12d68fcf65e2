using System.Text.Json;
using Braid.Accounts;
using Braid.Platform.Data;
using Braid.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Braid.Customers;

internal static class CustomerEndpoints
{
    public static void MapCustomerEndpoints(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/customers").WithTags("Customers");
        group.MapGet("/", List);
        group.MapPost("/", Create).WithExample("""{"name":"Maya Tan","keys":[{"kind":"email","value":"maya@example.org"},{"kind":"phone","value":"+6581234455"}]}""");
        group.MapGet("/{id}", Get);
        group.MapPatch("/{id}", Change).WithExample("""{"company":"Acme","tier":"gold","language":"en","timeZone":"Asia/Singapore","tags":["wholesale"],"attributes":{"spent":1250.5},"blocked":false}""");
        group.MapPost("/{id}/keys", Add).WithExample("""{"kind":"phone","value":"+65 8123 4455"}""");
        group.MapPatch("/{id}/keys/{keyId}", Share).WithExample("""{"shared":true}""");
        group.MapDelete("/{id}/keys/{keyId}", Remove);
        group.MapGet("/{id}/notes", Notes);
        group.MapPost("/{id}/notes", AddNote).WithExample("""{"text":"Prefers to be called in the afternoon."}""");
        group.MapDelete("/{id}/notes/{noteId}", RemoveNote);
    }

    private static async Task<Ok<Page<CustomerItemView>>> List(
        string? q, Id<Segment>? segment, string? tag, string? company, int? limit, string? cursor, ListCustomers list, Actor by, CancellationToken ct) =>
        TypedResults.Ok(await list.RunAsync(new(q, segment, tag, company), limit, cursor, by, ct));

    private static async Task<Created<CustomerView>> Create(CreateCustomer.Request request, CreateCustomer create, ReadCustomer read, Actor by, CancellationToken ct)
    {
        var id = await create.RunAsync(request, by, ct);
        return TypedResults.Created($"/api/v1/customers/{id}", await read.RunAsync(id, by, ct));
    }

    private static async Task<Ok<CustomerView>> Get(Id<Customer> id, ReadCustomer read, Actor by, CancellationToken ct) => TypedResults.Ok(await read.RunAsync(id, by, ct));

    private static async Task<Ok<CustomerView>> Change(Id<Customer> id, JsonElement changes, ChangeCustomer change, ReadCustomer read, Actor by, CancellationToken ct)
    {
        await change.RunAsync(id, changes, by, ct);
        return TypedResults.Ok(await read.RunAsync(id, by, ct));
    }

    private static async Task<Ok<CustomerView>> Add(Id<Customer> id, EnteredKey key, AddKey add, ReadCustomer read, Actor by, CancellationToken ct)
    {
        await add.RunAsync(id, key, by, ct);
        return TypedResults.Ok(await read.RunAsync(id, by, ct));
    }

    private static async Task<Ok<CustomerView>> Share(Id<Customer> id, Id<CustomerKey> keyId, ShareKey.Request request, ShareKey share, ReadCustomer read, Actor by, CancellationToken ct)
    {
        await share.RunAsync(id, keyId, request, by, ct);
        return TypedResults.Ok(await read.RunAsync(id, by, ct));
    }

    private static async Task<Ok<CustomerView>> Remove(Id<Customer> id, Id<CustomerKey> keyId, RemoveKey remove, ReadCustomer read, Actor by, CancellationToken ct)
    {
        await remove.RunAsync(id, keyId, by, ct);
        return TypedResults.Ok(await read.RunAsync(id, by, ct));
    }

    private static async Task<Ok<NotesView>> Notes(Id<Customer> id, CustomerNotes notes, Actor by, CancellationToken ct) => TypedResults.Ok(await notes.ListAsync(id, by, ct));

    private static async Task<Created<NoteView>> AddNote(Id<Customer> id, CustomerNotes.Request request, CustomerNotes notes, Actor by, CancellationToken ct)
    {
        var note = await notes.AddAsync(id, request, by, ct);
        return TypedResults.Created($"/api/v1/customers/{id}/notes/{note.Id}", note);
    }

    private static async Task<NoContent> RemoveNote(Id<Customer> id, Id<CustomerNote> noteId, CustomerNotes notes, Actor by, CancellationToken ct)
    {
        await notes.RemoveAsync(id, noteId, by, ct);
        return TypedResults.NoContent();
    }
}
