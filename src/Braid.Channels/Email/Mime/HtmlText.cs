using System.Text;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;

namespace Braid.Channels.Email.Mime;

/// <summary>The words of an html mail, for mails without a text part. Quoted history is cut at the marks mail programs leave.</summary>
internal static class HtmlText
{
    private const int MostHtml = 1 << 20;

    private const string QuoteMarks =
        "div.gmail_quote, blockquote[type=cite], #divRplyFwdMsg, #appendonsend, div.yahoo_quoted, div.moz-cite-prefix, "
        + "#OLK_SRC_BODY_SECTION, div[style*='border-top:solid #E1E1E1'], div[style*='border-top:solid #B5C4DF'], div.protonmail_quote, blockquote.tutanota_quote";

    // Containers whose followers are still the author's own words; the other marks begin history that runs to the end.
    private const string Containers = "div.gmail_quote, blockquote[type=cite], div.yahoo_quoted, div.protonmail_quote, blockquote.tutanota_quote";

    public static string Of(string html) => Read(html).Full;

    /// <summary>The whole text, and the text without quoted history.</summary>
    public static (string Full, string Visible) Read(string html)
    {
        var cut = html.Length > MostHtml ? html[..MostHtml] : html;
        if (HtmlGuard.IsHostile(cut)) { return (HtmlGuard.Text(cut), HtmlGuard.Text(cut)); }
        if (new HtmlParser().ParseDocument(cut).Body is not { } body) { return ("", ""); }
        var full = Render(body);
        Cut(body);
        return (full, Render(body));
    }

    private static string Render(IElement body)
    {
        var text = new StringBuilder();
        Write(body, text);
        return Tidy(text.ToString());
    }

    private static void Cut(IElement body)
    {
        foreach (var mark in body.QuerySelectorAll(QuoteMarks).ToArray())
        {
            if (!mark.Matches(Containers)) { RemoveFollowing(mark, body); }
            mark.Remove();
        }
    }

    private static void RemoveFollowing(IElement mark, IElement body)
    {
        for (INode? at = mark; at is not null && at != body; at = at.Parent)
        {
            while (at.NextSibling is { } next) { next.Parent?.RemoveChild(next); }
        }
    }

    // Iterative: html may nest as deep as its size allows.
    private static void Write(INode root, StringBuilder text)
    {
        var node = root.FirstChild;
        while (node is not null)
        {
            var descend = false;
            switch (node)
            {
                case IText words:
                    AppendWords(text, words.Data);
                    break;
                case IElement { LocalName: "br" }:
                    text.Append('\n');
                    break;
                case IElement { LocalName: "script" or "style" or "title" or "head" or "template" or "noscript" }:
                    break;
                case IElement element:
                    if (IsBlock(element.LocalName)) { Break(text); }
                    if (element.LocalName == "li") { text.Append("- "); }
                    descend = true;
                    break;
            }

            if (descend && node.FirstChild is { } child) { node = child; continue; }
            while (node is not null && node != root)
            {
                if (node is IElement left && IsBlock(left.LocalName)) { Break(text); if (left.LocalName == "p") { text.Append('\n'); } }
                if (node.NextSibling is { } next) { node = next; break; }
                node = node.Parent;
            }

            if (node == root) { break; }
        }
    }

    private static void AppendWords(StringBuilder text, string data)
    {
        foreach (var c in data)
        {
            if (c is ' ' or '\t' or '\r' or '\n' or '\f')
            {
                if (text.Length > 0 && text[^1] is not (' ' or '\n')) { text.Append(' '); }
            }
            else
            {
                text.Append(c == '\u00A0' ? ' ' : c);
            }
        }
    }

    private static void Break(StringBuilder text)
    {
        while (text.Length > 0 && text[^1] == ' ') { text.Length--; }
        if (text.Length > 0 && text[^1] != '\n') { text.Append('\n'); }
    }

    private static string Tidy(string text)
    {
        var result = new StringBuilder(text.Length);
        var blank = 0;
        foreach (var line in text.Split('\n'))
        {
            var trimmed = line.TrimEnd();
            blank = trimmed.Length == 0 ? blank + 1 : 0;
            if (blank <= 1) { result.Append(trimmed).Append('\n'); }
        }

        return result.ToString().Trim();
    }

    private static bool IsBlock(string name) => name is "p" or "div" or "tr" or "table" or "ul" or "ol" or "li" or "blockquote" or "pre" or "h1" or "h2" or "h3"
        or "h4" or "h5" or "h6" or "hr" or "section" or "article" or "header" or "footer" or "dl" or "dt" or "dd" or "center" or "address" or "figure";
}
