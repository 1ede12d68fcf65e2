using System.Net;
using System.Text;
using Braid.Simulator.Webhooks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Braid.Simulator.Http;

/// <summary>A provider's web server on a loopback port: answers calls, and goes wrong when the world's faults say so.</summary>
internal sealed class ProviderHost : IAsyncDisposable
{
    private readonly WebApplication app;

    private ProviderHost(WebApplication app, Uri address) => (this.app, Address) = (app, address);

    public Uri Address { get; }

    public static async Task<ProviderHost> StartAsync(int port, RequestDelegate handle, CancellationToken ct)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, port);
            kestrel.Limits.MaxRequestBodySize = 120 * 1024 * 1024;
            kestrel.AddServerHeader = false;
        });
        builder.Services.Configure<Microsoft.Extensions.Hosting.HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(1));
        var app = builder.Build();
        app.UseWebSockets();
        app.Run(handle);
        await app.StartAsync(ct);
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return new ProviderHost(app, new Uri(address));
    }

    /// <summary>Runs one API call under the world's faults. <paramref name="refuse"/> words a fault as this provider would.</summary>
    public static async Task ServeAsync(
        HttpContext context, World world, SimulatedProvider provider, string method, Func<Fault, Answer?> refuse, Func<Task<Answer>> act)
    {
        var gone = context.RequestAborted;
        var fault = world.Faults.IsOut(provider) ? new Fault.ResetBefore() : world.Faults.Strike(provider, method);
        switch (fault)
        {
            case Fault.ResetBefore:
                context.Abort();
                return;
            case Fault.TimeoutBefore:
                await SilenceAsync(gone);
                return;
            case Fault.Slow { By: var by }:
                await Task.Delay(by, world.Time, gone);
                break;
            case not null when refuse(fault) is { } refusal:
                await WriteAsync(context, refusal);
                return;
        }

        Answer answer;
        try
        {
            answer = await act();
        }
        catch (RefusalException refusal)
        {
            answer = refusal.Answer;
        }

        switch (fault)
        {
            case Fault.ResetAfter:
                context.Abort();
                return;
            case Fault.TimeoutAfter:
                await SilenceAsync(gone);
                return;
        }

        await WriteAsync(context, answer);
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }

    // The caller's patience ends this, not ours.
    private static Task SilenceAsync(CancellationToken gone) =>
        Task.Delay(Timeout.Infinite, gone).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);

    private static async Task WriteAsync(HttpContext context, Answer answer)
    {
        context.Response.StatusCode = answer.Status;
        context.Response.ContentType = answer.ContentType;
        if (answer.RetryAfter is { } seconds)
        {
            context.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        var body = answer.Content ?? (answer.Json is null ? [] : WireJson.Bytes(answer.Json));
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }

    internal static Answer Raw(Fault.Refusal refusal) => new(refusal.Status, null) { Content = Encoding.UTF8.GetBytes(refusal.Body) };
}
