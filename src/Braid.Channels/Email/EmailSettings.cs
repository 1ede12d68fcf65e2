using System.ComponentModel.DataAnnotations;

namespace Braid.Channels.Email;

public enum MailSecurity { Tls, StartTls, None }

/// <summary>Lets `address` be a field of the form and what the inbox is reached at, both.</summary>
public abstract record MailboxSettings : ChannelSettings
{
    public sealed override string? Address => Mailbox;

    protected abstract string? Mailbox { get; }
}

/// <summary>One mailbox: read by IMAP, answered by SMTP.</summary>
public sealed record EmailSettings : MailboxSettings
{
    [Setting("Email address", Help = "The address customers write to. Answers come from it.", Placeholder = "support@example.com")]
    [Required(ErrorMessage = "Enter the address customers write to.")]
    [RegularExpression(@"^[^\s@<>""]+@[^\s@<>""]+$", ErrorMessage = "This is not an email address.")]
    public new string? Address { get; init; }

    [Setting("Sender name", Help = "What customers see beside the address.", Placeholder = "Northwind Support")]
    public string? FromName { get; init; }

    [Setting("IMAP server", Help = "Where mail is read. Your mail provider names it in its help pages.", Placeholder = "imap.example.com")]
    [Required(ErrorMessage = "Enter the name of the IMAP server.")]
    public string? ImapHost { get; init; }

    [Setting("IMAP port", Help = "993 with TLS, 143 with STARTTLS.")]
    [Range(1, 65535)]
    public int ImapPort { get; init; } = 993;

    [Setting("IMAP encryption")]
    public MailSecurity ImapSecurity { get; init; } = MailSecurity.Tls;

    [Setting("SMTP server", Help = "Where answers are handed over for sending.", Placeholder = "smtp.example.com")]
    [Required(ErrorMessage = "Enter the name of the SMTP server.")]
    public string? SmtpHost { get; init; }

    [Setting("SMTP port", Help = "465 with TLS, 587 with STARTTLS.")]
    [Range(1, 65535)]
    public int SmtpPort { get; init; } = 465;

    [Setting("SMTP encryption")]
    public MailSecurity SmtpSecurity { get; init; } = MailSecurity.Tls;

    [Setting("User name", Help = "Often the address itself. Leave empty to use the address.")]
    public string? UserName { get; init; }

    [Setting("Password", Help = "Many providers want an app password here instead of the one you sign in with.", Secret = true)]
    public string? Password { get; init; }

    [Setting("Other addresses of this mailbox", Help = "Mail to them lands here, too. Mail from them is taken for our own and left out.")]
    public IReadOnlyList<string> Aliases { get; init; } = [];

    [Setting("Server that checks senders", Advanced = true, Placeholder = "mx.google.com",
        Help = "The first word of the Authentication-Results header that your mail server writes. Its dmarc=pass proves a sender; without this name no sender counts as proven.")]
    public string? AuthServer { get; init; }

    [Setting("My mail server rejects forged mail", Advanced = true, Help = "Every sender then counts as proven. Only for servers that refuse mail which fails DMARC.")]
    public bool TrustServer { get; init; }

    [Setting("Folder", Advanced = true, Help = "The folder that is watched.")]
    public string Folder { get; init; } = "INBOX";

    [Setting("Take in mail of the last days", Advanced = true, Help = "When the mailbox is connected for the first time. 0 begins with the mail that arrives from then on.")]
    [Range(0, 3650)]
    public int SinceDays { get; init; }

    [Setting("Look for mail every (seconds)", Advanced = true, Help = "For servers that can't announce new mail by themselves.")]
    [Range(5, 3600)]
    public int PollSeconds { get; init; } = 60;

    [Setting("Largest mail (MB)", Advanced = true, Help = "Of larger ones only the header is fetched; the conversation says so.")]
    [Range(1, 200)]
    public int MaxMegabytes { get; init; } = 50;

    [Setting("Reply addresses carry a token", Advanced = true,
        Help = "Answers then come to support+token@example.com, which finds the conversation even when the customer's program loses the thread. Switch off if your server refuses plus addresses.")]
    public bool PlusAddresses { get; init; } = true;

    [Setting("Certificate fingerprint (SHA-256)", Advanced = true, Help = "Trusts exactly this certificate, for own servers without a public one.")]
    [RegularExpression("^([0-9A-Fa-f]{2}:?){32}$", ErrorMessage = "A SHA-256 fingerprint has 64 hexadecimal digits.")]
    public string? CertificateSha256 { get; init; }

    [Setting("OAuth token address", Advanced = true, Help = "With it, sign-in uses OAuth (XOAUTH2) instead of the password.", Placeholder = "https://oauth2.googleapis.com/token")]
    [Url(ErrorMessage = "Enter the whole address, with https://.")]
    public string? OauthTokenUrl { get; init; }

    [Setting("OAuth client id", Advanced = true)]
    public string? OauthClientId { get; init; }

    [Setting("OAuth client secret", Advanced = true, Secret = true)]
    public string? OauthClientSecret { get; init; }

    [Setting("OAuth refresh token", Advanced = true, Secret = true)]
    public string? OauthRefreshToken { get; init; }

    protected override string? Mailbox => Address;

    internal string SignInName => string.IsNullOrWhiteSpace(UserName) ? Address! : UserName.Trim();

    internal bool UsesOauth => !string.IsNullOrWhiteSpace(OauthTokenUrl);

    public override IEnumerable<(string Field, string Problem)> Check()
    {
        if (!UsesOauth && string.IsNullOrEmpty(Password)) { yield return ("password", "Enter the password of the mailbox."); }
        if (UsesOauth && string.IsNullOrEmpty(OauthRefreshToken)) { yield return ("oauthRefreshToken", "Sign-in by OAuth needs the refresh token."); }
        if (ImapHost?.Contains("://", StringComparison.Ordinal) == true) { yield return ("imapHost", "Enter only the server's name, without imap://."); }
        if (SmtpHost?.Contains("://", StringComparison.Ordinal) == true) { yield return ("smtpHost", "Enter only the server's name, without smtp://."); }
        foreach (var alias in Aliases.Where(a => !a.Contains('@', StringComparison.Ordinal)))
        {
            yield return ("aliases", $"\"{alias}\" is not an email address.");
        }
    }
}
