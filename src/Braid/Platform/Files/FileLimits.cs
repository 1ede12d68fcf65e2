namespace Braid.Platform.Files;

/// <summary>`Braid:Files`.</summary>
internal sealed class FileLimits
{
    public const string Section = BraidOptions.Section + ":Files";

    /// <summary>Largest upload of an agent, in bytes.</summary>
    public long UploadBytes { get; set; } = 25 * 1024 * 1024;

    /// <summary>Largest file fetched from a provider, in bytes.</summary>
    public long MediaBytes { get; set; } = 100 * 1024 * 1024;
}
