using Braid.Accounts;
using Braid.Customers;
using Braid.Integrations.HubSpot;
using Braid.Integrations.Rest;
using Braid.Integrations.Salesforce;
using Braid.Integrations.Shopify;
using Braid.Integrations.Stripe;
using Braid.Integrations.Zendesk;
using Braid.Platform;
using Braid.Platform.Data;
using Braid.Platform.Http;
using Braid.Platform.Jobs;
using Braid.Privacy;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Braid.Integrations;

internal static class IntegrationsModule
{
    public static void AddIntegrations(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton<IConnector, HubSpotConnector>();
        services.AddSingleton<IConnector, SalesforceConnector>();
        services.AddSingleton<IConnector, ZendeskConnector>();
        services.AddSingleton<IConnector, ShopifyConnector>();
        services.AddSingleton<IConnector, StripeConnector>();
        services.AddSingleton<IConnector, RestConnector>();
        services.AddSingleton<Connectors>();
        services.AddSingleton<IntegrationSecrets>();
        services.AddSingleton<ConnectorPaces>();
        services.AddSingleton<PanelCache>();
        services.AddScoped<SyncScopes>();
        services.AddScoped<SyncQueue>();
        services.AddScoped<OurSide>();
        services.AddScoped<SyncRecord>();
        services.AddScoped<SyncHealth>();
        services.AddScoped<WriteNotes>();
        services.AddScoped<ManageIntegrations>();
        services.AddScoped<CustomerRecords>();
        services.AddScoped<IAlsoErase, EraseElsewhere>();
        services.AddScoped<ITellMoments, RecordMoments>();
        services.AddJobHandler<SyncRun>();
        services.AddSingleton<SyncClock>();
        services.AddWorker<SyncClock>();
    }

    public static void MapIntegrations(this WebApplication app)
    {
        app.MapPost("/hooks/{kind}/{id}/{key}", HookEndpoint.ReceiveAsync).AllowAnonymous().ExcludeFromDescription();
        var group = app.MapGroup("/api/v1/integrations").WithTags("Integrations");
        group.MapGet("/kinds", (ManageIntegrations manage, Actor by) => TypedResults.Ok(manage.Kinds(by)));
        group.MapGet("/", async (ManageIntegrations manage, Actor by, CancellationToken ct) => TypedResults.Ok(await manage.ListAsync(by, ct)));
        group.MapPost("/", Create).WithExample("""{"kind":"hubspot","name":"HubSpot","settings":{"accessToken":"pat-eu1-…","clientSecret":"…"}}""");
        group.MapGet("/{id}", async (Id<Integration> id, ManageIntegrations manage, Actor by, CancellationToken ct) => TypedResults.Ok(await manage.ReadAsync(id, by, ct)));
        group.MapPatch("/{id}", async (Id<Integration> id, ManageIntegrations.ChangeRequest request, ManageIntegrations manage, Actor by, CancellationToken ct) => TypedResults.Ok(await manage.ChangeAsync(id, request, by, ct))).WithExample("""{"rules":[{"ours":"name","theirs":"firstname lastname","direction":"both","conflict":"newest"},{"ours":"tier","theirs":"tier","direction":"pull","conflict":"theirs","words":{"GOLD":"vip"}}],"createThere":true,"notes":"summary"}""");
        group.MapDelete("/{id}", Remove);
        group.MapGet("/{id}/fields", async (Id<Integration> id, ManageIntegrations manage, Actor by, CancellationToken ct) => TypedResults.Ok(await manage.FieldsAsync(id, by, ct)));
        group.MapPost("/{id}/try", async (Id<Integration> id, ManageIntegrations manage, Actor by, CancellationToken ct) => TypedResults.Ok(await manage.TryAsync(id, by, ct)));
        group.MapPost("/{id}/start", async (Id<Integration> id, ManageIntegrations manage, Actor by, CancellationToken ct) => TypedResults.Ok(await manage.StartAsync(id, by, ct)));
        group.MapPost("/{id}/pause", async (Id<Integration> id, ManageIntegrations manage, Actor by, CancellationToken ct) => TypedResults.Ok(await manage.PauseAsync(id, by, ct)));
        group.MapGet("/{id}/problems", async (Id<Integration> id, int? limit, ManageIntegrations manage, Actor by, CancellationToken ct) => TypedResults.Ok(await manage.IssuesAsync(id, limit, by, ct)));
        group.MapPost("/{id}/problems/retry", Retry).WithExample("""{"kind":"pull","key":"12345","customerId":"01a21a05-3ca1-7b6e-9eee-93671f418208"}""");
        group.MapPost("/{id}/problems/drop", Drop).WithExample("""{"kind":"push","key":"01a21a05-3ca1-7b6e-9eee-93671f418208"}""");
        var customers = app.MapGroup("/api/v1/customers/{id}/records").WithTags("Customers");
        customers.MapGet("/", async (Id<Customer> id, CustomerRecords records, Actor by, CancellationToken ct) => TypedResults.Ok(await records.ListAsync(id, by, ct)));
        customers.MapGet("/{recordId}", async (Id<Customer> id, Id<RecordLink> recordId, CustomerRecords records, Actor by, CancellationToken ct) => TypedResults.Ok(await records.PanelAsync(id, recordId, by, ct)));
    }

    private static async Task<Created<IntegrationView>> Create(ManageIntegrations.CreateRequest request, ManageIntegrations manage, Actor by, CancellationToken ct)
    {
        var made = await manage.CreateAsync(request, by, ct);
        return TypedResults.Created($"/api/v1/integrations/{made.Id}", made);
    }

    private static async Task<NoContent> Remove(Id<Integration> id, ManageIntegrations manage, Actor by, CancellationToken ct)
    {
        await manage.RemoveAsync(id, by, ct);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> Retry(Id<Integration> id, ManageIntegrations.RetryRequest request, ManageIntegrations manage, Actor by, CancellationToken ct)
    {
        await manage.RetryAsync(id, request, by, ct);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> Drop(Id<Integration> id, ManageIntegrations.DropRequest request, ManageIntegrations manage, Actor by, CancellationToken ct)
    {
        await manage.DropAsync(id, request, by, ct);
        return TypedResults.NoContent();
    }
}
