namespace Braid.Channels.Email.Mime;

/// <summary>What one mail may cost us. Beyond a limit we stop descending and keep the rest as a file: nothing is lost, nothing explodes.</summary>
internal static class MimeLimits
{
    public const int Depth = 30;
    public const int Parts = 1000;
    public const int HeaderBytes = 1 << 20;
    public const int Addresses = 100_000;
    public const int Parameters = 1000;
    public const int FileNameLength = 200;
}
