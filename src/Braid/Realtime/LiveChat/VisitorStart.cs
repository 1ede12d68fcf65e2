using Braid.Platform.Http;

namespace Braid.Realtime.LiveChat;

/// <summary>
/// Who may open the visitors' socket, decided before its handshake: our own frame, with a good token. Also notes the event number at which
/// it was asked for: nothing after it may be missed.
/// </summary>
internal sealed record VisitorStart(Guest Guest, long After, string Address)
{
    public const string Path = "/widget/hub";
    private static readonly object Key = new();

    public static VisitorStart? Of(HttpContext? context) => context?.Items[Key] as VisitorStart;

    public static void Use(IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        if (context.Request.Path.Equals(Path, StringComparison.OrdinalIgnoreCase))
        {
            var services = context.RequestServices;
            var ct = context.RequestAborted;
            if (!IsOurs(context, services.GetRequiredService<PublicAddress>(), services.GetRequiredService<IHostEnvironment>()))
            {
                throw new RefusalException("origin_not_allowed", "Sockets may be opened by the chat's own frame only.", StatusCodes.Status403Forbidden);
            }

            services.GetRequiredService<Pace>().Require("sockets", context);
            var guest = await services.GetRequiredService<WidgetDoor>().LetInAsync(context.Request.Query["token"], ct) ?? throw WidgetDoor.Unknown();
            var last = await services.GetRequiredService<VisitorFeed>().LastAsync(guest.Chat.Inbox.Workspace, ct);
            context.Items[Key] = new VisitorStart(guest, last, context.Connection.RemoteIpAddress?.ToString() ?? "");
        }

        await next(context);
    });

    private static bool IsOurs(HttpContext context, PublicAddress address, IHostEnvironment environment) =>
        environment.IsDevelopment()
        || context.Request.Headers.Origin.ToString() is not { Length: > 0 } origin
        || (Uri.TryCreate(origin, UriKind.Absolute, out var from) && (from.Authority == context.Request.Host.Value || from.Authority == address.Of(context).Authority));
}
