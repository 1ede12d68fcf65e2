using System.Net;
using System.Security.Cryptography;
using System.Text;
using Braid.Platform.Data;
using Microsoft.Extensions.Options;

namespace Braid.Platform.Metrics;

/// <summary>`GET /metrics`. For this machine alone, or for whoever shows the token of `Braid__Metrics__Token`.</summary>
internal static class MetricsModule
{
    public static void AddBraidMetrics(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<Tally>();
        builder.Services.AddSingleton<BraidMetrics>();
        builder.Services.AddSingleton<IMeasured, ProcessGauges>();
    }

    /// <summary>From the start, not from the first question on.</summary>
    public static void CountFromNow(this WebApplication app) => _ = app.Services.GetRequiredService<Tally>();

    public static void MapMetrics(this WebApplication app) => app.MapGet("/metrics", WriteAsync).ExcludeFromDescription().AllowAnonymous();

    private static async Task<IResult> WriteAsync(HttpContext http, Tally tally, IEnumerable<IMeasured> measured, BraidDb db, IOptions<BraidOptions> options, CancellationToken ct)
    {
        if (!MayRead(http, options.Value.Metrics.Token))
        {
            // No token set: from outside it is as if there were nothing.
            return string.IsNullOrEmpty(options.Value.Metrics.Token) ? TypedResults.NotFound() : TypedResults.Unauthorized();
        }

        var (gauges, up) = (new List<Gauge>(), true);
        foreach (var source in measured)
        {
            try
            {
                gauges.AddRange(await source.MeasureAsync(db, ct));
            }
            catch (Exception e) when (Database.IsUnavailable(e))
            {
                up = false;
            }
        }

        gauges.Add(new("braid_database_up", "1 while the database answers.", up ? 1 : 0));
        return TypedResults.Text(PrometheusText.Write(tally.Read(), gauges), PrometheusText.ContentType);
    }

    private static bool MayRead(HttpContext http, string? token)
    {
        if (!string.IsNullOrEmpty(token))
        {
            var said = Encoding.UTF8.GetBytes(http.Request.Headers.Authorization.ToString());
            return CryptographicOperations.FixedTimeEquals(said, Encoding.UTF8.GetBytes("Bearer " + token));
        }

        // A proxy on this machine speaks for somebody else.
        var headers = http.Request.Headers;
        return http.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address)
            && !headers.ContainsKey("X-Forwarded-For") && !headers.ContainsKey("X-Original-For") && !headers.ContainsKey("Forwarded");
    }
}
