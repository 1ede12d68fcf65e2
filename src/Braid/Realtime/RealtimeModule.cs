using Braid.Platform;
using Braid.Accounts;
using Braid.Platform.Http;
using Braid.Platform.Metrics;
using Braid.Realtime.LiveChat;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Braid.Realtime;

internal static class RealtimeModule
{
    public static void AddRealtime(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSignalR(o => o.MaximumReceiveMessageSize = 8 * 1024).AddJsonProtocol(o => JsonSetup.Apply(o.PayloadSerializerOptions));
        services.AddTransient<IStartupFilter, HubToken>();
        services.AddSingleton<AgentConnections>();
        services.AddSingleton<IMeasured, SocketGauges>();
        services.AddSingleton<Presence>();
        services.AddSingleton<EventFeed>();
        services.AddBackground<EventFeed>();
        services.AddSingleton<PresenceScreen>();
        services.AddBackground<PresenceScreen>();
        services.AddSingleton<SignOutWatch>();
        services.AddSingleton<SeenWatch>();
        services.AddBackground<SignOutWatch>();
        services.AddBackground<SeenWatch>();
        services.AddScoped<ListEvents>();
        builder.AddLiveChat();
    }

    public static void MapRealtime(this WebApplication app)
    {
        app.UseHubStart(app.Services.GetRequiredService<EventFeed>());
        // Sockets only: any node can serve any client, without a backplane and without sticky sessions.
        app.MapHub<AgentHub>(HubToken.Path, o => o.Transports = HttpTransportType.WebSockets);
        app.MapGet("/api/v1/events", List).WithTags("Events");
        app.MapLiveChat();
    }

    private static async Task<Ok<ListEvents.View>> List(long? after, int? limit, ListEvents list, Actor by, CancellationToken ct) =>
        TypedResults.Ok(await list.RunAsync(after, limit, by, ct));
}
