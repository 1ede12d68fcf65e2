using System.Text;
using Braid.Channels.Email.Transport;

namespace Braid.Channels.Email.Smtp;

/// <summary>The server answered no to a command that needed a yes.</summary>
internal sealed class SmtpRefusedException(string command, SmtpReply reply) : Exception($"{command}: {reply.Shown}")
{
    public string Command { get; } = command;
    public SmtpReply Reply { get; } = reply;
}

/// <summary>The setting asks for encryption that the server doesn't offer. There is no falling back to plain text.</summary>
internal sealed class MailSecurityException(string message) : Exception(message);

/// <summary>SMTP submission (RFC 5321, 6409, 3207, 4954). One mail per connection.</summary>
internal sealed class SmtpClient(MailWire wire, TimeProvider clock) : IAsyncDisposable
{
    private static readonly TimeSpan CommandLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan AcceptLimit = TimeSpan.FromMinutes(3);

    private Dictionary<string, string> extensions = new(StringComparer.OrdinalIgnoreCase);

    public bool Offers(string extension) => extensions.ContainsKey(extension);

    public long? SizeLimit => long.TryParse(extensions.GetValueOrDefault("SIZE"), out var size) && size > 0 ? size : null;

    public static async Task<SmtpClient> ConnectAsync(EmailSettings settings, LineDialer dial, TimeProvider clock, CancellationToken ct)
    {
        var wire = await Deadline.RunAsync(TimeSpan.FromSeconds(20), clock, token =>
            MailWire.OpenAsync(dial, settings.SmtpHost!, settings.SmtpPort, settings.SmtpSecurity == MailSecurity.Tls, settings.CertificateSha256, token), ct);
        var client = new SmtpClient(wire, clock);
        try
        {
            await client.GreetAsync(settings, ct);
            return client;
        }
        catch
        {
            await client.DisposeAsync();
            throw;
        }
    }

    public async Task SignInAsync(string user, string? password, string? oauthToken, CancellationToken ct)
    {
        var ways = extensions.GetValueOrDefault("AUTH")?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
        bool Has(string way) => ways.Contains(way, StringComparer.OrdinalIgnoreCase);
        if (oauthToken is not null)
        {
            var reply = await CommandAsync("AUTH XOAUTH2 " + OauthTokens.Message(user, oauthToken), ct);
            // The refusal comes as a challenge with details: an empty line fetches the real answer.
            if (reply.Code == 334) { reply = await CommandAsync("", ct); }
            Require("AUTH", reply);
        }
        else if (Has("PLAIN"))
        {
            Require("AUTH", await CommandAsync("AUTH PLAIN " + Base64($"\0{user}\0{password}"), ct));
        }
        else if (Has("LOGIN"))
        {
            var reply = await CommandAsync("AUTH LOGIN", ct);
            if (reply.Code == 334) { reply = await CommandAsync(Base64(user), ct); }
            if (reply.Code == 334) { reply = await CommandAsync(Base64(password ?? ""), ct); }
            Require("AUTH", reply);
        }
        else if (Offers("AUTH"))
        {
            throw new MailSecurityException("The SMTP server offers no way to sign in that Braid knows (PLAIN, LOGIN, XOAUTH2).");
        }
    }

    public async Task MailFromAsync(string address, bool utf8, long? size, CancellationToken ct)
    {
        var command = new StringBuilder("MAIL FROM:<").Append(address).Append('>');
        if (size is not null && Offers("SIZE")) { command.Append(" SIZE=").Append(size); }
        if (utf8) { command.Append(" SMTPUTF8"); }
        Require("MAIL", await CommandAsync(command.ToString(), ct));
    }

    public Task<SmtpReply> RecipientAsync(string address, CancellationToken ct) => CommandAsync($"RCPT TO:<{address}>", ct);

    public async Task StartDataAsync(CancellationToken ct)
    {
        var reply = await CommandAsync("DATA", ct);
        if (reply.Code != 354) { throw new SmtpRefusedException("DATA", reply); }
    }

    public Task SendBlockAsync(ReadOnlyMemory<byte> block, CancellationToken ct) => Deadline.RunAsync(AcceptLimit, clock, token => wire.WriteAsync(block, token), ct);

    /// <summary>Sends the final dot. From here on the mail may be the server's, whatever we hear.</summary>
    public async Task<SmtpReply> FinishAsync(CancellationToken ct)
    {
        await SendBlockAsync(".\r\n"u8.ToArray(), ct);
        return await Deadline.RunAsync(AcceptLimit, clock, ReadReplyAsync, ct);
    }

    public async Task QuitAsync(CancellationToken ct)
    {
        try
        {
            await Deadline.RunAsync(TimeSpan.FromSeconds(5), clock, token => wire.WriteLineAsync("QUIT", token), ct);
        }
        catch (Exception e) when (e is IOException or TimeoutException)
        {
            // The mail is through; manners don't matter any more.
        }
    }

    public ValueTask DisposeAsync() => wire.DisposeAsync();

    private async Task GreetAsync(EmailSettings settings, CancellationToken ct)
    {
        Require("greeting", await Deadline.RunAsync(CommandLimit, clock, ReadReplyAsync, ct));
        await HelloAsync(settings, ct);
        if (settings.SmtpSecurity != MailSecurity.StartTls) { return; }
        if (!Offers("STARTTLS")) { throw new MailSecurityException("The SMTP server does not offer STARTTLS on this port."); }
        Require("STARTTLS", await CommandAsync("STARTTLS", ct));
        await Deadline.RunAsync(CommandLimit, clock, token => wire.SecureAsync(settings.SmtpHost!, settings.CertificateSha256, token), ct);
        await HelloAsync(settings, ct);
    }

    private async Task HelloAsync(EmailSettings settings, CancellationToken ct)
    {
        var domain = MailDomains.Ascii(settings.Address![(settings.Address!.LastIndexOf('@') + 1)..]);
        var reply = await CommandAsync("EHLO " + domain, ct);
        if (!reply.IsPositive)
        {
            Require("HELO", await CommandAsync("HELO " + domain, ct));
            extensions = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
            return;
        }

        extensions = reply.Text.Split('\n').Skip(1).Select(l => l.Trim().Split(' ', 2)).Where(w => w[0].Length > 0)
            .DistinctBy(w => w[0].ToUpperInvariant()).ToDictionary(w => w[0], w => w.Length > 1 ? w[1] : "", StringComparer.OrdinalIgnoreCase);
    }

    private Task<SmtpReply> CommandAsync(string command, CancellationToken ct) => Deadline.RunAsync(
        CommandLimit, clock, async token =>
        {
            await wire.WriteLineAsync(command, token);
            return await ReadReplyAsync(token);
        }, ct);

    private async Task<SmtpReply> ReadReplyAsync(CancellationToken ct)
    {
        var text = new StringBuilder();
        for (var lines = 0; lines < 200; lines++)
        {
            var line = Encoding.UTF8.GetString(await wire.ReadLineAsync(ct));
            if (line.Length < 3 || !int.TryParse(line.AsSpan(0, 3), out var code)) { throw new MailProtocolException("The SMTP server answered something else than SMTP."); }
            if (text.Length > 0) { text.Append('\n'); }
            text.Append(line.AsSpan(Math.Min(4, line.Length)));
            if (line.Length < 4 || line[3] != '-') { return new SmtpReply(code, text.ToString()); }
        }

        throw new MailProtocolException("The SMTP server's answer has no end.");
    }

    private static void Require(string command, SmtpReply reply)
    {
        if (!reply.IsPositive) { throw new SmtpRefusedException(command, reply); }
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
