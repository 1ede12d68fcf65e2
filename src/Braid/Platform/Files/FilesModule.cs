namespace Braid.Platform.Files;

internal static class FilesModule
{
    public static void AddFiles(this WebApplicationBuilder builder)
    {
    }

    public static void MapFiles(this WebApplication app)
    {
    }
}
