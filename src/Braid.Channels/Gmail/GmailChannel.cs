using System.ComponentModel.DataAnnotations;
using Braid.Channels.Common;
using Braid.Channels.Email;

namespace Braid.Channels.Gmail;

/// <summary>A Gmail or Google Workspace mailbox over the Gmail API: no passwords, no IMAP. What a mail means is read as in <see cref="EmailChannel"/>.</summary>
public sealed class GmailChannel : Channel<GmailSettings>
{
    internal static readonly ChannelLimits Limits = new()
    {
        TextLength = 500_000,
        CaptionLength = 500_000,
        BodyBytes = 50 * 1024 * 1024,
        AttachmentBytes = 17 * 1024 * 1024,
        AttachmentsPerMessage = 20,
        SendsPerSecond = 2,
        CallTimeout = TimeSpan.FromMinutes(1),
    };

    public override ChannelDescriptor Descriptor { get; } = new()
    {
        Id = "gmail",
        Name = "Gmail",
        Summary = "Answer the mail of a Gmail or Google Workspace mailbox; sign in with Google, no password needed.",
        SettingsType = typeof(GmailSettings),
        Capabilities = new() { Attachments = true, Replies = true, Subject = true, Html = true, Groups = true, ReadReceipts = true },
        Limits = Limits,
        Address = AddressKind.Email,
        WhenUnknown = UnknownSend.AskAgent,
        Ingress = Ingress.Listener,
        FirstContact = FirstContact.Yes,
        Group = ChannelGroup.Email,
        OptIn = "Write first only to people who asked for it.",
        ConnectSteps =
        [
            "In Google Cloud create a project, switch on the Gmail API, and create an OAuth client of the type web application with the redirect address shown here.",
            "On the consent screen add the scopes gmail.readonly and gmail.send. In Google Workspace choose \"Internal\": then Google needs no review.",
            "Enter client id and client secret, and save.",
            "Choose \"Sign in with Google\", pick the mailbox, and allow what is asked.",
            "Send a mail to the address from another account. It shows up within seconds.",
        ],
    };

    protected override IReceiver<GmailSettings> Receiver { get; } = new GmailReceiver();
    protected override ISender<GmailSettings> Sender { get; } = new GmailSender();
    protected override IListener<GmailSettings> Listener { get; } = new GmailListener();
    protected override IMedia<GmailSettings> Media { get; } = new GmailMedia();
    protected override ISetup<GmailSettings> Setup { get; } = new GmailSetup();
    protected override ILogin<GmailSettings> Login { get; } = new GmailLogin();
}

public sealed record GmailSettings : MailboxSettings
{
    [Setting("Email address", Help = "The address customers write to: the mailbox's own, or one it may send as.", Placeholder = "support@example.com")]
    [Required(ErrorMessage = "Enter the address customers write to.")]
    [RegularExpression(@"^[^\s@<>""]+@[^\s@<>""]+$", ErrorMessage = "This is not an email address.")]
    public new string? Address { get; init; }

    [Setting("Sender name", Help = "What customers see beside the address.", Placeholder = "Northwind Support")]
    public string? FromName { get; init; }

    [Setting("Client id", Help = "Of the OAuth client in Google Cloud.", Placeholder = "1234-abc.apps.googleusercontent.com")]
    [Required(ErrorMessage = "Enter the client id of your OAuth client in Google Cloud.")]
    public string ClientId { get; init; } = "";

    [Setting("Client secret", Secret = true)]
    [Required(ErrorMessage = "Enter the client secret of your OAuth client in Google Cloud.")]
    public string ClientSecret { get; init; } = "";

    [Setting("Refresh token", Help = "Signing in fills it in.", Secret = true)]
    public string? RefreshToken { get; init; }

    [Setting("Label", Help = "Only mail with this label is taken in. The id of a label of your own looks like Label_12.", Advanced = true)]
    public string Label { get; init; } = "INBOX";

    [Setting("Other addresses of this mailbox", Help = "Mail to them lands here, too. Mail from them is taken for our own and left out.", Advanced = true)]
    public IReadOnlyList<string> Aliases { get; init; } = [];

    [Setting("Server that checks senders", Help = "The first word of the Authentication-Results header. Its dmarc=pass proves a sender.", Advanced = true)]
    public string AuthServer { get; init; } = "mx.google.com";

    [Setting("Reply addresses carry a token", Advanced = true,
        Help = "Answers then come to support+token@example.com, which finds the conversation even when the customer's program loses the thread.")]
    public bool PlusAddresses { get; init; } = true;

    [Setting("Take in mail of the last days", Help = "When the mailbox is connected for the first time. 0 begins with the mail that arrives from then on.", Advanced = true)]
    [Range(0, 365)]
    public int SinceDays { get; init; }

    [Setting("Look for mail every (seconds)", Advanced = true)]
    [Range(5, 3600)]
    public int PollSeconds { get; init; } = 15;

    [Setting("Largest mail (MB)", Help = "Of larger ones only the header is fetched; the conversation says so.", Advanced = true)]
    [Range(1, 50)]
    public int MaxMegabytes { get; init; } = 40;

    [Setting("API address", Placeholder = "https://gmail.googleapis.com", Advanced = true)]
    [Url(ErrorMessage = "Enter a web address that starts with https://.")]
    public string? ApiBaseUrl { get; init; }

    [Setting("Address for signing in", Placeholder = GoogleSignIn.TokenUrl, Advanced = true)]
    [Url(ErrorMessage = "Enter a web address that starts with https://.")]
    public string? TokenUrl { get; init; }

    protected override string? Mailbox => Address;

    internal MailPlace Place => new(Address) { Aliases = Aliases, FromName = FromName, AuthServer = AuthServer, PlusAddresses = PlusAddresses };

    internal GoogleConsent Consent => new(ClientId, ClientSecret, RefreshToken, JsonApi.Base(TokenUrl, GoogleSignIn.TokenUrl));

    public override IEnumerable<(string Field, string Problem)> Check() =>
        Aliases.Where(a => !a.Contains('@', StringComparison.Ordinal)).Select(a => ("aliases", $"\"{a}\" is not an email address."));
}
