using System.Text;
using Braid.Simulator.Net;

namespace Braid.Simulator.Mail;

/// <summary>Where a mail is handed over: dovecot's LMTP, a real MTA, or the like.</summary>
public sealed record MailRoute(string Host, int Port, bool Lmtp = true);

/// <summary>Hands a mail over by LMTP (RFC 2033) or SMTP.</summary>
public static class MailWire
{
    public static async Task DeliverAsync(MailRoute route, string from, IReadOnlyList<string> to, byte[] mail, CancellationToken ct)
    {
        using var wire = await LineConnection.ConnectAsync(route.Host, route.Port, ct);
        await ExpectAsync(wire, '2', ct);
        await SayAsync(wire, route.Lmtp ? "LHLO customers.example" : "EHLO customers.example", '2', ct);
        await SayAsync(wire, $"MAIL FROM:<{from}>", '2', ct);
        foreach (var recipient in to)
        {
            await SayAsync(wire, $"RCPT TO:<{recipient}>", '2', ct);
        }

        await SayAsync(wire, "DATA", '3', ct);
        await wire.WriteAsync(Stuffed(mail), ct);
        // LMTP answers once per recipient, SMTP once for all.
        for (var i = 0; i < (route.Lmtp ? to.Count : 1); i++)
        {
            await ExpectAsync(wire, '2', ct);
        }

        await wire.WriteLineAsync("QUIT", ct);
    }

    private static async Task SayAsync(LineConnection wire, string line, char expected, CancellationToken ct)
    {
        await wire.WriteLineAsync(line, ct);
        await ExpectAsync(wire, expected, ct);
    }

    private static async Task ExpectAsync(LineConnection wire, char expected, CancellationToken ct)
    {
        string line;
        do
        {
            line = await wire.ReadLineAsync(ct) ?? throw new MailRefusedException("The connection was closed.");
        }
        while (line is [_, _, _, '-', ..]);

        if (line[0] != expected)
        {
            throw new MailRefusedException(line);
        }
    }

    private static byte[] Stuffed(byte[] mail)
    {
        var text = Encoding.Latin1.GetString(mail).ReplaceLineEndings("\r\n").Replace("\r\n.", "\r\n..", StringComparison.Ordinal);
        text = text.StartsWith('.') ? "." + text : text;
        return Encoding.Latin1.GetBytes((text.EndsWith("\r\n", StringComparison.Ordinal) ? text : text + "\r\n") + ".\r\n");
    }
}
