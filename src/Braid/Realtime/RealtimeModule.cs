namespace Braid.Realtime;

internal static class RealtimeModule
{
    public static void AddRealtime(this WebApplicationBuilder builder)
    {
    }

    public static void MapRealtime(this WebApplication app)
    {
    }
}
