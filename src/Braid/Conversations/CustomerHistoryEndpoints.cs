using Braid.Accounts;
using Braid.Customers;
using Braid.Platform.Data;
using Braid.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Braid.Conversations;

/// <summary>What a profile shows of conversations. Lives here, since customers know nothing of them.</summary>
internal static class CustomerHistoryEndpoints
{
    public static void MapCustomerHistoryEndpoints(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/customers/{id}").WithTags("Customers");
        group.MapGet("/conversations", Conversations);
        group.MapGet("/timeline", Timeline);
        group.MapGet("/habits", HabitsOf);
        routes.MapGet("/api/v1/companies/conversations", OfCompany).WithTags("Customers");
    }

    private static async Task<Ok<Page<ConversationItemView>>> Conversations(
        Id<Customer> id, int? limit, string? cursor, CustomerAccess access, ListConversations list, Actor by, CancellationToken ct)
    {
        var customer = await access.RequireAsync(id, by, Permission.ReadConversations, ct);
        return TypedResults.Ok(await list.OfCustomerAsync(customer.Id, limit, cursor, by, ct));
    }

    private static async Task<Ok<Page<ConversationItemView>>> OfCompany(string? name, int? limit, string? cursor, ListConversations list, Actor by, CancellationToken ct) =>
        string.IsNullOrWhiteSpace(name)
            ? throw RefusalException.Invalid("Name the company.", new Dictionary<string, string> { ["name"] = "Its name." })
            : TypedResults.Ok(await list.OfCompanyAsync(name, limit, cursor, by, ct));

    private static async Task<Ok<HabitsView>> HabitsOf(Id<Customer> id, ReadHabits read, Actor by, CancellationToken ct) => TypedResults.Ok(await read.RunAsync(id, by, ct));

    private static async Task<Ok<Page<MessageView>>> Timeline(
        Id<Customer> id, string? channel, string? q, DateTimeOffset? before, int? limit, string? cursor, CustomerAccess access, ListMessages list, Actor by, CancellationToken ct)
    {
        var customer = await access.RequireAsync(id, by, Permission.ReadConversations, ct);
        return TypedResults.Ok(await list.TimelineAsync(customer.Id, channel, q, before, cursor, limit, by, ct));
    }
}
