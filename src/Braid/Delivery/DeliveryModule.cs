using Braid.Platform;
using Braid.Platform.Jobs;
using Braid.Platform.Metrics;

namespace Braid.Delivery;

internal static class DeliveryModule
{
    public static void AddDelivery(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton<OutboundBells>();
        services.AddSingleton<IMeasured, OutboxGauges>();
        services.AddSingleton<OutboundHost>();
        services.AddWorker<OutboundHost>();
        services.AddScoped<SendMessage>();
        services.AddScoped<SendTarget>();
        services.AddScoped<PrivateReply>();
        services.AddScoped<ActOnMessage>();
        services.AddSingleton<ProviderSignals>();
        services.AddScoped<MailReply>();
        services.AddScoped<CancelMessage>();
        services.AddScoped<RetryMessage>();
        services.AddScoped<ConfirmMessage>();
        services.AddScoped<Requeue>();
        services.AddScoped<SendStore>();
        services.AddScoped<OutboundMessages>();
        services.AddScoped<SettleSend>();
        services.AddScoped<OwnEcho>();
        services.AddScoped<SentThread>();
        services.AddScoped<ReceiptsAhead>();
        services.AddJobHandler<FetchMediaJob>();
        services.AddOptions<TranscriberOptions>().Bind(builder.Configuration.GetSection(TranscriberOptions.Section));
        services.AddSingleton<Transcriber>();
        services.AddJobHandler<TranscribeJob>();
    }

    public static void MapDelivery(this WebApplication app) => OutboxEndpoints.Map(app);
}
