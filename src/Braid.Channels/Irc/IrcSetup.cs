using System.Net.Sockets;
using System.Security.Authentication;

namespace Braid.Channels.Irc;

internal sealed class IrcSetup : ISetup<IrcSettings>
{
    /// <summary>Signs in under another nick, so as not to push out the listener.</summary>
    public async Task<IReadOnlyList<CheckStep>> CheckAsync(IrcSettings settings, ConnectContext context, CancellationToken ct)
    {
        const string name = "Server";
        try
        {
            var guest = settings.Nick[..Math.Min(settings.Nick.Length, 6)] + "_ck";
            await using var line = await IrcLine.OpenAsync(settings with { Nick = guest, AccountName = settings.AccountName ?? settings.Nick }, context.Dial, context.Clock, ct);
            await line.WriteAsync("QUIT :checked", ct);
            return [new(name, true, "The server lets us in.")];
        }
        catch (IrcRefusedException e)
        {
            return [new(name, false, e.Message, "Correct the settings and check again.")];
        }
        catch (AuthenticationException)
        {
            return [new(name, false, "The server's certificate is not trusted.", "Enter its SHA-256 fingerprint, if you know it is right.")];
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            return [new(name, false, "The server can't be reached, or did not let us in.", "Check server, port and TLS, and that this server may call out.")];
        }
    }

    /// <summary>Nothing to register: Braid listens.</summary>
    public Task<IReadOnlyList<CheckStep>> ConnectAsync(IrcSettings settings, ConnectContext context, CancellationToken ct) => CheckAsync(settings, context, ct);
}
