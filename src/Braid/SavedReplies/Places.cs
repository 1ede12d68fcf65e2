using System.Text.RegularExpressions;

namespace Braid.SavedReplies;

/// <summary>Puts values in the places of a text. What is not known stays as it stands, and is told. Pure.</summary>
internal static partial class Places
{
    public const string Custom = "custom.";
    public static readonly IReadOnlySet<string> Known = new HashSet<string>(StringComparer.Ordinal) { "name", "firstName", "company", "tier", "agent", "ticket" };

    /// <returns>The text, and the places for which there is no value, each once.</returns>
    public static (string Text, IReadOnlyList<string> Missing) Fill(string text, Func<string, string?> value)
    {
        var missing = new List<string>();
        var filled = Place().Replace(text, match =>
        {
            var name = match.Groups[1].Value;
            if (!Known.Contains(name) && !name.StartsWith(Custom, StringComparison.Ordinal)) { return match.Value; }
            if (value(name) is { Length: > 0 } found) { return found; }
            if (!missing.Contains(name)) { missing.Add(name); }
            return match.Value;
        });
        return (filled, missing);
    }

    [GeneratedRegex(@"\{([a-zA-Z][a-zA-Z0-9_.]{0,60})\}")]
    private static partial Regex Place();
}
