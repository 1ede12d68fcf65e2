namespace Braid.Platform.Jobs;

internal static class JobsModule
{
    public static void AddJobs(this WebApplicationBuilder builder)
    {
    }

    public static void MapJobs(this WebApplication app)
    {
    }
}
