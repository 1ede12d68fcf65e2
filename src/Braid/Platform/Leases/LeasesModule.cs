namespace Braid.Platform.Leases;

internal static class LeasesModule
{
    public static void AddLeases(this WebApplicationBuilder builder)
    {
    }

    public static void MapLeases(this WebApplication app)
    {
    }
}
