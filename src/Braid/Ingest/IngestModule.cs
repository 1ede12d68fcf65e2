namespace Braid.Ingest;

internal static class IngestModule
{
    public static void AddIngest(this WebApplicationBuilder builder)
    {
    }

    public static void MapIngest(this WebApplication app)
    {
    }
}
