using System.Net.Sockets;
using System.Security.Authentication;
using Braid.Channels.Common;

namespace Braid.Channels.Xmpp;

internal sealed class XmppSetup(LiveLines<XmppStream> lines) : ISetup<XmppSettings>
{
    public async Task<IReadOnlyList<CheckStep>> CheckAsync(XmppSettings settings, ConnectContext context, CancellationToken ct)
    {
        const string name = "Server";
        // A component may be connected once only; an account as often as it likes.
        if (settings.Component && lines.Find(settings.LineName) is not null) { return [new(name, true, "Connected.")]; }
        try
        {
            await using var stream = await XmppStream.OpenAsync(settings, context.Dial, context.Clock, ct);
            return [new(name, true, $"Signed in as {settings.Jid}.")];
        }
        catch (XmppRefusedException e)
        {
            return [new(name, false, e.Message, e.Fix)];
        }
        catch (AuthenticationException)
        {
            return [new(name, false, "The server's certificate is not trusted.", "Enter its SHA-256 fingerprint, if you know it is right.")];
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            return [new(name, false, "The server can't be reached, or does not speak XMPP.", "Check host, port and TLS, and that this server may call out.")];
        }
    }

    /// <summary>Nothing to register: Braid listens.</summary>
    public Task<IReadOnlyList<CheckStep>> ConnectAsync(XmppSettings settings, ConnectContext context, CancellationToken ct) => CheckAsync(settings, context, ct);
}
