using Braid.Accounts;
using Braid.Accounts.Teams;
using Braid.Conversations;
using Braid.Platform;
using Braid.Platform.Data;
using Braid.Platform.Http;
using Braid.Platform.Jobs;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Braid.Routing;

/// <summary>Who gets a conversation, and why.</summary>
internal static class RoutingModule
{
    public static void AddRouting(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton<RoundCache>();
        services.AddSingleton<RouterBell>();
        services.AddSingleton<Router>();
        services.AddWorker<Router>();
        services.AddScoped<RoutingRound>();
        services.AddScoped<Reconcile>();
        services.AddScoped<EnterQueue>();
        services.AddScoped<ReadFacts>();
        services.AddScoped<ReadSurroundings>();
        services.AddScoped<ReadDesk>();
        services.AddScoped<ClaimAgents>();
        services.AddScoped<PlanCheck>();
        services.AddScoped<ReadPlans>();
        services.AddScoped<ChangePlan>();
        services.AddScoped<ComparePlans>();
        services.AddScoped<ReadTraffic>();
        services.AddScoped<ReadQueues>();
        services.AddScoped<ExplainRouting>();
        services.AddScoped<TransferConversation>();
        services.AddScoped<Customers.ITellMoments, RoutingMoments>();
        services.AddJobHandler<TellCustomer>();
        services.AddJobHandler<AskOutside>();
    }

    public static void MapRouting(this WebApplication app)
    {
        var rules = app.MapGroup("/api/v1/routing").WithTags("Routing");
        rules.MapGet("/", async Task<Ok<PlansView>> (ReadPlans read, Actor by, CancellationToken ct) => TypedResults.Ok(await read.RunAsync(by, ct)));
        rules.MapGet("/versions/{number}", async Task<Ok<PlanView>> (int number, ReadPlans read, Actor by, CancellationToken ct) => TypedResults.Ok(await read.OneAsync(number, by, ct)));
        rules.MapPut("/draft", Draft).WithExample("""{"rules":[{"id":"vip","name":"VIPs first","on":true,"match":"all","when":[{"field":"tier","is":"is","values":["vip"]}],"then":{"priority":"high"}}],"otherwise":{}}""");
        rules.MapDelete("/draft", Discard);
        rules.MapPost("/publish", Publish).WithExample("""{"note":"VIPs first"}""");
        rules.MapPost("/versions/{number}/rollback", RollBack);
        rules.MapPost("/off", Off);
        rules.MapPost("/compare", Compare).WithExample("""{"days":7}""");
        var queues = app.MapGroup("/api/v1").WithTags("Routing");
        queues.MapGet("/queues", async Task<Ok<QueuesView>> (ReadQueues read, Actor by, CancellationToken ct) => TypedResults.Ok(await read.RunAsync(by, ct)));
        queues.MapGet("/queues/waiting", async Task<Ok<Page<QueueItemView>>> (Id<Team>? team, string? cursor, int? limit, ReadQueues read, Actor by, CancellationToken ct) => TypedResults.Ok(await read.WaitingAsync(team, cursor, limit, by, ct)));
        queues.MapGet("/conversations/{id}/routing", async Task<Ok<RoutingStoryView>> (Id<Conversation> id, ExplainRouting explain, Actor by, CancellationToken ct) => TypedResults.Ok(await explain.RunAsync(id, by, ct)));
        queues.MapPost("/conversations/{id}/transfer", Transfer).WithExample("""{"teamId":"01a21a05-3ca1-7b6e-9eee-93671f418208","note":"Needs a refund"}""");
    }

    private static async Task<Ok<PlansView>> Draft(RoutingPlan plan, ChangePlan change, ReadPlans read, Actor by, CancellationToken ct)
    {
        await change.DraftAsync(plan, by, ct);
        return TypedResults.Ok(await read.RunAsync(by, ct));
    }

    private static async Task<Ok<PlansView>> Discard(ChangePlan change, ReadPlans read, Actor by, CancellationToken ct)
    {
        await change.DiscardAsync(by, ct);
        return TypedResults.Ok(await read.RunAsync(by, ct));
    }

    private static async Task<Ok<PlansView>> Publish(ChangePlan.PublishRequest request, ChangePlan change, ReadPlans read, Actor by, CancellationToken ct)
    {
        await change.PublishAsync(request, by, ct);
        return TypedResults.Ok(await read.RunAsync(by, ct));
    }

    private static async Task<Ok<PlansView>> RollBack(int number, ChangePlan change, ReadPlans read, Actor by, CancellationToken ct)
    {
        await change.RollBackAsync(number, by, ct);
        return TypedResults.Ok(await read.RunAsync(by, ct));
    }

    private static async Task<Ok<PlansView>> Off(ChangePlan change, ReadPlans read, Actor by, CancellationToken ct)
    {
        await change.SwitchOffAsync(by, ct);
        return TypedResults.Ok(await read.RunAsync(by, ct));
    }

    private static async Task<Ok<ComparisonView>> Compare(ComparePlans.Request request, ComparePlans compare, Actor by, CancellationToken ct) => TypedResults.Ok(await compare.RunAsync(request, by, ct));

    private static async Task<Ok<ConversationItemView>> Transfer(Id<Conversation> id, TransferConversation.Request request, TransferConversation transfer, ConversationItems items, Actor by, CancellationToken ct)
    {
        await transfer.RunAsync(id, request, by, ct);
        return TypedResults.Ok(await items.LoadAsync(id, ct));
    }
}
