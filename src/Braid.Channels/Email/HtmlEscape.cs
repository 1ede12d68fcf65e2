namespace Braid.Channels.Email;

/// <summary>Text into html, letters of all scripts left readable.</summary>
internal static class HtmlEscape
{
    public static string Text(string text) => text
        .Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal)
        .Replace("\"", "&quot;", StringComparison.Ordinal).Replace("'", "&#39;", StringComparison.Ordinal).Replace("\0", "", StringComparison.Ordinal);
}
