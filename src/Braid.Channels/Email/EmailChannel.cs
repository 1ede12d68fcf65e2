using Braid.Channels.Email.Transport;

namespace Braid.Channels.Email;

/// <summary>A mailbox as an inbox: IMAP in, SMTP out. See the README beside this file.</summary>
public sealed class EmailChannel : Channel<EmailSettings>
{
    private static readonly OauthTokens Tokens = new();

    public override ChannelDescriptor Descriptor { get; } = new()
    {
        Id = "email",
        Name = "Email",
        Summary = "Customers write to a mailbox of yours; answers go out from the same address.",
        SettingsType = typeof(EmailSettings),
        Capabilities = new ChannelCapabilities { Attachments = true, Replies = true, Subject = true, Html = true, Groups = true, ReadReceipts = true },
        Limits = new ChannelLimits
        {
            TextLength = 500_000,
            CaptionLength = 500_000,
            BodyBytes = 50 * 1024 * 1024,
            AttachmentBytes = 18 * 1024 * 1024,
            AttachmentsPerMessage = 20,
            SendsPerSecond = 2,
            CallTimeout = TimeSpan.FromMinutes(5),
        },
        Address = AddressKind.Email,
        WhenUnknown = UnknownSend.Repeat,
        Ingress = Ingress.Listener,
        FirstContact = FirstContact.Yes,
        Group = ChannelGroup.Email,
        ConnectSteps =
        [
            "Decide which mailbox customers write to, for example support@your-company.com.",
            "Find the names of its IMAP and SMTP servers in your mail provider's help pages. Google and Microsoft 365 want IMAP to be switched on first.",
            "Create an app password for Braid, if your provider has such, and enter it here.",
            "Press \"Test connection\": each step from the server's name to the folder is tried, and the one that fails says how to mend it.",
            "Send a mail to the address from another account. It shows up within seconds.",
        ],
    };

    protected override IReceiver<EmailSettings> Receiver { get; } = new EmailReceiver();
    protected override ISender<EmailSettings> Sender { get; } = new EmailSender(Tokens);
    protected override IListener<EmailSettings> Listener { get; } = new EmailListener(Tokens);
    protected override IMedia<EmailSettings> Media { get; } = new EmailMedia();
    protected override ISetup<EmailSettings> Setup { get; } = new EmailSetup(Tokens);
}
