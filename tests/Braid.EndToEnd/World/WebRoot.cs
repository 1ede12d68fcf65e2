namespace Braid.EndToEnd;

/// <summary>The built web clients: the server's project copies them beside these tests.</summary>
internal static class WebRoot
{
    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "wwwroot");

    /// <summary>Why no browser test can run, or null.</summary>
    public static string? Missing { get; } =
        File.Exists(Path.Combine(Folder, "app", "index.html")) ? null : "The workspace's pages are not built: build without -p:BuildFrontend=false once.";
}
