namespace Braid.Platform.Files;

internal static class FilesModule
{
    public static void AddFiles(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<FileLimits>().Bind(builder.Configuration.GetSection(FileLimits.Section));
        builder.Services.AddSingleton<IFileStore, LocalFileStore>();
        builder.Services.AddScoped<UnnamedBytes>();
        builder.Services.AddSingleton<Thumbnails>();
        builder.Services.AddSingleton<SharedFiles>();
    }

    public static void MapFiles(this WebApplication app)
    {
        FileEndpoints.Map(app);
        SharedFiles.Map(app);
    }
}
