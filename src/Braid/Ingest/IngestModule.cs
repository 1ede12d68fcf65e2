using Braid.Inboxes;
using Braid.Platform;
using Braid.Platform.Data;
using Braid.Platform.Metrics;

namespace Braid.Ingest;

internal static class IngestModule
{
    public static void AddIngest(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton<SpineStore>(s => s.GetRequiredService<Database>().Engine == Engine.Postgres
            ? ActivatorUtilities.CreateInstance<PostgresSpine>(s)
            : ActivatorUtilities.CreateInstance<SqliteSpine>(s));
        services.AddSingleton<IMeasured, LedgerGauges>();
        services.AddSingleton<DeliveryBodies>();
        services.AddScoped<Platform.Files.INameBytes, LedgerBodies>();
        services.AddScoped<ListDeliveries>();
        services.AddScoped<Braid.Delivery.IDeliveryBodies, LedgerBodies>();
        services.AddSingleton<NewsDesk>();
        services.AddSingleton<Apply>();
        services.AddSingleton<InboundPulse>();
        services.AddSingleton<Lanes>();
        services.AddSingleton<ListenerRun>();
        services.AddSingleton<ListenerHost>();
        services.AddWorker<ListenerHost>();
        services.AddSingleton<IListening>(s => s.GetRequiredService<ListenerHost>());
        services.AddSingleton<BodyHash>();
        services.AddSingleton<ForgetBodies>();
        services.AddWorker<ForgetBodies>();
        services.AddSingleton<Sweeper>();
        services.AddSingleton<IIntake>(s => s.GetRequiredService<Lanes>());
        services.AddBackground<InboundPulse>();
        services.AddBackground<Sweeper>();
        services.AddHostedService(s => s.GetRequiredService<Lanes>());
    }

    public static void UseWebhooks(this IApplicationBuilder app) => WebhookEndpoint.Use(app);

    public static void MapIngest(this WebApplication app) => DeliveryEndpoints.Map(app);
}
