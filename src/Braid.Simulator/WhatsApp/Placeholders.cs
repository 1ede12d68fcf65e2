using System.Text.RegularExpressions;

namespace Braid.Simulator.WhatsApp;

internal static partial class Placeholders
{
    public static IReadOnlyList<string> In(string text) => [.. Pattern().Matches(text).Select(m => m.Groups[1].Value).Distinct()];

    public static string Fill(string text, IReadOnlyList<string> values)
    {
        var names = In(text).ToList();
        return Pattern().Replace(text, m => values[names.IndexOf(m.Groups[1].Value)]);
    }

    [GeneratedRegex("""\{\{(\w+)\}\}""")]
    private static partial Regex Pattern();
}
