namespace Braid.Platform.Http;

/// <summary>Answers tell browsers what they may do with them. An endpoint that knows better sets its own value first.</summary>
internal static class SecurityHeaders
{
    // The browser phone speaks with Twilio's servers. Mantine writes its variables into style elements, hence 'unsafe-inline' for styles (never for scripts).
    private const string App =
        "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; media-src 'self' blob: https://sdk.twilio.com; " +
        "connect-src 'self' https://*.twilio.com wss://*.twilio.com; frame-src 'self' blob: data:; worker-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

    // The widget is framed by the customers' sites; that is its purpose.
    private const string Widget =
        "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob: https:; connect-src 'self'; object-src 'none'; base-uri 'none'";

    private const string Data = "default-src 'none'; frame-ancestors 'none'";

    public static void UseSecurityHeaders(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        context.Response.OnStarting(static state =>
        {
            Set((HttpContext)state);
            return Task.CompletedTask;
        }, context);
        return next(context);
    });

    private static void Set(HttpContext context)
    {
        var headers = context.Response.Headers;
        var path = context.Request.Path;
        var widget = path.StartsWithSegments("/widget");
        headers.TryAdd("X-Content-Type-Options", "nosniff");
        headers.TryAdd("Referrer-Policy", widget ? "strict-origin-when-cross-origin" : "same-origin");
        headers.TryAdd("Content-Security-Policy", widget ? Widget : path.StartsWithSegments("/app") ? App : Data);
        if (!widget)
        {
            headers.TryAdd("X-Frame-Options", "DENY");
            headers.TryAdd("Cross-Origin-Opener-Policy", "same-origin");
        }

        if (path.StartsWithSegments("/api"))
        {
            headers.TryAdd("Cache-Control", "no-store");
        }
    }
}
