using System.Text;

namespace Braid.Channels.Irc;

/// <summary>The talk until the server's welcome: capabilities, SASL, a nick that is free.</summary>
internal sealed class IrcRegistration(IrcLine line, IrcSettings settings)
{
    private static readonly string[] Wanted = ["message-tags", "server-time", "account-tag", "batch"];
    private readonly HashSet<string> offered = new(StringComparer.Ordinal);

    private bool WantsSasl => settings.SignIn == IrcSignIn.Sasl && !string.IsNullOrEmpty(settings.Password);

    public async Task RunAsync(CancellationToken ct)
    {
        var renamed = 0;
        while (await line.ReadAsync(ct) is { } raw)
        {
            if (IrcMessage.Parse(raw) is not { } message) { continue; }
            switch (message.Command)
            {
                case "PING":
                    await line.WriteAsync("PONG :" + message[0], ct);
                    break;
                case "CAP":
                    await CapabilitiesAsync(message, ct);
                    break;
                case "AUTHENTICATE" when message[0] == "+":
                    var name = string.IsNullOrEmpty(settings.AccountName) ? settings.Nick : settings.AccountName;
                    await line.WriteAsync("AUTHENTICATE " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0{name}\0{settings.Password}")), ct);
                    break;
                case "900":
                    break;
                case "903":
                    await line.WriteAsync("CAP END", ct);
                    break;
                case "902" or "904" or "905" or "906" or "908":
                    throw new IrcRefusedException("The network does not accept the account's password. Check it and the account name in the inbox's settings.");
                case "433" or "436" when renamed++ < 5:
                    await line.RenameAsync(settings.Nick + new string('_', renamed), ct);
                    break;
                case "432" or "433" or "436":
                    throw new IrcRefusedException("The nick is taken or not allowed. Choose another one.");
                case "464":
                    throw new IrcRefusedException("The server does not accept the server password. Check it in the inbox's settings.");
                case "465":
                    throw new IrcRefusedException("The server has banned this connection. Ask its operators why.");
                case "ERROR":
                    throw new IOException("the server closed the connection");
                case "001":
                    line.Welcomed(message[0]);
                    return;
            }
        }

        throw new IOException("the server closed the connection");
    }

    private async Task CapabilitiesAsync(IrcMessage message, CancellationToken ct)
    {
        switch (message[1])
        {
            case "LS":
                offered.UnionWith((message.Parameters.Count > 0 ? message.Parameters[^1] : "").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(c => c.Split('=')[0]));
                if (message[2] == "*" && message.Parameters.Count > 3) { return; } // More lines follow.
                if (WantsSasl && !offered.Contains("sasl"))
                {
                    throw new IrcRefusedException("This network has no SASL. Choose to sign in by NickServ.");
                }

                var ask = Wanted.Where(offered.Contains).Concat(WantsSasl ? ["sasl"] : []).ToList();
                await line.WriteAsync(ask.Count > 0 ? "CAP REQ :" + string.Join(' ', ask) : "CAP END", ct);
                break;
            case "ACK":
                await line.WriteAsync(WantsSasl && message.Parameters[^1].Contains("sasl", StringComparison.Ordinal) ? "AUTHENTICATE PLAIN" : "CAP END", ct);
                break;
            case "NAK":
                await line.WriteAsync("CAP END", ct);
                break;
        }
    }
}
