using System.Text;

namespace Braid.Channels.Email;

/// <summary>
/// Html with more tags than any person's mail has is not given to the tree builder, which would be busy for seconds: its words are shown
/// as plain text. (Depth needs no guard, the parser stops nesting at 512.)
/// </summary>
internal static class HtmlGuard
{
    private const int MostTags = 20_000;

    public static bool IsHostile(string html)
    {
        var tags = 0;
        for (var at = html.IndexOf('<', StringComparison.Ordinal); at >= 0; at = html.IndexOf('<', at + 1))
        {
            if (++tags > MostTags) { return true; }
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
}
