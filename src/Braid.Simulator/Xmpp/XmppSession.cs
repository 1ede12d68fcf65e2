using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace Braid.Simulator.Xmpp;

/// <summary>One stream: signing in, then questions and messages.</summary>
internal sealed class XmppSession(XmppServer server, Stream line) : IDisposable
{
    private static readonly XNamespace Client = "jabber:client";
    private static readonly XNamespace Forward = "urn:xmpp:forward:0";
    private static readonly XNamespace Mam = "urn:xmpp:mam:2";
    private static readonly XNamespace Rsm = "http://jabber.org/protocol/rsm";
    private static readonly XNamespace Upload = "urn:xmpp:http:upload:0";
    private readonly SemaphoreSlim writing = new(1);

    public async Task RunAsync()
    {
        try
        {
            if (!await SignInAsync()) { return; }
            using var stream = await OpenAsync("<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>");
            while (await NextAsync(stream) is { } stanza && await HandleAsync(stanza))
            {
                // Until the stream ends, or breaks by the world's will.
            }
        }
        catch (Exception e) when (e is IOException or XmlException or ObjectDisposedException or InvalidOperationException)
        {
            // The other side is gone, or the world ends.
        }
        finally
        {
            server.Leave(this);
            await line.DisposeAsync();
        }
    }

    public void Dispose() => writing.Dispose();

    public async Task WriteAsync(XElement stanza)
    {
        try
        {
            await WriteAsync(stanza.ToString(SaveOptions.DisableFormatting));
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            server.Leave(this);
        }
    }

    private async Task<bool> SignInAsync()
    {
        using var stream = await OpenAsync("<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>PLAIN</mechanism></mechanisms>");
        var auth = await NextAsync(stream);
        var right = auth?.Name.LocalName == "auth" && Encoding.UTF8.GetString(Convert.FromBase64String(auth.Value)) == $"\0support\0{XmppServer.Password}";
        await WriteAsync(right ? "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>" : "<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><not-authorized/></failure>");
        return right;
    }

    private async Task<XmlReader> OpenAsync(string features)
    {
        var reader = XmlReader.Create(line, new XmlReaderSettings { Async = true, DtdProcessing = DtdProcessing.Prohibit, CloseInput = false });
        while (reader.NodeType != XmlNodeType.Element && await reader.ReadAsync())
        {
            // Up to the stream's opening tag.
        }

        await WriteAsync($"<?xml version='1.0'?><stream:stream from='{XmppServer.Domain}' id='{server.Id()}' version='1.0' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'><stream:features>{features}</stream:features>");
        return reader;
    }

    private static async Task<XElement?> NextAsync(XmlReader reader)
    {
        XElement? at = null;
        while (await reader.ReadAsync())
        {
            switch (reader.NodeType)
            {
                case XmlNodeType.Element:
                    var empty = reader.IsEmptyElement;
                    var element = new XElement(XName.Get(reader.LocalName, reader.NamespaceURI));
                    while (reader.MoveToNextAttribute())
                    {
                        if (reader.Prefix != "xmlns" && reader.Name != "xmlns") { element.SetAttributeValue(reader.LocalName, reader.Value); }
                    }

                    at?.Add(element);
                    if (!empty) { at = element; }
                    else if (at is null) { return element; }
                    break;
                case XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.Whitespace or XmlNodeType.SignificantWhitespace:
                    at?.Add(await reader.GetValueAsync());
                    break;
                case XmlNodeType.EndElement:
                    if (at is null) { return null; }
                    if (at.Parent is null) { return at; }
                    at = at.Parent;
                    break;
            }
        }

        return null;
    }

    /// <summary>False when the stream ends.</summary>
    private async Task<bool> HandleAsync(XElement stanza)
    {
        switch (stanza.Name.LocalName)
        {
            case "presence":
                server.Enter(this);
                return true;
            case "iq":
                await AnswerAsync(stanza);
                return true;
            case "message":
                // Receipts and the like are none of a story's messages.
                var said = stanza.Elements().Any(e => e.Name.LocalName == "body");
                var fault = server.World.Faults.IsOut(SimulatedProvider.Xmpp) ? new Fault.ResetBefore() : said ? server.World.Faults.Strike(SimulatedProvider.Xmpp, "message") : null;
                if (fault is Fault.ResetBefore) { return false; }
                var to = ((string?)stanza.Attribute("to") ?? "").Split('/')[0];
                if (server.Take(stanza, to) is { } error) { await BounceAsync(stanza, to, error); }
                return fault is not Fault.ResetAfter;
            default:
                return true;
        }
    }

