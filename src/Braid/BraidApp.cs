using Braid.Accounts;
using Braid.Calls;
using Braid.Commands;
using Braid.Conversations;
using Braid.Customers;
using Braid.Delivery;
using Braid.Imports;
using Braid.Inboxes;
using Braid.Ingest;
using Braid.Integrations;
using Braid.Platform;
using Braid.Platform.Files;
using Braid.Platform.Http;
using Braid.Platform.Jobs;
using Braid.Platform.Leases;
using Braid.Platform.Metrics;
using Braid.Privacy;
using Braid.Realtime;
using Braid.Routing;
using Braid.SavedReplies;
using Braid.Surveys;
using Braid.Tickets;

namespace Braid;

/// <summary>The server, composed in the order in which a message meets its modules.</summary>
internal static class BraidApp
{
    private const string DefaultUrl = "http://localhost:5080";

    public static WebApplication Create(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        if (builder.Configuration["urls"] is null && builder.Configuration["http_ports"] is null)
        {
            builder.WebHost.UseUrls(DefaultUrl);
        }

        builder.AddPlatform();
        builder.AddBraidMetrics();
        builder.AddHttp();
        builder.AddJobs();
        builder.AddLeases();
        builder.AddFiles();
        builder.AddAccounts();
        builder.AddInboxes();
        builder.AddCustomers();
        builder.AddConversations();
        builder.AddTickets();
        builder.AddDelivery();
        builder.AddRouting();
        builder.AddSurveys();
        builder.AddSavedReplies();
        builder.AddCalls();
        builder.AddPrivacy();
        builder.AddImports();
        builder.AddIntegrations();
        builder.AddIngest();
        builder.AddRealtime();
        configure?.Invoke(builder);
        if (!BraidOptions.Of(builder.Configuration).IsWeb)
        {
            // It works behind the scenes: nobody is to be served here but whoever watches over it.
            var worker = builder.Build();
            worker.CountFromNow();
            worker.MapHealth();
            worker.MapMetrics();
            return worker;
        }

        var door = new FrontDoor { AtOnce = StartUp.OnlyDescribes };
        builder.Services.AddSingleton<IStartupFilter>(door);
        var app = builder.Build();
        app.CountFromNow();
        door.MapRest = () => Map(app);
        return app;
    }

    private static void Map(WebApplication app)
    {
        app.MapHttp();
        app.MapMetrics();
        app.MapFiles();
        app.MapAccounts();
        app.MapInboxes();
        app.MapCustomers();
        app.MapConversations();
        app.MapTickets();
        app.MapDelivery();
        app.MapRouting();
        app.MapSurveys();
        app.MapSavedReplies();
        app.MapCalls();
        app.MapPrivacy();
        app.MapImports();
        app.MapIntegrations();
        app.MapIngest();
        app.MapRealtime();
    }
}
