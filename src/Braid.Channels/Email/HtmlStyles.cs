using System.Collections.Frozen;
using System.Text;

namespace Braid.Channels.Email;

/// <summary>Inline styles by allow-list: colours, fonts, spacing and borders, nothing that loads, covers or moves.</summary>
internal static class HtmlStyles
{
    private static readonly FrozenSet<string> Exact = new[]
    {
        "color", "background-color", "text-align", "text-decoration", "line-height", "letter-spacing", "white-space", "vertical-align", "width", "height", "max-width", "list-style-type",
    }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly string[] Families = ["font", "margin", "padding", "border"];

    public static string Clean(string style)
    {
        if (style.Length > 10_000) { return ""; }
        var result = new StringBuilder();
        foreach (var declaration in Declarations(WithoutComments(style)))
        {
            var colon = declaration.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0) { continue; }
            var name = declaration[..colon].Trim().ToLowerInvariant();
            var value = declaration[(colon + 1)..].Trim();
            // White text on a dark bar is mostly written so; the longhand can't hold anything but a colour.
            if (name == "background" && IsColor(value)) { name = "background-color"; }
            if (IsAllowed(name, value)) { result.Append(result.Length > 0 ? ";" : "").Append(name).Append(':').Append(value); }
        }

        return result.ToString();
    }

    /// <summary>The sender's class names behind a prefix, so that they never meet ours.</summary>
    public static string Classes(string names) =>
        string.Join(' ', names.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Take(20)
            .Where(n => n.Length <= 60 && n.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')).Select(n => "mail-" + n));

    private static bool IsAllowed(string name, string value)
    {
        if (value.Length is 0 or > 200 || value.AsSpan().IndexOfAny(Dangerous) >= 0) { return false; }
        if (value.Contains("url", StringComparison.OrdinalIgnoreCase) || value.Contains("expression", StringComparison.OrdinalIgnoreCase)
            || value.Contains("script", StringComparison.OrdinalIgnoreCase) || value.Contains("var(", StringComparison.OrdinalIgnoreCase)
            || value.Contains("image", StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        if (name == "display") { return value.Equals("block", StringComparison.OrdinalIgnoreCase) || value.Equals("inline", StringComparison.OrdinalIgnoreCase) || value.Equals("none", StringComparison.OrdinalIgnoreCase); }
        return Exact.Contains(name) || Families.Any(f => name == f || name.StartsWith(f + "-", StringComparison.Ordinal) && name != "border-image");
    }

    private static bool IsColor(string value) =>
        value.Length <= 40 && (value.All(char.IsAsciiLetter)
            || (value[0] == '#' && value.Skip(1).All(char.IsAsciiHexDigit))
            || (value.StartsWith("rgb", StringComparison.OrdinalIgnoreCase) && value.All(c => char.IsAsciiLetterOrDigit(c) || c is '(' or ')' or ',' or '.' or '%' or ' ' or '/')));

    // A backslash could spell any of the forbidden words.
    private static readonly System.Buffers.SearchValues<char> Dangerous = System.Buffers.SearchValues.Create("\\<>@{}\0");

    private static IEnumerable<string> Declarations(string style)
    {
        var text = new StringBuilder();
        var quote = '\0';
        var depth = 0;
        foreach (var c in style)
        {
            if (quote != '\0') { quote = c == quote ? '\0' : quote; }
            else if (c is '"' or '\'') { quote = c; }
            else if (c == '(') { depth++; }
            else if (c == ')') { depth = Math.Max(0, depth - 1); }
            else if (c == ';' && depth == 0)
            {
                yield return text.ToString();
                text.Clear();
                continue;
            }

            text.Append(c);
        }

        if (quote == '\0' && depth == 0) { yield return text.ToString(); }
    }

    private static string WithoutComments(string style)
    {
        var result = new StringBuilder(style.Length);
        for (var i = 0; i < style.Length; i++)
        {
            if (style[i] == '/' && i + 1 < style.Length && style[i + 1] == '*')
            {
                var end = style.IndexOf("*/", i + 2, StringComparison.Ordinal);
                if (end < 0) { break; }
                i = end + 1;
                continue;
            }

            result.Append(style[i]);
        }

        return result.ToString();
    }
}
