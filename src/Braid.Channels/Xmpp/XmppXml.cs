using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace Braid.Channels.Xmpp;

/// <summary>Reads a stream of XML element by element, as each arrives: no look at what comes after it, no DTDs, no endless stanzas.</summary>
internal sealed class XmppXml : IDisposable
{
    private const int MostCharacters = 1024 * 1024;
    private const int MostDepth = 100;
    private readonly XmlReader reader;

    public XmppXml(Stream stream) => reader = XmlReader.Create(stream, new XmlReaderSettings
    {
        Async = true, DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, CloseInput = false, MaxCharactersFromEntities = 1024,
    });

    /// <summary>The stream's own opening tag, without its content.</summary>
    public async Task<XElement> OpeningAsync()
    {
        while (await reader.ReadAsync())
        {
            if (reader.NodeType == XmlNodeType.Element) { return Start(); }
        }

        throw new IOException("the stream did not open");
    }

    /// <summary>The next whole element; null at the stream's end.</summary>
    public async Task<XElement?> NextAsync()
    {
        while (await reader.ReadAsync())
        {
            switch (reader.NodeType)
            {
                case XmlNodeType.Element:
                    return await WholeAsync();
                case XmlNodeType.EndElement:
                    return null;
            }
        }

        return null;
    }

    public void Dispose()
    {
        try
        {
            reader.Dispose();
        }
        catch (InvalidOperationException)
        {
            // A read is still under way; it ends with the connection.
        }
    }

    public static string Text(XElement element) => element.ToString(SaveOptions.DisableFormatting);

    /// <summary>Characters XML can't hold are left out: a server ends the stream over them.</summary>
    public static string Clean(string text)
    {
        var clean = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1])) { clean.Append(text[i]).Append(text[++i]); }
            else if (XmlConvert.IsXmlChar(text[i])) { clean.Append(text[i]); }
        }

        return clean.ToString();
    }

    private async Task<XElement> WholeAsync()
    {
        var empty = reader.IsEmptyElement;
        var root = Start();
        if (empty) { return root; }
        var open = new Stack<XElement>();
        open.Push(root);
        var size = 0;
        while (await reader.ReadAsync())
        {
            switch (reader.NodeType)
            {
                case XmlNodeType.Element:
                    empty = reader.IsEmptyElement;
                    var element = Start();
                    open.Peek().Add(element);
                    size += 50;
                    if (!empty) { open.Push(element); }
                    break;
                case XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.SignificantWhitespace or XmlNodeType.Whitespace:
                    var text = await reader.GetValueAsync();
                    size += text.Length;
                    open.Peek().Add(new XText(text));
                    break;
                case XmlNodeType.EndElement:
                    open.Pop();
                    if (open.Count == 0) { return root; }
                    break;
            }

            if (size > MostCharacters || open.Count > MostDepth) { throw new IOException("a stanza without end"); }
        }

        throw new IOException("the stream broke inside a stanza");
    }

    private XElement Start()
    {
        var element = new XElement(XName.Get(reader.LocalName, reader.NamespaceURI));
        while (reader.MoveToNextAttribute())
        {
            if (reader.NamespaceURI != "http://www.w3.org/2000/xmlns/") { element.Add(new XAttribute(XName.Get(reader.LocalName, reader.NamespaceURI), reader.Value)); }
        }

        reader.MoveToElement();
        return element;
    }
}
