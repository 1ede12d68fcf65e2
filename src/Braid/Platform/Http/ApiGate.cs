using Microsoft.AspNetCore.Authorization;

namespace Braid.Platform.Http;

/// <summary>
/// Everything under /api/v1 needs a signed-in caller unless the endpoint says AllowAnonymous. A call that a cookie signed in must
/// show that our own page made it: other sites can't set the header X-Requested-With, nor open a socket under our origin.
/// </summary>
internal sealed class ApiGate(RequestDelegate next, PublicAddress address, IHostEnvironment environment)
{
    public Task InvokeAsync(HttpContext context)
    {
        var open = context.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is not null;
        var api = context.Request.Path.StartsWithSegments("/api/v1");
        if (api && !open && context.GetEndpoint() is not null && context.User.Identity?.IsAuthenticated != true)
        {
            throw context.Features.Get<RefusalException>() ?? SignedOut();
        }

        if (context.User.ByCookie() && !open)
        {
            if (api && IsUnsafe(context.Request.Method) && context.Request.Headers["X-Requested-With"] != "Braid")
            {
                throw new RefusalException("csrf", "Calls signed in by a cookie need the header X-Requested-With: Braid.", StatusCodes.Status403Forbidden);
            }

            if (context.WebSockets.IsWebSocketRequest && !environment.IsDevelopment() && !IsOurs(context))
            {
                throw new RefusalException("csrf", "Sockets may be opened by our own pages only.", StatusCodes.Status403Forbidden);
            }
        }

        return next(context);
    }

    public static bool IsUnsafe(string method) => !(HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method));

    public static RefusalException SignedOut() => new("signed_out", "Sign in first.", StatusCodes.Status401Unauthorized);

    private bool IsOurs(HttpContext context) =>
        context.Request.Headers.Origin.ToString() is not { Length: > 0 } origin
        || (Uri.TryCreate(origin, UriKind.Absolute, out var from)
            && (from.Authority == context.Request.Host.Value || from.Authority == address.Of(context).Authority));
}
