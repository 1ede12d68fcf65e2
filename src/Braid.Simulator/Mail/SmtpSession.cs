using System.Text;
using System.Text.RegularExpressions;
using Braid.Simulator.Net;

namespace Braid.Simulator.Mail;

/// <summary>One SMTP conversation (RFC 5321) of a client that sends through us. Faults are named by the verb; DATA strikes at the final dot.</summary>
internal sealed partial class SmtpSession(LineConnection wire, MailWorld mail, World world)
{
    private const int SizeLimit = 50 * 1024 * 1024;
    private readonly List<string> recipients = [];
    private string? from;

    public async Task RunAsync(CancellationToken ct)
    {
        if (!await ReplyAsync("connect", "220 smtp.simulator.example ESMTP", ct))
        {
            return;
        }

        while (await wire.ReadLineAsync(ct) is { } line)
        {
            var verb = line.Split(' ', 2)[0].ToUpperInvariant();
            var go = verb switch
            {
                "EHLO" => await ReplyAsync(verb, "250-smtp.simulator.example\r\n250-SIZE 52428800\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250-ENHANCEDSTATUSCODES\r\n250 AUTH PLAIN LOGIN", ct),
                "HELO" => await ReplyAsync(verb, "250 smtp.simulator.example", ct),
                "AUTH" => await AuthAsync(line, ct),
                "MAIL" => await MailAsync(line, ct),
                "RCPT" => await RecipientAsync(line, ct),
                "DATA" => await DataAsync(ct),
                "RSET" => await ResetAsync(ct),
                "NOOP" => await ReplyAsync(verb, "250 2.0.0 OK", ct),
                "QUIT" => await QuitAsync(ct),
                _ => await ReplyAsync(verb, "500 5.5.2 Command not recognised", ct),
            };
            if (!go)
            {
                return;
            }
        }
    }

    private async Task<bool> AuthAsync(string line, CancellationToken ct)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        string user;
        string password;
        if (words.ElementAtOrDefault(1)?.ToUpperInvariant() == "PLAIN")
        {
            var parts = Decode(words.ElementAtOrDefault(2) ?? await AskAsync("", ct)).Split('\0');
            (user, password) = parts.Length == 3 ? (parts[1], parts[2]) : ("", "");
        }
        else
        {
            user = Decode(words.ElementAtOrDefault(2) ?? await AskAsync("VXNlcm5hbWU6", ct));
            password = Decode(await AskAsync("UGFzc3dvcmQ6", ct));
        }

        return await ReplyAsync("AUTH", mail.SignIn(user, password) is null
            ? "535 5.7.8 Authentication credentials invalid" : "235 2.7.0 Authentication successful", ct);
    }

    private async Task<string> AskAsync(string challenge, CancellationToken ct)
    {
        await wire.WriteLineAsync("334 " + challenge, ct);
        return await wire.ReadLineAsync(ct) ?? throw new IOException("Closed while signing in.");
    }

    private static string Decode(string base64)
    {
        var bytes = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, bytes, out var count) ? Encoding.UTF8.GetString(bytes, 0, count) : "";
    }

    private async Task<bool> MailAsync(string line, CancellationToken ct)
    {
        if (Path().Match(line) is not { Success: true } path)
        {
            return await ReplyAsync("MAIL", "501 5.5.4 Syntax: MAIL FROM:<address>", ct);
        }

        recipients.Clear();
        from = path.Groups[1].Value;
        return await ReplyAsync("MAIL", "250 2.1.0 OK", ct);
    }

    private async Task<bool> RecipientAsync(string line, CancellationToken ct)
    {
        if (from is null)
        {
            return await ReplyAsync("RCPT", "503 5.5.1 MAIL first", ct);
        }

        if (Path().Match(line) is not { Success: true, Groups: var groups } || !groups[1].Value.Contains('@', StringComparison.Ordinal))
        {
            return await ReplyAsync("RCPT", "501 5.1.3 Bad recipient address syntax", ct);
        }

        if (mail.Unknown.Contains(groups[1].Value))
        {
            return await ReplyAsync("RCPT", $"550 5.1.1 <{groups[1].Value}>: Recipient address rejected: User unknown", ct);
        }

        return await ReplyAsync("RCPT", "250 2.1.5 OK", ct, () => recipients.Add(groups[1].Value));
    }

    private async Task<bool> DataAsync(CancellationToken ct)
    {
        if (recipients.Count == 0)
        {
            return await ReplyAsync("NOOP", "503 5.5.1 No valid recipients", ct);
        }

        await wire.WriteLineAsync("354 End data with <CR><LF>.<CR><LF>", ct);
        var raw = new MemoryStream();
        while (true)
        {
            var line = await wire.ReadLineAsync(ct) ?? throw new IOException("Closed inside a mail.");
            if (line == ".")
            {
                break;
            }

            raw.Write(Encoding.Latin1.GetBytes((line.StartsWith('.') ? line[1..] : line) + "\r\n"));
        }

        var received = new MailReceived(from!, [.. recipients], raw.ToArray(), world.Time.GetUtcNow());
        from = null;
        recipients.Clear();
        return raw.Length > SizeLimit
            ? await ReplyAsync("DATA", "552 5.3.4 Message too big for system", ct)
            : await ReplyAsync("DATA", $"250 2.0.0 OK: queued as {world.Number(100_000, 999_999)}", ct, () => mail.Accept(received));
    }

    private async Task<bool> ResetAsync(CancellationToken ct)
    {
        from = null;
        recipients.Clear();
        return await ReplyAsync("RSET", "250 2.0.0 OK", ct);
    }

    private async Task<bool> QuitAsync(CancellationToken ct)
    {
        await wire.WriteLineAsync("221 2.0.0 Bye", ct);
        return false;
    }

    /// <summary>Answers a verb, or lets its fault have it. <paramref name="accept"/> happens when the server truly takes what was said.</summary>
    private async Task<bool> ReplyAsync(string verb, string reply, CancellationToken ct, Action? accept = null)
    {
        var fault = world.Faults.IsOut(SimulatedProvider.Smtp) ? new Fault.ResetBefore() : world.Faults.Strike(SimulatedProvider.Smtp, verb);
        switch (fault)
        {
            case Fault.TooManyRequests:
                await wire.WriteLineAsync("451 4.7.1 Too many messages, slow down", ct);
                return true;
            case Fault.ServerError:
                await wire.WriteLineAsync("451 4.3.0 Temporary local problem", ct);
                return true;
            case Fault.Refusal { Status: var status, Body: var text }:
                await wire.WriteLineAsync($"{status} {text}", ct);
                return true;
            case Fault.ResetBefore:
                wire.Reset();
                return false;
            case Fault.ResetAfter:
                accept?.Invoke();
                wire.Reset();
                return false;
            case Fault.TimeoutBefore or Fault.TimeoutAfter:
                if (fault is Fault.TimeoutAfter)
                {
                    accept?.Invoke();
                }

                await wire.ReadLineAsync(ct); // silence until the client hangs up
                return false;
            case Fault.Slow { By: var by }:
                await Task.Delay(by, world.Time, ct);
                break;
        }

        if (reply[0] == '2')
        {
            accept?.Invoke();
        }

        await wire.WriteLineAsync(reply, ct);
        return true;
    }

    [GeneratedRegex("^(?:MAIL FROM|RCPT TO):\\s*<([^>]*)>", RegexOptions.IgnoreCase)]
    private static partial Regex Path();
}
