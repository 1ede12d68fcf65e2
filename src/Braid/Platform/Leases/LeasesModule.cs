using Braid.Platform.Data;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Braid.Platform.Leases;

internal static class LeasesModule
{
    public static void AddLeases(this WebApplicationBuilder builder)
    {
        builder.Services.TryAddSingleton<DatabaseClock>();
        builder.Services.AddSingleton<LeaseStore>();
        builder.Services.AddSingleton<LeaseKeeper>();
    }

    public static void MapLeases(this WebApplication app)
    {
    }
}
