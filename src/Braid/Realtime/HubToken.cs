using Braid.Accounts;

namespace Braid.Realtime;

/// <summary>Notes the event number at which a socket was asked for, before its handshake: nothing after it may be missed.</summary>
internal static class HubStart
{
    private static readonly object Key = new();

    public static void UseHubStart(this IApplicationBuilder app, EventFeed feed) => app.Use(async (context, next) =>
    {
        if (context.Request.Path.Equals(HubToken.Path, StringComparison.OrdinalIgnoreCase) && Actor.From(context.User) is { } actor)
        {
            context.Items[Key] = await feed.LastAsync(actor.Workspace, context.RequestAborted);
        }

        await next(context);
    });

    public static long Of(HttpContext? context) => context?.Items[Key] as long? ?? throw new InvalidOperationException("The socket did not come through the door.");
}

/// <summary>Browsers can't set headers on a socket, so the hub, and only the hub, also takes the API token from its query.</summary>
internal sealed class HubToken : IStartupFilter
{
    public const string Path = "/hub";

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use((context, then) =>
        {
            if (context.Request.Path.Equals(Path, StringComparison.OrdinalIgnoreCase)
                && context.Request.Query["access_token"].ToString() is { Length: > 0 } token && context.Request.Headers.Authorization.Count == 0)
            {
                context.Request.Headers.Authorization = "Bearer " + token;
            }

            return then(context);
        });
        next(app);
    };
}
