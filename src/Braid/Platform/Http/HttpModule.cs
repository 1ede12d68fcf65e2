using System.Net;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;

namespace Braid.Platform.Http;

internal static class HttpModule
{
    public static void AddHttp(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.ConfigureHttpJsonOptions(o => JsonSetup.Apply(o.SerializerOptions));
        // Else a value that can't be bound would be an empty 400.
        services.Configure<RouteHandlerOptions>(o => o.ThrowOnBadRequest = true);
        services.AddHttpContextAccessor();
        services.AddSingleton<PublicAddress>();
        services.AddSingleton<ProviderHttp>();
        services.AddSingleton<ForgetOldAnswers>();
        services.AddBackground<ForgetOldAnswers>();
        services.AddOptions<ForwardedHeadersOptions>().Configure<IOptions<BraidOptions>>(TrustProxies);
        services.AddApiDescription();
    }

    /// <summary>What every request meets, webhooks too.</summary>
    public static void UseHttpEdge(this IApplicationBuilder app)
    {
        app.UseForwardedHeaders();
        app.UseSecurityHeaders();
        app.UseMiddleware<ProblemMiddleware>();
    }

    /// <summary>What is for people and their programs.</summary>
    public static void MapHttp(this WebApplication app)
    {
        app.UseRouting();
        app.UseWebFiles();
        app.UseWebSockets();
        app.UseAuthentication();
        app.UseMiddleware<ApiGate>();
        app.UseAuthorization();
        app.UseMiddleware<Idempotency>();
        app.MapOpenApi("/openapi/{documentName}.json");
        app.MapHealth();
        app.MapWebFiles();
    }

    /// <summary>A proxy on this machine is believed, and those the admin names; others could make up their callers' addresses.</summary>
    private static void TrustProxies(ForwardedHeadersOptions forwarded, IOptions<BraidOptions> options)
    {
        forwarded.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost;
        foreach (var proxy in options.Value.Security.TrustedProxies)
        {
            forwarded.KnownIPNetworks.Add(proxy.Contains('/', StringComparison.Ordinal) ? System.Net.IPNetwork.Parse(proxy) : new System.Net.IPNetwork(IPAddress.Parse(proxy), proxy.Contains(':', StringComparison.Ordinal) ? 128 : 32));
        }
    }
}
