using Microsoft.AspNetCore.StaticFiles;

namespace Braid.Platform.Http;

/// <summary>The built workspace (`wwwroot/app`) and widget (`wwwroot/widget`). Deep links below /app give the workspace's page.</summary>
internal static class WebFiles
{
    public static void UseWebFiles(this WebApplication app) => app.UseStaticFiles(new StaticFileOptions { OnPrepareResponse = SetCaching });

    public static void MapWebFiles(this WebApplication app)
    {
        app.MapGet("/", () => Results.Redirect("/app/")).ExcludeFromDescription();
        app.MapMethods("/app/{**path:nonfile}", ["GET", "HEAD"], SendPage).ExcludeFromDescription();
    }

    private static async Task SendPage(HttpContext context)
    {
        var page = context.RequestServices.GetRequiredService<IWebHostEnvironment>().WebRootFileProvider.GetFileInfo("app/index.html");
        if (!page.Exists)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            await context.Response.WriteAsync("The workspace's pages are not built. Build the web folder, or use the API under /api/v1.", context.RequestAborted);
            return;
        }

        context.Response.ContentType = "text/html; charset=utf-8";
        context.Response.Headers.CacheControl = "no-cache";
        await context.Response.SendFileAsync(page, context.RequestAborted);
    }

    /// <summary>Vite puts a hash of the content into the names below assets/, so those never change.</summary>
    private static void SetCaching(StaticFileResponseContext file) =>
        file.Context.Response.Headers.CacheControl = file.Context.Request.Path.Value?.Contains("/assets/", StringComparison.Ordinal) == true
            ? "public, max-age=31536000, immutable"
            : "no-cache";
}
