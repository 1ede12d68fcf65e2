using System.Text.Json.Nodes;

namespace Braid.Simulator.Tests;

internal static class Fixture
{
    public static JsonObject Read(string name) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Fixtures", name)))!.AsObject();

    /// <summary>Every path of a document with the kind of its value: what a reader of the format relies on. Of an array, all items together.</summary>
    public static SortedSet<string> Shape(JsonNode? node)
    {
        var paths = new SortedSet<string>(StringComparer.Ordinal);
        Walk(node, "", paths);
        return paths;
    }

    private static void Walk(JsonNode? node, string path, SortedSet<string> paths)
    {
        switch (node)
        {
            case JsonObject json:
                foreach (var (name, value) in json)
                {
                    Walk(value, $"{path}.{name}", paths);
                }

                break;
            case JsonArray array:
                foreach (var item in array)
                {
                    Walk(item, path + "[]", paths);
                }

                break;
            default:
                paths.Add($"{path}: {node?.GetValueKind().ToString().Replace("True", "Bool", StringComparison.Ordinal).Replace("False", "Bool", StringComparison.Ordinal)}");
                break;
        }
    }
}
