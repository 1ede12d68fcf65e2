using System.Net.Sockets;
using System.Security.Authentication;
using Braid.Channels.Email.Transport;

namespace Braid.Channels.Email.Smtp;

/// <summary>What a refusal or a broken connection means for the mail, in words for agents and admins.</summary>
internal static class SmtpOutcomes
{
    private static readonly TimeSpan Soon = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Later = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan MailboxFull = TimeSpan.FromHours(4);

    /// <summary>Nothing was accepted yet: the caller knows that the final dot was not sent.</summary>
    public static SendResult Of(Exception e) => e switch
    {
        SmtpRefusedException { Command: "AUTH" } refused when refused.Reply.Code is >= 500 => SignIn(refused.Reply),
        SmtpRefusedException refused => Refused(refused.Command, refused.Reply),
        MailSignInException signIn => new SendResult.Failed(FailureKind.Credentials, signIn.Message, signIn.Code),
        MailSecurityException security => new SendResult.Failed(FailureKind.Configuration, security.Message + " Check the port and the encryption in the inbox's settings."),
        AuthenticationException => new SendResult.Retry($"The encrypted connection to the SMTP server failed: {e.Message}", Soon) { WholeInbox = true, ProviderDown = true },
        SocketException or IOException or TimeoutException or HttpRequestException => new SendResult.Retry($"The SMTP server can't be reached: {e.Message}", Soon) { WholeInbox = true, ProviderDown = true },
        MediaUnavailableException media => new SendResult.Failed(FailureKind.Content, media.Message),
        _ => new SendResult.Failed(FailureKind.Other, $"The mail could not be built: {e.Message}"),
    };

    public static SendResult Refused(string command, SmtpReply reply)
    {
        var code = reply.EnhancedCode ?? reply.Code.ToString(System.Globalization.CultureInfo.InvariantCulture);
        var status = reply.EnhancedCode ?? "";
        if (reply.Code is 530 or 534 or 535) { return SignIn(reply); }
        if (status is "5.2.2" or "4.2.2") { return new SendResult.Retry($"The recipient's mailbox is full: {reply.Shown}", MailboxFull); }
        if (reply.Code is >= 400 and < 500) { return Temporary(reply, status); }
        if (reply.Code == 552 || status is "5.3.4" or "5.2.3") { return new SendResult.Failed(FailureKind.Content, $"The mail is too large. Send a link instead of the file. ({reply.Shown})", code); }
        if (status.StartsWith("5.7.", StringComparison.Ordinal)) { return new SendResult.Failed(FailureKind.Other, $"Refused by the server's rules against spam or forgery. An admin should look at SPF, DKIM and DMARC of the domain. ({reply.Shown})", code); }
        if (command == "RCPT" && (status.StartsWith("5.1.", StringComparison.Ordinal) || reply.Code is 550 or 551 or 553)) { return new SendResult.Failed(FailureKind.Unreachable, $"The address does not exist or takes no mail. ({reply.Shown})", code); }
        if (command == "MAIL") { return new SendResult.Failed(FailureKind.Configuration, $"The mail server does not let this inbox send from its address. ({reply.Shown})", code); }
        return new SendResult.Failed(FailureKind.Other, $"The mail server refused the mail. ({reply.Shown})", code);
    }

    private static SendResult.Retry Temporary(SmtpReply reply, string status)
    {
        var slowDown = status.StartsWith("4.7.", StringComparison.Ordinal) || status is "4.2.1" or "4.5.3" || reply.Text.Contains("rate", StringComparison.OrdinalIgnoreCase)
            || reply.Text.Contains("too many", StringComparison.OrdinalIgnoreCase) || reply.Code is 421 or 454;
        return new SendResult.Retry($"The mail server asks to come back later: {reply.Shown}", slowDown ? Later : Soon) { WholeInbox = slowDown, ProviderDown = reply.Code == 421 };
    }

    private static SendResult.Failed SignIn(SmtpReply reply) =>
        new(FailureKind.Credentials, $"The SMTP server refused the sign-in. Check user name and password in the inbox's settings; many providers want an app password. ({reply.Shown})", reply.EnhancedCode ?? $"{reply.Code}");
}
