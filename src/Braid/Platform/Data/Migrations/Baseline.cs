namespace Braid.Platform.Data.Migrations;

/// <summary>Written by tools/migrations.</summary>
internal static class Baseline
{
    public const string Id = "20261127213115_Baseline";
}
