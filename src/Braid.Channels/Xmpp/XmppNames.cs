using System.Xml.Linq;

namespace Braid.Channels.Xmpp;

/// <summary>The namespaces of the extensions we speak.</summary>
internal static class XmppNames
{
    public static readonly XNamespace Client = "jabber:client";
    public static readonly XNamespace Component = "jabber:component:accept";
    public static readonly XNamespace Sasl = "urn:ietf:params:xml:ns:xmpp-sasl";
    public static readonly XNamespace Tls = "urn:ietf:params:xml:ns:xmpp-tls";
    public static readonly XNamespace Bind = "urn:ietf:params:xml:ns:xmpp-bind";
    public static readonly XNamespace Stanzas = "urn:ietf:params:xml:ns:xmpp-stanzas";
    public static readonly XNamespace Ping = "urn:xmpp:ping";
    public static readonly XNamespace Disco = "http://jabber.org/protocol/disco#info";
    public static readonly XNamespace DiscoItems = "http://jabber.org/protocol/disco#items";
    public static readonly XNamespace Carbons = "urn:xmpp:carbons:2";
    public static readonly XNamespace Forward = "urn:xmpp:forward:0";
    public static readonly XNamespace Mam = "urn:xmpp:mam:2";
    public static readonly XNamespace Rsm = "http://jabber.org/protocol/rsm";
    public static readonly XNamespace Muc = "http://jabber.org/protocol/muc";
    public static readonly XNamespace Sid = "urn:xmpp:sid:0";
    public static readonly XNamespace Delay = "urn:xmpp:delay";
    public static readonly XNamespace Receipts = "urn:xmpp:receipts";
    public static readonly XNamespace Markers = "urn:xmpp:chat-markers:0";
    public static readonly XNamespace ChatStates = "http://jabber.org/protocol/chatstates";
    public static readonly XNamespace Correct = "urn:xmpp:message-correct:0";
    public static readonly XNamespace Retract = "urn:xmpp:message-retract:1";
    public static readonly XNamespace Reactions = "urn:xmpp:reactions:0";
    public static readonly XNamespace Reply = "urn:xmpp:reply:0";
    public static readonly XNamespace Fallback = "urn:xmpp:fallback:0";
    public static readonly XNamespace Hints = "urn:xmpp:hints";
    public static readonly XNamespace Oob = "jabber:x:oob";
    public static readonly XNamespace Upload = "urn:xmpp:http:upload:0";
    public static readonly XNamespace Nick = "http://jabber.org/protocol/nick";

    public static string Bare(string jid) => jid.Split('/', 2)[0];

    public static string? Resource(string jid) => jid.Split('/', 2) is [_, { Length: > 0 } resource] ? resource : null;

    /// <summary>A child of the stanza itself, whose namespace depends on the stream it came by.</summary>
    public static XElement? Own(this XElement stanza, string name) =>
        stanza.Elements().FirstOrDefault(e => e.Name.LocalName == name && e.Name.NamespaceName is "" or "jabber:client" or "jabber:component:accept" && e.Name.LocalName == name);

    public static string? Attr(this XElement? element, string name) => element?.Attribute((XName)name)?.Value is { Length: > 0 } value ? value : null;
}
