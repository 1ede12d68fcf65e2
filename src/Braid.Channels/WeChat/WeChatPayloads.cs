using System.Globalization;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using Braid.Channels.Common;

namespace Braid.Channels.WeChat;

/// <summary>One pushed XML document: flat elements, with or without CDATA. No DTD and no outside entity is ever looked at.</summary>
internal sealed class WeChatXml
{
    private static readonly XmlReaderSettings Safe = new()
    {
        DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, MaxCharactersInDocument = 1024 * 1024, MaxCharactersFromEntities = 0,
    };

    private readonly Dictionary<string, string> fields;

    private WeChatXml(Dictionary<string, string> fields) => this.fields = fields;

    /// <summary>Null when it is not such a document.</summary>
    public static WeChatXml? Parse(ReadOnlyMemory<byte> body) => Parse(Encoding.UTF8.GetString(body.Span));

    public static WeChatXml? Parse(string xml)
    {
        try
        {
            using var reader = XmlReader.Create(new StringReader(Legal(xml.TrimStart('\uFEFF'))), Safe);
            var root = XElement.Load(reader);
            if (root.Name.LocalName != "xml") { return null; }
            var fields = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var element in root.Elements()) { fields.TryAdd(element.Name.LocalName, JsonText.WellFormed(element.Value)); }
            return new WeChatXml(fields);
        }
        catch (Exception e) when (e is XmlException or ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>People paste anything: what XML forbids is replaced, so that one odd character does not lose a message.</summary>
    private static string Legal(string xml)
    {
        var text = JsonText.WellFormed(xml);
        return text.Any(Odd) ? string.Concat(text.Select(c => Odd(c) ? '\uFFFD' : c)) : text;

        static bool Odd(char c) => !XmlConvert.IsXmlChar(c) && !char.IsSurrogate(c);
    }

    /// <summary>Null when absent or blank.</summary>
    public string? Text(string name) => fields.GetValueOrDefault(name) is { } value && !string.IsNullOrWhiteSpace(value) ? value : null;

    public DateTimeOffset? Seconds(string name) =>
        long.TryParse(Text(name), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and < 100_000_000_000
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;
}
