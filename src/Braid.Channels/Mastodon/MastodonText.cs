using System.Text;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;

namespace Braid.Channels.Mastodon;

/// <summary>A post's HTML as the plain text its author typed: paragraphs, line breaks, whole links, our own mention left out.</summary>
internal static class MastodonText
{
    private static readonly HtmlParser Parser = new();

    public static string? Of(string? html, string? ownUrl)
    {
        if (string.IsNullOrEmpty(html)) { return null; }
        var text = new StringBuilder(html.Length);
        using var document = Parser.ParseDocument(html);
        Walk(document.Body!, ownUrl, text);
        var plain = text.ToString().Trim();
        return plain.Length == 0 ? null : Common.JsonText.WellFormed(plain);
    }

    private static void Walk(INode node, string? ownUrl, StringBuilder text)
    {
        foreach (var child in node.ChildNodes)
        {
            switch (child)
            {
                case IText words:
                    text.Append(words.Data);
                    break;
                case IElement { LocalName: "br" }:
                    text.Append('\n');
                    break;
                case IElement { LocalName: "a" } link:
                    Link(link, ownUrl, text);
                    break;
                case IElement { LocalName: "script" or "style" }:
                    break;
                case IElement { LocalName: "p" or "blockquote" or "pre" or "ul" or "ol" } block:
                    if (text.Length > 0) { text.Append("\n\n"); }
                    Walk(block, ownUrl, text);
                    break;
                case IElement { LocalName: "li" } item:
                    if (text.Length > 0 && text[^1] != '\n') { text.Append('\n'); }
                    text.Append("- ");
                    Walk(item, ownUrl, text);
                    break;
                default:
                    Walk(child, ownUrl, text);
                    break;
            }
        }
    }

    /// <summary>Mentions and hashtags by their words; other links whole, because Mastodon hides the ends of long ones.</summary>
    private static void Link(IElement link, string? ownUrl, StringBuilder text)
    {
        var href = link.GetAttribute("href");
        if (link.ClassList.Contains("mention") || link.ClassList.Contains("hashtag"))
        {
            if (href is null || href != ownUrl) { text.Append(link.TextContent); }
        }
        else
        {
            text.Append(href ?? link.TextContent);
        }
    }
}
