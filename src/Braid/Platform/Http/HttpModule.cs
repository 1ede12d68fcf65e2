namespace Braid.Platform.Http;

internal static class HttpModule
{
    public static void AddHttp(this WebApplicationBuilder builder)
    {
    }

    public static void MapHttp(this WebApplication app)
    {
    }
}
