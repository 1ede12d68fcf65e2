using System.Xml.Linq;

namespace Braid.Channels.Xmpp;

/// <summary>What we write. A message's id is our own, so that receipts lead back to it.</summary>
internal static class XmppStanzas
{
    private static readonly XNamespace None = XmppNames.Client;

    public static XElement Chat(string from, string to, bool group, string id, string text) => new(
        None + "message", new XAttribute("from", from), new XAttribute("to", to), new XAttribute("type", group ? "groupchat" : "chat"), new XAttribute("id", id),
        new XElement(None + "body", XmppXml.Clean(text)), Receipt(group), new XElement(XmppNames.Markers + "markable"), new XElement(XmppNames.Sid + "origin-id", new XAttribute("id", id)));

    public static XElement File(string from, string to, bool group, string id, string url)
    {
        var message = Chat(from, to, group, id, url);
        message.Add(new XElement(XmppNames.Oob + "x", new XElement(XmppNames.Oob + "url", url)));
        return message;
    }

    public static XElement Quoting(this XElement message, string id, string author)
    {
        message.Add(new XElement(XmppNames.Reply + "reply", new XAttribute("to", author), new XAttribute("id", id)));
        return message;
    }

    public static XElement Correction(string from, string to, bool group, string id, string target, string text)
    {
        var message = Chat(from, to, group, id, text);
        message.Add(new XElement(XmppNames.Correct + "replace", new XAttribute("id", target)));
        return message;
    }

    public static XElement Retraction(string from, string to, bool group, string id, string target)
    {
        var message = Bare(from, to, group, id);
        message.Add(
            new XElement(XmppNames.Retract + "retract", new XAttribute("id", target)),
            new XElement(XmppNames.Fallback + "fallback", new XAttribute("for", XmppNames.Retract.NamespaceName)),
            new XElement(None + "body", "This message was deleted."), new XElement(XmppNames.Hints + "store"));
        return message;
    }

    public static XElement Reaction(string from, string to, bool group, string id, string target, string? emoji)
    {
        var reactions = new XElement(XmppNames.Reactions + "reactions", new XAttribute("id", target));
        if (emoji is not null) { reactions.Add(new XElement(XmppNames.Reactions + "reaction", emoji)); }
        var message = Bare(from, to, group, id);
        message.Add(reactions, new XElement(XmppNames.Hints + "store"));
        return message;
    }

    public static XElement Displayed(string from, string to, string id, string target)
    {
        var message = Bare(from, to, group: false, id);
        message.Add(new XElement(XmppNames.Markers + "displayed", new XAttribute("id", target)));
        return message;
    }

    public static XElement Composing(string from, string to, bool group, string id)
    {
        var message = Bare(from, to, group, id);
        message.Add(new XElement(XmppNames.ChatStates + "composing"), new XElement(XmppNames.Hints + "no-store"));
        return message;
    }

    /// <summary>"It arrived", for those who ask (XEP-0184).</summary>
    public static XElement Received(string from, string to, string id, string target)
    {
        var message = Bare(from, to, group: false, id);
        message.Add(new XElement(XmppNames.Receipts + "received", new XAttribute("id", target)));
        return message;
    }

    /// <summary>Questions must be answered, if only by "no".</summary>
    public static XElement? AnswerTo(XElement iq)
    {
        if (iq.Attr("id") is not { } id) { return null; }
        var question = iq.Elements().FirstOrDefault();
        var known = question?.Name == XmppNames.Ping + "ping" || question?.Name == XmppNames.Disco + "query";
        var answer = new XElement(None + "iq", new XAttribute("id", id), new XAttribute("type", known ? "result" : "error"));
        if (iq.Attr("from") is { } from) { answer.Add(new XAttribute("to", from)); }
        if (iq.Attr("to") is { } to) { answer.Add(new XAttribute("from", to)); }
        if (question?.Name == XmppNames.Disco + "query")
        {
            answer.Add(new XElement(
                XmppNames.Disco + "query", new XElement(XmppNames.Disco + "identity", new XAttribute("category", "client"), new XAttribute("type", "bot"), new XAttribute("name", "Braid")),
                new[] { XmppNames.Receipts, XmppNames.Markers, XmppNames.ChatStates, XmppNames.Correct, XmppNames.Retract, XmppNames.Reactions, XmppNames.Reply, XmppNames.Ping, XmppNames.Disco }
                    .Select(f => new XElement(XmppNames.Disco + "feature", new XAttribute("var", f.NamespaceName)))));
        }
        else if (!known)
        {
            answer.Add(new XElement(None + "error", new XAttribute("type", "cancel"), new XElement(XmppNames.Stanzas + "service-unavailable")));
        }

        return answer;
    }

    private static XElement Bare(string from, string to, bool group, string id) =>
        new(None + "message", new XAttribute("from", from), new XAttribute("to", to), new XAttribute("type", group ? "groupchat" : "chat"), new XAttribute("id", id));

    private static XElement? Receipt(bool group) => group ? null : new XElement(XmppNames.Receipts + "request");
}
