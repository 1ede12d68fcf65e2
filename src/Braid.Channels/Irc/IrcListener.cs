using System.Globalization;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Braid.Channels.Common;

namespace Braid.Channels.Irc;

/// <summary>
/// Holds the connection. The position is the time of the last sign of life: what was written between it and the next welcome is lost, and
/// that is noted in the inbox's log.
/// </summary>
internal sealed class IrcListener(LiveLines<IrcLine> lines) : IListener<IrcSettings>
{
    private static readonly TimeSpan Mark = TimeSpan.FromMinutes(1);
    private long number;

    public bool IsWanted(IrcSettings settings) => true;

    public async Task ListenAsync(IrcSettings settings, IListenerHost host, CancellationToken ct)
    {
        try
        {
            await using var line = await IrcLine.OpenAsync(settings, host.Dial, host.Clock, ct);
            if (settings.SignIn == IrcSignIn.NickServ && !string.IsNullOrEmpty(settings.Password)) { await line.WriteAsync("PRIVMSG NickServ :IDENTIFY " + settings.Password, ct); }
            foreach (var channel in settings.Joins) { await line.WriteAsync("JOIN " + channel, ct); }

            using var held = lines.Hold(settings.LineName, line);
            if (Position(host.Position) is { } last) { host.ReportGap(last, host.Clock.GetUtcNow(), "Braid was not connected to IRC, which keeps no messages."); }
            await MarkAsync(host, ct);
            host.Report(null);
            await ReadAsync(line, settings, host, ct);
        }
        catch (IrcRefusedException e)
        {
            throw Trouble(host, e.Message);
        }
        catch (AuthenticationException)
        {
            throw Trouble(host, "The server's certificate is not trusted. Enter its SHA-256 fingerprint in the inbox's settings, if you know it is right.");
        }
        catch (Exception e) when (e is IOException or SocketException && !ct.IsCancellationRequested)
        {
            throw Trouble(host, "The IRC server can't be reached, or the connection broke.");
        }

        throw Trouble(host, "The IRC server closed the connection.");
    }

    private async Task ReadAsync(IrcLine line, IrcSettings settings, IListenerHost host, CancellationToken ct)
    {
        var (marked, quiet) = (host.Clock.GetUtcNow(), false);
        var next = line.ReadAsync(ct);
        while (true)
        {
            if (!next.IsCompleted && await Task.WhenAny(next, Task.Delay(Mark, host.Clock, ct)) != next)
            {
                ct.ThrowIfCancellationRequested();
                if (quiet) { return; } // Two silent minutes, and the ping of the first was not answered.
                quiet = true;
                await line.WriteAsync("PING :alive", ct);
                continue;
            }

            if (await next is not { } raw) { return; }
            quiet = false;
            if (IrcMessage.Parse(raw) is { } message)
            {
                line.Note(message);
                await AnswerAsync(line, message, settings, ct);
                if (message.Command is "PRIVMSG" or "TAGMSG" or "REDACT") { await host.StoreAsync([Delivery(raw, line, host)], Now(host), ct); }
            }

            next = line.ReadAsync(ct);
            if (host.Clock.GetUtcNow() - marked > Mark)
            {
                marked = host.Clock.GetUtcNow();
                await MarkAsync(host, ct);
            }
        }
    }

    private static async Task AnswerAsync(IrcLine line, IrcMessage message, IrcSettings settings, CancellationToken ct)
    {
        switch (message.Command)
        {
            case "PING":
                await line.WriteAsync("PONG :" + message[0], ct);
                break;
            case "KICK" when message[1] is { } kicked && IrcReceiver.Same(kicked, line.Nick) && settings.Joins.Any(c => IrcReceiver.Same(c, message[0]!)):
                await line.WriteAsync("JOIN " + message[0], ct); // Once; who is banned stays out.
                break;
            case "PRIVMSG" when message[1] == "\u0001VERSION\u0001" && message.Nick is { } asks:
                await line.WriteAsync($"NOTICE {asks} :\u0001VERSION Braid\u0001", ct);
                break;
            case "PRIVMSG" when message[1]?.StartsWith("\u0001PING ", StringComparison.Ordinal) == true && message.Nick is { } pings:
                await line.WriteAsync($"NOTICE {pings} :{message[1]}", ct);
                break;
        }
    }

    private RawDelivery Delivery(string raw, IrcLine line, IListenerHost host) => new()
    {
        Body = Encoding.UTF8.GetBytes(raw),
        ContentType = "text/plain",
        Headers = new Dictionary<string, string> { ["irc-nick"] = line.Nick, ["irc-number"] = Interlocked.Increment(ref number).ToString(CultureInfo.InvariantCulture) },
        ReceivedAt = host.Clock.GetUtcNow(),
    };

    private static Task MarkAsync(IListenerHost host, CancellationToken ct) => host.StoreAsync([], Now(host), ct);

    private static string Now(IListenerHost host) => host.Clock.GetUtcNow().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);

    private static DateTimeOffset? Position(string? position) =>
        long.TryParse(position, NumberStyles.None, CultureInfo.InvariantCulture, out var at) ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null;

    private static IOException Trouble(IListenerHost host, string words)
    {
        host.Report(words);
        return new IOException(words);
    }
}