    private async Task BounceAsync(XElement message, string from, string condition)
    {
        await WriteAsync(new XElement(
            Client + "message", new XAttribute("from", from), new XAttribute("to", XmppServer.Us), new XAttribute("type", "error"), new XAttribute("id", (string?)message.Attribute("id") ?? ""),
            new XElement(Client + "error", new XAttribute("type", "cancel"), new XElement(XName.Get(condition, "urn:ietf:params:xml:ns:xmpp-stanzas")))));
    }

    private async Task AnswerAsync(XElement iq)
    {
        var question = iq.Elements().FirstOrDefault();
        var to = (string?)iq.Attribute("to");
        XElement? answer = null;
        switch (question?.Name.LocalName, question?.Name.NamespaceName)
        {
            case ("bind", _):
                answer = new XElement(question!.Name, new XElement(question.Name.Namespace + "jid", XmppServer.Us + "/braid"));
                break;
            case ("ping" or "enable", _):
                break;
            case ("query", "urn:xmpp:mam:2"):
                answer = await ArchiveAsync(question!);
                break;
            case ("query", "http://jabber.org/protocol/disco#items"):
                answer = new XElement(question!.Name, new XElement(question.Name.Namespace + "item", new XAttribute("jid", "upload." + XmppServer.Domain)));
                break;
            case ("query", "http://jabber.org/protocol/disco#info"):
                answer = new XElement(question!.Name);
                if (to?.StartsWith("upload.", StringComparison.Ordinal) == true) { answer.Add(new XElement(question.Name.Namespace + "feature", new XAttribute("var", Upload.NamespaceName))); }
                break;
            case ("request", "urn:xmpp:http:upload:0"):
                var url = server.Slot((string?)question!.Attribute("filename") ?? "file");
                answer = new XElement(Upload + "slot", new XElement(Upload + "put", new XAttribute("url", url)), new XElement(Upload + "get", new XAttribute("url", url)));
                break;
            default:
                answer = new XElement(Client + "error", new XAttribute("type", "cancel"), new XElement(XName.Get("service-unavailable", "urn:ietf:params:xml:ns:xmpp-stanzas")));
                break;
        }

        var reply = new XElement(Client + "iq", new XAttribute("id", (string?)iq.Attribute("id") ?? ""), new XAttribute("type", answer?.Name.LocalName == "error" ? "error" : "result"), answer);
        if (to is not null) { reply.SetAttributeValue("from", to); }
        await WriteAsync(reply);
    }

    private async Task<XElement> ArchiveAsync(XElement query)
    {
        var set = query.Element(Rsm + "set");
        var (page, complete) = server.Page(set?.Element(Rsm + "after")?.Value, int.TryParse(set?.Element(Rsm + "max")?.Value, out var most) ? most : 50);
        foreach (var (id, message, stamp) in page)
        {
            await WriteAsync(new XElement(
                Client + "message", new XAttribute("to", XmppServer.Us),
                new XElement(Mam + "result", new XAttribute("id", id), new XElement(
                    Forward + "forwarded", new XElement(XName.Get("delay", "urn:xmpp:delay"), new XAttribute("stamp", stamp)), new XElement(message)))));
        }

        var fin = new XElement(Mam + "fin", new XElement(Rsm + "set"));
        if (complete) { fin.SetAttributeValue("complete", "true"); }
        if (page.Count > 0) { fin.Element(Rsm + "set")!.Add(new XElement(Rsm + "last", page[^1].Id)); }
        return fin;
    }

    private async Task WriteAsync(string text)
    {
        await writing.WaitAsync();
        try
        {
            await line.WriteAsync(Encoding.UTF8.GetBytes(text));
        }
        finally
        {
            writing.Release();
        }
    }
}
