using Braid.Accounts;
using Braid.Conversations;
using Braid.Customers;
using Braid.Platform;
using Braid.Platform.Data;
using Braid.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Braid.Tickets;

/// <summary>Numbered work for customers, made by agents or by itself.</summary>
internal static class TicketsModule
{
    public static void AddTickets(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddScoped<TicketAccess>();
        services.AddScoped<ListTickets>();
        services.AddScoped<OpenTicket>();
        services.AddScoped<ChangeTicket>();
        services.AddScoped<TicketRules>();
        services.AddScoped<ITellMoments, TicketMoments>();
        services.AddSingleton<FollowConversations>();
        services.AddWorker<FollowConversations>();
    }

    public static void MapTickets(this WebApplication app)
    {
        var group = app.MapGroup("/api/v1/tickets").WithTags("Tickets");
        group.MapGet("/", List);
        group.MapGet("/counts", async Task<Ok<TicketCountsView>> (ListTickets list, Actor by, CancellationToken ct) => TypedResults.Ok(await list.CountAsync(by, ct)));
        group.MapGet("/rules", async Task<Ok<TicketRulesView>> (TicketRules rules, Actor by, CancellationToken ct) => TypedResults.Ok(await rules.ReadAsync(by, ct)));
        group.MapPut("/rules", SaveRules).WithExample("""{"items":[{"inboxId":"01a21a05-3ca1-7b6e-9eee-93671f418208","type":"question","priority":"normal"}]}""");
        group.MapPost("/", Open).WithExample("""{"conversationId":"01a21a05-3ca1-7b6e-9eee-93671f418208","subject":"Refund for order 4711","type":"task","priority":"high"}""");
        group.MapGet("/{id}", async Task<Ok<TicketView>> (Id<Ticket> id, ListTickets list, Actor by, CancellationToken ct) => TypedResults.Ok(await list.OneAsync(id, by, ct)));
        group.MapPatch("/{id}", Change).WithExample("""{"status":"solved"}""");
        group.MapPost("/{id}/assign", Assign).WithExample("""{"ownerId":"01a21a05-3ca1-7b6e-9eee-93671f418208","teamId":null}""");
    }

    private static async Task<Ok<Page<TicketView>>> List(string? status, string? owner, Id<Customer>? customer, Id<Conversation>? conversation, string? q, int? limit, string? cursor, ListTickets list, Actor by, CancellationToken ct) =>
        TypedResults.Ok(await list.RunAsync(new(status, owner, customer, conversation, q, limit, cursor), by, ct));

    private static async Task<Created<TicketView>> Open(OpenTicket.Request request, OpenTicket open, ListTickets list, Actor by, CancellationToken ct)
    {
        var view = await list.OneAsync(await open.RunAsync(request, by, ct), by, ct);
        return TypedResults.Created($"/api/v1/tickets/{view.Id}", view);
    }

    private static async Task<Ok<TicketView>> Change(Id<Ticket> id, ChangeTicket.Request request, ChangeTicket change, ListTickets list, Actor by, CancellationToken ct)
    {
        await change.RunAsync(id, request, by, ct);
        return TypedResults.Ok(await list.OneAsync(id, by, ct));
    }

    private static async Task<Ok<TicketView>> Assign(Id<Ticket> id, ChangeTicket.AssignRequest request, ChangeTicket change, ListTickets list, Actor by, CancellationToken ct)
    {
        await change.AssignAsync(id, request, by, ct);
        return TypedResults.Ok(await list.OneAsync(id, by, ct));
    }

    private static async Task<Ok<TicketRulesView>> SaveRules(TicketRules.Request request, TicketRules rules, Actor by, CancellationToken ct)
    {
        await rules.SaveAsync(request, by, ct);
        return TypedResults.Ok(await rules.ReadAsync(by, ct));
    }
}
