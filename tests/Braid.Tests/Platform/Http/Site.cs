using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Braid.Tests.Platform.Http;

/// <summary>A site of somebody else, which redirects and sends without end.</summary>
internal sealed class Site : IAsyncDisposable
{
    private readonly WebApplication app;

    private Site(WebApplication app) => this.app = app;

    public static async Task<Site> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var site = new Site(builder.Build());
        site.app.Map("/same", () => Results.Redirect("/end"));
        site.app.Map("/away", () => Results.Redirect(site.Url("127.0.0.1", "/end")));
        site.app.Map("/loop", () => Results.Redirect("/loop"));
        site.app.Map("/file", () => Results.Redirect("file:///etc/passwd"));
        site.app.Map("/end", (HttpContext c) => "token=" + c.Request.Headers["X-Token"]);
        site.app.Map("/endless", async (HttpContext c) =>
        {
            while (!c.RequestAborted.IsCancellationRequested)
            {
                await c.Response.Body.WriteAsync(new byte[16 * 1024], c.RequestAborted);
            }
        });
        await site.app.StartAsync();
        return site;
    }

    public string Url(string host, string path) => $"http://{host}:{new Uri(app.Urls.First()).Port}{path}";

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }
}
