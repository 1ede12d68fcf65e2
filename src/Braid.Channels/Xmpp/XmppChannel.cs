using System.ComponentModel.DataAnnotations;
using Braid.Channels.Common;

namespace Braid.Channels.Xmpp;

/// <summary>An account on any XMPP server, or a component of one's own. One stream listens and speaks.</summary>
public sealed class XmppChannel : Channel<XmppSettings>
{
    private readonly LiveLines<XmppStream> lines = new();

    public XmppChannel()
    {
        Sender = new XmppSender(lines);
        Acts = new XmppActs(lines);
        Listener = new XmppListener(lines);
        Setup = new XmppSetup(lines);
    }

    internal static readonly ChannelLimits Limits = new()
    {
        TextLength = 3000, // Servers must take stanzas of 10,000 bytes; three bytes a character, and the frame.
        CaptionLength = 3000,
        AttachmentBytes = 50 * 1024 * 1024,
        AttachmentsPerMessage = 10,
        SendsPerSecond = 5,
        CallTimeout = TimeSpan.FromSeconds(90),
    };

    public override ChannelDescriptor Descriptor { get; } = new()
    {
        Id = "xmpp",
        Name = "XMPP",
        Summary = "Answer people on XMPP (Jabber), from an account on any server.",
        SettingsType = typeof(XmppSettings),
        Group = ChannelGroup.OpenNetworks,
        Capabilities = new()
        {
            Attachments = true, Replies = true, Edits = true, Deletes = true, Reactions = true, DeliveredReceipts = true, ReadReceipts = true, Typing = true, Groups = true,
            EditsSent = true, DeletesSent = true, Reacts = true, SendsTyping = true, MarksRead = true,
        },
        Limits = Limits,
        WhenUnknown = UnknownSend.AwaitReceipt,
        FirstContact = FirstContact.Yes,
        Ingress = Ingress.Listener,
        SendsThroughListener = true,
        ConnectSteps =
        [
            "Make an account for your team on your XMPP server, for example support@example.org.",
            "Enter the address and its password. If the server is not reached under the domain's name, enter its host, too.",
            "Save. Braid signs in over TLS and catches up from the server's archive, where there is one.",
            "Turn OMEMO off in chats with this account: encrypted messages are shown as such, but can't be read.",
        ],
    };

    protected override IReceiver<XmppSettings> Receiver { get; } = new XmppReceiver();
    protected override ISender<XmppSettings> Sender { get; }
    protected override IListener<XmppSettings> Listener { get; }
    protected override IMedia<XmppSettings> Media { get; } = new XmppMedia();
    protected override ISetup<XmppSettings> Setup { get; }
    protected override IActs<XmppSettings> Acts { get; }
}

/// <summary>StartTls: on the usual port. Direct: TLS from the first byte. None: only for a server on the same machine or behind a tunnel.</summary>
public enum XmppTls { StartTls, Direct, None }

public sealed record XmppSettings : ChannelSettings
{
    [Setting("Address", Help = "The account Braid speaks as.", Placeholder = "support@example.org")]
    [Required(ErrorMessage = "Enter the account's address, for example support@example.org.")]
    [RegularExpression(@"^[^@/\s<>""'&]+@[^@/\s<>""'&]+$", ErrorMessage = "An address looks like support@example.org.")]
    public string Jid { get; init; } = "";

    [Setting("Password", Help = "The account's; or, for a component, its secret.", Secret = true)]
    [Required(ErrorMessage = "Enter the account's password.")]
    public string Password { get; init; } = "";

    [Setting("Host", Help = "If the server is not reached under the domain's name.", Placeholder = "xmpp.example.org", Advanced = true)]
    public string? Host { get; init; }

    [Setting("Port", Help = "5222 if empty; 5223 for direct TLS, 5347 for a component.", Advanced = true)]
    [Range(1, 65535, ErrorMessage = "Enter a port from 1 to 65535.")]
    public int? Port { get; init; }

    [Setting("TLS", Help = "Leave it at StartTls unless your server says otherwise.", Advanced = true)]
    public XmppTls Tls { get; init; }

    [Setting("Certificate (SHA-256)", Help = "Trust exactly this certificate: for a server that signed its own.", Advanced = true)]
    [RegularExpression("^([0-9A-Fa-f]{2}:?){32}$", ErrorMessage = "Enter the certificate's SHA-256 fingerprint, 64 hexadecimal digits.")]
    public string? CertificateSha256 { get; init; }

    [Setting("Component", Help = "Connect as an external component (XEP-0114) for the address's whole domain.", Advanced = true)]
    public bool Component { get; init; }

    [Setting("Rooms", Help = "Group chats to join, with spaces between.", Placeholder = "help@conference.example.org", Advanced = true)]
    public string? Rooms { get; init; }

    public override string? Address => Jid.Length == 0 ? null : Jid;

    internal IReadOnlyList<string> Joins => (Rooms ?? "").Split([' ', ',', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries);
    internal string Local => Jid.Split('@')[0];
    internal string Domain => Jid[(Jid.IndexOf('@', StringComparison.Ordinal) + 1)..];
    internal string RealHost => string.IsNullOrWhiteSpace(Host) ? Domain : Host;
    internal int RealPort => Port ?? (Component ? 5347 : Tls == XmppTls.Direct ? 5223 : 5222);
    internal string LineName => $"{RealHost}:{RealPort} {Jid}";
}
