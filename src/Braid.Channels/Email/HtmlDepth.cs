using System.Text;

namespace Braid.Channels.Email;

/// <summary>Html nested so deeply that no person wrote it is not given to the tree builder: its words are shown as plain text.</summary>
internal static class HtmlDepth
{
    private const int Hostile = 2000;

    // They have no end tag, or one that may be left out: open ones don't nest.
    private static readonly HashSet<string> Flat = new(
        "br hr img meta link input col wbr area param source track base embed p li td tr th option dd dt".Split(' '), StringComparer.OrdinalIgnoreCase);

    public static bool IsHostile(string html)
    {
        // Unknown elements nest just the same, so every name counts; those that close themselves do not.
        var open = 0;
        for (var at = html.IndexOf('<', StringComparison.Ordinal); at >= 0 && at + 1 < html.Length; at = html.IndexOf('<', at + 1))
        {
            if (html[at + 1] == '/') { open = Math.Max(0, open - 1); }
            else if (char.IsAsciiLetter(html[at + 1]) && !ClosesItself(html, at + 1)) { open++; }
            if (open > Hostile) { return true; }
        }

        return false;
    }

    /// <summary>The words without tags, for html that is not parsed.</summary>
    public static string Text(string html)
    {
        var text = new StringBuilder();
        var inside = false;
        foreach (var c in html)
        {
            if (c == '<') { inside = true; }
            else if (c == '>') { inside = false; }
            else if (!inside) { text.Append(c); }
        }

        return text.ToString().Trim();
    }

    private static bool ClosesItself(string html, int at)
    {
        var end = at;
        while (end < html.Length && end - at < 20 && char.IsAsciiLetterOrDigit(html[end])) { end++; }
        return Flat.Contains(html[at..end]);
    }
}
