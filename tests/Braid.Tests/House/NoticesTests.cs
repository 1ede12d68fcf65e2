using System.Text.Json;
using System.Text.RegularExpressions;

namespace Braid.Tests.House;

/// <summary>What Braid is built from is named with its licence in THIRD-PARTY-NOTICES.md.</summary>
public partial class NoticesTests
{
    [Fact]
    public void Every_package_the_product_references_is_named()
    {
        var notices = Repository.Read("THIRD-PARTY-NOTICES.md");
        var nuget = Repository.Files("src", ".csproj").SelectMany(p => Packages().Matches(Repository.Read(p)).Select(m => m.Groups[1].Value));
        var npm = new[] { "web/workspace/package.json", "web/widget/package.json", "web/shared/package.json" }.SelectMany(Dependencies).Where(n => !n.StartsWith("@braid/", StringComparison.Ordinal));
        nuget.Concat(npm).Distinct().Where(name => !notices.Contains($"| {name} |", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    private static IEnumerable<string> Dependencies(string package)
    {
        using var json = JsonDocument.Parse(Repository.Read(package));
        return json.RootElement.TryGetProperty("dependencies", out var found) ? [.. found.EnumerateObject().Select(p => p.Name)] : [];
    }

    [GeneratedRegex("<PackageReference Include=\"([^\"]+)\"")]
    private static partial Regex Packages();
}
