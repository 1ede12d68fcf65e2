using System.Globalization;
using System.Security.Cryptography;
using System.Xml;
using System.Xml.Linq;

namespace Braid.Channels.Xmpp;

/// <summary>Reads one stanza: a message as it came, a copy from another device (carbon), or one out of the archive.</summary>
internal sealed class XmppReceiver : IReceiver<XmppSettings>
{
    public Verdict Verify(WebhookRequest request, XmppSettings settings) => new Verdict.Forged("XMPP is listened to, it calls no webhook.", 403);

    public Reading Read(RawDelivery delivery, XmppSettings settings)
    {
        XElement stanza;
        try
        {
            using var reader = XmlReader.Create(new MemoryStream(delivery.Body.ToArray()), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
            stanza = XElement.Load(reader);
        }
        catch (Exception e) when (e is XmlException or InvalidOperationException or ArgumentException)
        {
            return new Reading.Unreadable("not a stanza: the XML is broken");
        }

        if (stanza.Name.LocalName != "message") { return new Reading.Ignored($"{stanza.Name.LocalName}: no content for us"); }
        var (message, delay, archived) = Unwrap(stanza, settings);
        if (message is null) { return new Reading.Ignored("a copy that our own server did not make"); }
        return Read(new XmppMessage(message, delay, archived, Made(delivery), settings), message);
    }

    private static Reading Read(XmppMessage message, XElement stanza)
    {
        if (message.From is null || message.Type == "headline") { return new Reading.Ignored("no content for us"); }
        if (message.Type == "error") { return message.Bounce() is { } bounced ? new Reading.Events([bounced]) : new Reading.Ignored("an error about nothing"); }
        if (message.IsEcho) { return new Reading.Ignored("our own"); }
        if (message.Event() is { } read) { return new Reading.Events([read]); }
        var state = stanza.Elements().FirstOrDefault(e => e.Name.Namespace == XmppNames.ChatStates)?.Name.LocalName;
        return new Reading.Ignored(state is null ? "no content for us" : "typing")
        {
            Signals = state is null || message.Outbound ? [] : [new(state == "composing" ? SignalKind.Typing : SignalKind.StoppedTyping, message.Thread, message.SenderId)],
        };
    }

    /// <summary>Copies count only when our own server made them: else anybody could put words into anybody's mouth.</summary>
    private static (XElement? Message, XElement? Delay, string? Archived) Unwrap(XElement stanza, XmppSettings settings)
    {
        var carbon = stanza.Elements().FirstOrDefault(e => e.Name.Namespace == XmppNames.Carbons && e.Name.LocalName is "received" or "sent" && e.Name.Namespace == XmppNames.Carbons);
        var result = stanza.Element(XmppNames.Mam + "result");
        if (carbon is null && result is null) { return (stanza, stanza.Element(XmppNames.Delay + "delay"), null); }
        var from = stanza.Attr("from");
        var ours = from is null || XmppNames.Bare(from).Equals(settings.Jid, StringComparison.OrdinalIgnoreCase);
        var forwarded = (carbon ?? result)!.Element(XmppNames.Forward + "forwarded");
        var inner = forwarded?.Elements().FirstOrDefault(e => e.Name.LocalName == "message");
        return ours && inner is not null ? (inner, forwarded!.Element(XmppNames.Delay + "delay"), result.Attr("id")) : (null, null, null);
    }

    private static string Made(RawDelivery delivery) => Convert.ToHexStringLower(SHA256.HashData(
        [.. delivery.Body.Span, .. BitConverter.GetBytes(delivery.ReceivedAt.ToUnixTimeMilliseconds())]))[..32];

    public static DateTimeOffset? Time(XElement? delay) =>
        DateTimeOffset.TryParse(delay.Attr("stamp"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;
}
