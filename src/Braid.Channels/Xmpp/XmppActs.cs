using System.Net.Sockets;
using System.Xml.Linq;
using Braid.Channels.Common;

namespace Braid.Channels.Xmpp;

internal sealed class XmppActs(LiveLines<XmppStream> lines) : IActs<XmppSettings>
{
    public async Task<SendResult> ActAsync(OutboundAct act, XmppSettings settings, ProviderContext context, CancellationToken ct)
    {
        if (Stanza(act, settings) is not { } stanza) { return new SendResult.Failed(FailureKind.Content, "XMPP can't do this."); }
        if (lines.Find(settings.LineName) is not { } stream) { return LiveLines<XmppStream>.NotConnected; }
        try
        {
            await stream.SayAsync(stanza, ct);
            return new SendResult.Sent(act.ExternalId ?? act.ThreadId);
        }
        catch (Exception e) when (e is IOException or SocketException or TimeoutException or ObjectDisposedException)
        {
            return new SendResult.Unknown("the connection to the XMPP server broke");
        }
    }

    private static XElement? Stanza(OutboundAct act, XmppSettings settings)
    {
        var group = settings.Joins.Contains(act.ThreadId);
        // Others know a message by its sender's id, which is the part of the key after the address.
        var target = act.Ours ? act.ExternalId : act.Key is { } key && key.IndexOf('|', StringComparison.Ordinal) is >= 0 and var bar ? key[(bar + 1)..] : act.ExternalId;
        var (from, to, id) = (settings.Jid, act.ThreadId, act.IdempotencyKey);
        return act.Kind switch
        {
            ActKind.Typing => XmppStanzas.Composing(from, to, group, id),
            _ when target is null => null,
            ActKind.Edit when act.Ours && !string.IsNullOrWhiteSpace(act.Text) => XmppStanzas.Correction(from, to, group, id, target, act.Text),
            ActKind.Delete when act.Ours => XmppStanzas.Retraction(from, to, group, id, target),
            ActKind.React when act.Emoji is { } emoji => XmppStanzas.Reaction(from, to, group, id, target, emoji),
            ActKind.Unreact => XmppStanzas.Reaction(from, to, group, id, target, null),
            ActKind.MarkRead when !group => XmppStanzas.Displayed(from, to, id, target),
            _ => null,
        };
    }
}
