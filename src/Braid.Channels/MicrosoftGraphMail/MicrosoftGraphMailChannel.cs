using System.ComponentModel.DataAnnotations;
using Braid.Channels.Common;
using Braid.Channels.Email;

namespace Braid.Channels.MicrosoftGraphMail;

/// <summary>A Microsoft 365 or Outlook.com mailbox over Microsoft Graph: no passwords, no IMAP. What a mail means is read as in <see cref="EmailChannel"/>.</summary>
public sealed class MicrosoftGraphMailChannel : Channel<GraphMailSettings>
{
    internal static readonly ChannelLimits Limits = new()
    {
        TextLength = 500_000,
        CaptionLength = 500_000,
        BodyBytes = 50 * 1024 * 1024,
        // Graph takes 4 MB of base64 around the mail, whose files are base64 already.
        AttachmentBytes = 2 * 1024 * 1024,
        AttachmentsPerMessage = 20,
        SendsPerSecond = 0.5,
        CallTimeout = TimeSpan.FromMinutes(1),
    };

    public override ChannelDescriptor Descriptor { get; } = new()
    {
        Id = "microsoft-graph-mail",
        Name = "Microsoft 365 mail",
        Summary = "Answer the mail of a Microsoft 365 or Outlook.com mailbox; sign in with Microsoft, no password needed.",
        SettingsType = typeof(GraphMailSettings),
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
            "In the Microsoft Entra admin center register an application with the redirect address shown here (platform Web), and create a client secret.",
            "Add the delegated permissions Mail.Read, Mail.Send and offline_access; for a shared mailbox Mail.Read.Shared and Mail.Send.Shared, too.",
            "Enter application (client) id, client secret and, for one organisation only, the directory (tenant) id. Save.",
            "Choose \"Sign in with Microsoft\" with the mailbox's account, or with one that has full access to the shared mailbox.",
            "Send a mail to the address from another account. It shows up within seconds.",
        ],
    };

    protected override IReceiver<GraphMailSettings> Receiver { get; } = new GraphMailReceiver();
    protected override ISender<GraphMailSettings> Sender { get; } = new GraphMailSender();
    protected override IListener<GraphMailSettings> Listener { get; } = new GraphMailListener();
    protected override IMedia<GraphMailSettings> Media { get; } = new GraphMailMedia();
    protected override ISetup<GraphMailSettings> Setup { get; } = new GraphMailSetup();
    protected override ILogin<GraphMailSettings> Login { get; } = new GraphMailLogin();
}

public sealed record GraphMailSettings : MailboxSettings
{
    [Setting("Email address", Help = "The address customers write to. Answers come from it.", Placeholder = "support@example.com")]
    [Required(ErrorMessage = "Enter the address customers write to.")]
    [RegularExpression(@"^[^\s@<>""/]+@[^\s@<>""/]+$", ErrorMessage = "This is not an email address.")]
    public new string? Address { get; init; }

    [Setting("Sender name", Help = "What customers see beside the address.", Placeholder = "Northwind Support")]
    public string? FromName { get; init; }

    [Setting("Application (client) id", Placeholder = "11112222-3333-4444-5555-666677778888")]
    [Required(ErrorMessage = "Enter the application (client) id from the Microsoft Entra admin center.")]
    public string ClientId { get; init; } = "";

    [Setting("Client secret", Secret = true)]
    [Required(ErrorMessage = "Enter the client secret's value from the Microsoft Entra admin center.")]
    public string ClientSecret { get; init; } = "";

    [Setting("Directory (tenant) id", Help = "The organisation's id or domain; \"common\" for any Microsoft account.")]
    [RegularExpression("^[A-Za-z0-9.-]+$", ErrorMessage = "Enter the tenant's id or domain, or common.")]
    public string Tenant { get; init; } = "common";

    [Setting("Shared mailbox", Help = "The address is a shared mailbox, and who signs in has full access to it.")]
    public bool SharedMailbox { get; init; }

    [Setting("Refresh token", Help = "Signing in fills it in.", Secret = true)]
    public string? RefreshToken { get; init; }

    [Setting("Folder", Help = "inbox, or the id of another folder.", Advanced = true)]
    public string Folder { get; init; } = "inbox";

    [Setting("Other addresses of this mailbox", Help = "Mail to them lands here, too. Mail from them is taken for our own and left out.", Advanced = true)]
    public IReadOnlyList<string> Aliases { get; init; } = [];

    [Setting("Server that checks senders", Advanced = true,
        Help = "Leave it empty for Exchange Online, which writes what it found about a sender without naming itself. Another server in front of it names itself in the first word of Authentication-Results.")]
    public string? AuthServer { get; init; }

    [Setting("Reply addresses carry a token", Advanced = true,
        Help = "Answers then come to support+token@example.com, which finds the conversation even when the customer's program loses the thread. Exchange Online allows plus addresses unless an admin switched them off.")]
    public bool PlusAddresses { get; init; } = true;

    [Setting("Take in mail of the last days", Help = "When the mailbox is connected for the first time. 0 begins with the mail that arrives from then on.", Advanced = true)]
    [Range(0, 365)]
    public int SinceDays { get; init; }

    [Setting("Look for mail every (seconds)", Advanced = true)]
    [Range(5, 3600)]
    public int PollSeconds { get; init; } = 15;

    [Setting("Largest mail (MB)", Help = "Of larger ones only the header is fetched; the conversation says so.", Advanced = true)]
    [Range(1, 150)]
    public int MaxMegabytes { get; init; } = 40;

    [Setting("API address", Help = "For a national cloud.", Placeholder = "https://graph.microsoft.com", Advanced = true)]
    [Url(ErrorMessage = "Enter a web address that starts with https://.")]
    public string? ApiBaseUrl { get; init; }

    [Setting("Address for signing in", Help = "For a national cloud.", Placeholder = "https://login.microsoftonline.com", Advanced = true)]
    [Url(ErrorMessage = "Enter a web address that starts with https://.")]
    public string? LoginUrl { get; init; }

    protected override string? Mailbox => Address;

    internal MailPlace Place => new(Address)
    {
        Aliases = Aliases, FromName = FromName, AuthServer = AuthServer, PlusAddresses = PlusAddresses, NamelessResults = string.IsNullOrWhiteSpace(AuthServer) ? "Exchange Online" : null,
    };

    internal string Root => SharedMailbox ? $"users/{Uri.EscapeDataString(Address!)}" : "me";

    internal string Login => $"{JsonApi.Base(LoginUrl, "https://login.microsoftonline.com").TrimEnd('/')}/{Tenant}/oauth2/v2.0";

    internal string Scope => "offline_access " + (SharedMailbox ? "Mail.Read.Shared Mail.Send.Shared" : "Mail.Read Mail.Send");

    public override IEnumerable<(string Field, string Problem)> Check() =>
        Aliases.Where(a => !a.Contains('@', StringComparison.Ordinal)).Select(a => ("aliases", $"\"{a}\" is not an email address."));
}
