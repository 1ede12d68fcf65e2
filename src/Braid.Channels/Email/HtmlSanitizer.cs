using System.Collections.Frozen;
using System.Text;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;

namespace Braid.Channels.Email;

/// <param name="Html">Only elements, attributes and styles of the allow-list.</param>
/// <param name="RemotePicturesBlocked">True when "show pictures" would show more.</param>
public sealed record SanitizedHtml(string Html, bool RemotePicturesBlocked);

/// <summary>
/// Html from outside to html we can show. A real parser reads it and a new text is written from the allow-list alone, so nothing that
/// is not understood gets through. Scripts, forms, styles sheets and their content are dropped, unknown elements unwrapped.
/// </summary>
public static class HtmlSanitizer
{
    private const int MostHtml = 1 << 20;
    private const int Deepest = 200;

    private static readonly FrozenSet<string> Allowed = Words(
        "a abbr b bdi bdo blockquote br caption center cite code col colgroup dd del dfn div dl dt em figcaption figure font h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q "
        + "rp rt ruby s samp small span strike strong sub sup table tbody td tfoot th thead tr tt u ul var wbr");

    private static readonly FrozenSet<string> DroppedWhole = Words(
        "script style title noscript iframe object embed applet svg math form input button select textarea link meta base template frame frameset video audio head noembed noframes xmp plaintext");

    private static readonly FrozenSet<string> Void = Words("br col hr img wbr");

    private static readonly FrozenSet<string> PlainAttributes = Words(
        "title alt width height align valign dir lang colspan rowspan cellpadding cellspacing border bgcolor color face size start type");

    /// <param name="html">As it came in the mail, or as an agent wrote it.</param>
    /// <param name="cidUrl">The URL under which we serve the inline picture with this Content-ID; null when there is none.</param>
    /// <param name="remotePictures">Whether pictures of other servers may load; they tell the sender that the mail was read.</param>
    public static SanitizedHtml Sanitize(string html, Func<string, string?> cidUrl, bool remotePictures)
    {
        var cut = html.Length > MostHtml ? html[..MostHtml] : html;
        if (HtmlGuard.IsHostile(cut)) { return new SanitizedHtml($"<pre>{HtmlEscape.Text(HtmlGuard.Text(cut))}</pre>", false); }
        var document = new HtmlParser().ParseDocument(cut);
        var writer = new Writer(cidUrl, remotePictures);
        if (document.Body is { } body) { writer.Write(body); }
        return new SanitizedHtml(writer.Text.ToString(), writer.Blocked);
    }

    private static FrozenSet<string> Words(string words) => words.Split(' ').ToFrozenSet(StringComparer.Ordinal);

    private sealed class Writer(Func<string, string?> cidUrl, bool remotePictures)
    {
        public StringBuilder Text { get; } = new();
        public bool Blocked { get; private set; }

        // Iterative, so that nesting can't exhaust the stack.
        public void Write(INode root)
        {
            var depth = 0;
            var node = root.FirstChild;
            while (node is not null)
            {
                var descend = false;
                if (node is IText text) { Text.Append(HtmlEscape.Text(text.Data)); }
                else if (node is IElement element && !DroppedWhole.Contains(element.LocalName))
                {
                    descend = Opens(element, depth);
                }

                if (descend && node.FirstChild is { } child)
                {
                    node = child;
                    depth++;
                    continue;
                }

                if (descend) { Close((IElement)node, depth); }
                while (node.NextSibling is null)
                {
                    node = node.Parent!;
                    if (node == root) { return; }
                    depth--;
                    Close((IElement)node, depth);
                }

                node = node.NextSibling;
            }
        }

        /// <summary>Writes the start tag where allowed; true when the children are to be visited.</summary>
        private bool Opens(IElement element, int depth)
        {
            if (!IsWritten(element, depth)) { return true; }
            if (element.LocalName == "img")
            {
                WriteImage(element);
                return false;
            }

            Text.Append('<').Append(element.LocalName);
            WriteAttributes(element);
            Text.Append('>');
            return !Void.Contains(element.LocalName);
        }

        private void Close(IElement element, int depth)
        {
            if (IsWritten(element, depth) && !Void.Contains(element.LocalName)) { Text.Append("</").Append(element.LocalName).Append('>'); }
        }

        private static bool IsWritten(IElement element, int depth) => depth < Deepest && Allowed.Contains(element.LocalName);

        private void WriteAttributes(IElement element)
        {
            foreach (var attribute in element.Attributes)
            {
                if (PlainAttributes.Contains(attribute.LocalName)) { Write(attribute.LocalName, attribute.Value); }
                else if (attribute.LocalName == "style" && HtmlStyles.Clean(attribute.Value) is { Length: > 0 } style) { Write("style", style); }
                else if (attribute.LocalName == "class" && HtmlStyles.Classes(attribute.Value) is { Length: > 0 } classes) { Write("class", classes); }
                else if (attribute.LocalName == "cite" && HtmlUrls.Link(attribute.Value) is { } cite) { Write("cite", cite); }
            }

            if (element.LocalName == "a" && HtmlUrls.Link(element.GetAttribute("href")) is { } href)
            {
                Write("href", href);
                Text.Append(" rel=\"noopener noreferrer nofollow\" target=\"_blank\"");
            }
        }

        private void WriteImage(IElement image)
        {
            var source = HtmlUrls.Squeezed(image.GetAttribute("src"));
            string? shown = null;
            if (source.StartsWith("cid:", StringComparison.OrdinalIgnoreCase)) { shown = cidUrl(Uri.UnescapeDataString(source[4..]).Trim('<', '>')); }
            else if (HtmlUrls.IsRemotePicture(source))
            {
                // A picture of one pixel shows nothing: it only tells that the mail was opened.
                if (IsTracker(image)) { return; }
                if (remotePictures) { shown = source; }
                else { Blocked = true; }
            }

            Text.Append("<img");
            WriteAttributes(image);
            if (shown is not null) { Write("src", shown); }
            Text.Append('>');
        }

        private static bool IsTracker(IElement image) => image.GetAttribute("width")?.Trim() is "0" or "1" && image.GetAttribute("height")?.Trim() is "0" or "1";

        private void Write(string name, string value) => Text.Append(' ').Append(name).Append("=\"").Append(HtmlEscape.Text(value)).Append('"');
    }
}
