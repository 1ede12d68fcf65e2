using System.Buffers;
using System.Net.Sockets;
using Braid.Channels.Common;

namespace Braid.Channels.Irc;

/// <summary>Says lines over the listener's connection. IRC gives no ids and no receipts.</summary>
internal sealed class IrcSender(LiveLines<IrcLine> lines) : ISender<IrcSettings>
{
    private static readonly SearchValues<char> NotInNames = SearchValues.Create(" ,:\r\n\0\a");

    public async Task<SendResult> SendAsync(OutboundMessage message, IrcSettings settings, ProviderContext context, CancellationToken ct)
    {
        if (message.Attachments.Count > 0) { return new SendResult.Failed(FailureKind.Content, "IRC carries no files. Send a link instead."); }
        var target = message.ThreadId ?? message.RecipientId;
        if (target.Length == 0 || target.AsSpan().ContainsAny(NotInNames)) { return new SendResult.Failed(FailureKind.Unreachable, "This is no nick or channel of IRC."); }
        if (lines.Find(settings.LineName) is not { } line) { return LiveLines<IrcLine>.NotConnected; }
        return await PartwiseSend.RunAsync(message, IrcText.Lines(message.Text), async (text, index) =>
        {
            try
            {
                return Result(await line.SayAsync(Privmsg(target, text), ct), $"{message.IdempotencyKey}-{index}");
            }
            catch (Exception e) when (e is IOException or SocketException or TimeoutException or ObjectDisposedException)
            {
                return new SendResult.Unknown("the connection to IRC broke while speaking");
            }
        });
    }

    internal static string Privmsg(string target, string text) => $"PRIVMSG {target} :{text}";

    internal static SendResult Result(IrcMessage answer, string id) => answer.Command switch
    {
        "PONG" => new SendResult.Sent(id),
        "401" => new SendResult.Failed(FailureKind.Unreachable, "Nobody of this nick is on IRC now.", "401"),
        "403" => new SendResult.Failed(FailureKind.Unreachable, "There is no such channel.", "403"),
        "404" or "442" => new SendResult.Failed(FailureKind.Unreachable, "The channel takes no messages from us. Ask an operator for voice.", answer.Command),
        "477" => new SendResult.Failed(FailureKind.Configuration, "The network takes messages from registered nicks only. Register the nick and enter its password.", "477"),
        "716" or "717" or "531" => new SendResult.Failed(FailureKind.Unreachable, "This person takes no private messages.", answer.Command),
        "263" or "439" => new SendResult.Retry("IRC asks to slow down", TimeSpan.FromSeconds(30)) { WholeInbox = true },
        "ERROR" => new SendResult.Unknown("the server closed the connection"),
        var code => new SendResult.Failed(FailureKind.Content, "The server refused the line.", code),
    };
}
