using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using Braid.Channels.Email.Imap;
using Braid.Channels.Email.Smtp;
using Braid.Channels.Email.Transport;

namespace Braid.Channels.Email;

/// <summary>Walks from the server's name to the open folder and to SMTP's sign-in, and says how to mend the first link that fails.</summary>
internal sealed class EmailSetup(OauthTokens tokens) : ISetup<EmailSettings>
{
    public async Task<IReadOnlyList<CheckStep>> CheckAsync(EmailSettings settings, ConnectContext context, CancellationToken ct)
    {
        var steps = new List<CheckStep>();
        string? token = null;
        if (settings.UsesOauth && !await StepAsync(steps, "OAuth", "The provider gave an access token.", async () => token = await tokens.GetAsync(settings, context.Http, context.Clock, ct), ct))
        {
            return steps;
        }

        await CheckImapAsync(steps, settings, token, context, ct);
        await CheckSmtpAsync(steps, settings, token, context, ct);
        return steps;
    }

    /// <summary>There is nothing to set up at a mail server.</summary>
    public Task<IReadOnlyList<CheckStep>> ConnectAsync(EmailSettings settings, ConnectContext context, CancellationToken ct) => CheckAsync(settings, context, ct);

    private async Task CheckImapAsync(List<CheckStep> steps, EmailSettings settings, string? token, ConnectContext context, CancellationToken ct)
    {
        if (!await NameAsync(steps, "IMAP server name", settings.ImapHost!, ct)) { return; }
        ImapClient? client = null;
        try
        {
            if (!await StepAsync(steps, "IMAP connection", $"{settings.ImapHost}:{settings.ImapPort} answers.", async () => client = await ImapClient.ConnectAsync(settings, context.Dial, context.Clock, ct), ct)) { return; }
            if (!await StepAsync(steps, "IMAP sign-in", $"Signed in as {settings.SignInName}.", () => client!.SignInAsync(settings.SignInName, settings.Password, token, ct), ct)) { return; }
            ImapFolder? folder = null;
            await StepAsync(steps, "Folder", $"{settings.Folder} can be read.", async () => folder = await client!.OpenAsync(settings.Folder, ct), ct);
            await client!.LogoutAsync(ct);
        }
        finally
        {
            if (client is not null) { await client.DisposeAsync(); }
        }
    }

    private async Task CheckSmtpAsync(List<CheckStep> steps, EmailSettings settings, string? token, ConnectContext context, CancellationToken ct)
    {
        if (!await NameAsync(steps, "SMTP server name", settings.SmtpHost!, ct)) { return; }
        SmtpClient? client = null;
        try
        {
            if (!await StepAsync(steps, "SMTP connection", $"{settings.SmtpHost}:{settings.SmtpPort} answers.", async () => client = await SmtpClient.ConnectAsync(settings, context.Dial, context.Clock, ct), ct)) { return; }
            if (!await StepAsync(steps, "SMTP sign-in", $"Signed in as {settings.SignInName}.", () => client!.SignInAsync(settings.SignInName, settings.Password, token, ct), ct)) { return; }
            await client!.QuitAsync(ct);
        }
        finally
        {
            if (client is not null) { await client.DisposeAsync(); }
        }
    }

    private static async Task<bool> NameAsync(List<CheckStep> steps, string name, string host, CancellationToken ct)
    {
        try
        {
            await Dns.GetHostAddressesAsync(host, ct);
            steps.Add(new CheckStep(name, true, $"{host} is known."));
            return true;
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            steps.Add(new CheckStep(name, false, $"No server is known as {host}.", "Check the spelling of the server's name; your mail provider's help pages have it."));
            return false;
        }
    }

    private static async Task<bool> StepAsync(List<CheckStep> steps, string name, string success, Func<Task> step, CancellationToken ct)
    {
        try
        {
            await step();
            steps.Add(new CheckStep(name, true, success));
            return true;
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            steps.Add(new CheckStep(name, false, e is ImapRefusedException no ? no.Response.Human : e is SmtpRefusedException smtp ? smtp.Reply.Shown : e.Message, Fix(e)));
            return false;
        }
    }

    private static string Fix(Exception e) => e switch
    {
        MailSignInException or SmtpRefusedException { Command: "AUTH" } => "Check user name and password. Many providers want an app password, and some want IMAP to be switched on first.",
        MailSecurityException => "Choose another port or encryption: 993 and 465 go with TLS, 143 and 587 with STARTTLS.",
        AuthenticationException => "The server's certificate is not valid for this name. Use the name that is in the certificate, or enter the certificate's fingerprint under Advanced.",
        TimeoutException => "Check the port, and whether a firewall is in between. TLS on a STARTTLS port (or the other way round) also ends in silence.",
        SocketException => "Check the port, and that the server lets this machine connect.",
        ImapRefusedException => "Check the name of the folder. INBOX always exists.",
        SmtpRefusedException => "The server does not take mail from this machine. Ask your mail provider for the right server to send through.",
        _ => "Check the server's name, port and encryption.",
    };
}
