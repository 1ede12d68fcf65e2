using Braid.Delivery;
using Braid.Inboxes;
using Braid.Platform;
using Braid.Platform.Data;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Braid.Realtime.LiveChat;

/// <summary>What the widget talks to. The wire is described with the adapter, in the channel's README.</summary>
internal static class LiveChatModule
{
    /// <summary>8000 UTF-16 units, each of which JSON may write as six bytes, and what lies around them.</summary>
    private const int LargestFrame = 64 * 1024;

    public static void AddLiveChat(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSignalR().AddHubOptions<VisitorHub>(o => o.MaximumReceiveMessageSize = LargestFrame);
        services.AddSingleton<VisitorTokens>();
        services.AddSingleton<FileLinks>();
        services.AddSingleton<WidgetDoor>();
        services.AddSingleton<Pace>();
        services.AddSingleton<SharedPace>();
        services.AddBackground<SharedPace>();
        services.AddSingleton<AgentsThere>();
        services.AddSingleton<VisitorConnections>();
        services.AddSingleton<VisitorFeed>();
        services.AddBackground<VisitorFeed>();
        services.AddSingleton<ForgetUploads>();
        services.AddWorker<ForgetUploads>();
        services.AddScoped<OpenSession>();
        services.AddScoped<KeepVisits>();
        services.AddScoped<Customers.ITellMoments, VisitMoments>();
        services.AddScoped<VisitorThread>();
        services.AddScoped<SaidViews>();
        services.AddScoped<VisitorNews>();
        services.AddScoped<VisitorSays>();
        services.AddScoped<VisitorFiles>();
        services.AddScoped<IHeldFiles>(s => s.GetRequiredService<VisitorFiles>());
    }

    public static void MapLiveChat(this WebApplication app)
    {
        VisitorStart.Use(app);
        app.MapHub<VisitorHub>(VisitorStart.Path, o => o.Transports = HttpTransportType.WebSockets);
        var widget = app.MapGroup("/widget").AllowAnonymous().ExcludeFromDescription();
        widget.MapGet("/frame.html", (Delegate)WidgetFrame.SendAsync);
        widget.MapPost("/{inboxId:guid}/session", Session);
        widget.MapGet("/{inboxId:guid}/messages", Messages);
        widget.MapPost("/{inboxId:guid}/files", WidgetFiles.Upload);
        WidgetPoll.Map(widget);
        widget.MapGet("/files/{id:guid}", WidgetFiles.Download);
    }

    private static async Task<Ok<SessionView>> Session(Id<Inbox> inboxId, OpenSession.Request request, HttpContext context, Pace pace, OpenSession open, CancellationToken ct)
    {
        pace.Require("sessions", context);
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(await open.RunAsync(inboxId, request, ct));
    }

    private static async Task<Ok<SaidPage>> Messages(
        Id<Inbox> inboxId, string? before, string? after, HttpContext context, WidgetDoor door, VisitorThread thread, CancellationToken ct)
    {
        var guest = await door.RequireGuestAsync(inboxId, context.Request, ct);
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(await thread.PageAsync(guest.Chat.Inbox, guest.Visitor, before, after, ct));
    }
}
