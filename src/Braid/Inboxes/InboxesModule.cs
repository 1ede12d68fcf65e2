using Braid.Channels;
using Braid.Platform;

namespace Braid.Inboxes;

internal static class InboxesModule
{
    public static void AddInboxes(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        var packages = Path.Combine(builder.Configuration["Braid:DataPath"] ?? "data", "channels");
        foreach (var channel in ChannelCatalogue.All.Concat(ChannelPackages.Load(packages, [.. ChannelCatalogue.All.Select(c => c.Descriptor.Id)])))
        {
            services.AddSingleton(channel);
        }

        services.AddSingleton<ChannelRegistry>();
        services.AddSingleton<InboxSettings>();
        services.AddSingleton<InboxDirectory>();
        services.AddSingleton<IInboxDirectory>(s => s.GetRequiredService<InboxDirectory>());
        services.AddSingleton<KeptTokens>();
        services.AddSingleton<ProviderContexts>();
        services.AddSingleton<ProviderKeys>();
        services.AddSingleton<RefusedCounter>();
        services.AddBackground<RefusedCounter>();
        services.AddSingleton<InboxDirectoryRefresh>();
        services.AddBackground<InboxDirectoryRefresh>();
        services.AddSingleton<WatchSilence>();
        services.AddWorker<WatchSilence>();
        services.AddScoped<InboxAccess>();
        services.AddScoped<InboxPresenter>();
        services.AddScoped<SaveInbox>();
        services.AddScoped<CheckInbox>();
        services.AddScoped<ConnectByLogin>();
        services.AddScoped<InboxLog>();
        services.AddScoped<InboxHealth>();
        services.AddScoped<ListTemplates>();
    }

    public static void MapInboxes(this WebApplication app) => InboxesEndpoints.Map(app);
}
