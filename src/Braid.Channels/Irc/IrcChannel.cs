using System.ComponentModel.DataAnnotations;
using Braid.Channels.Common;

namespace Braid.Channels.Irc;

/// <summary>A nick on an IRC network. One connection listens and speaks; IRC keeps nothing for those who are away.</summary>
public sealed class IrcChannel : Channel<IrcSettings>
{
    private readonly LiveLines<IrcLine> lines = new();

    public IrcChannel()
    {
        Sender = new IrcSender(lines);
        Listener = new IrcListener(lines);
    }

    internal static readonly ChannelLimits Limits = new() { TextLength = 4000, AttachmentBytes = 0, SendsPerSecond = 0.5, CallTimeout = TimeSpan.FromMinutes(2) };

    public override ChannelDescriptor Descriptor { get; } = new()
    {
        Id = "irc",
        Name = "IRC",
        Summary = "Answer people in IRC channels and in private, under a nick of your own.",
        SettingsType = typeof(IrcSettings),
        Group = ChannelGroup.OpenNetworks,
        Capabilities = new() { Replies = true, Reactions = true, Groups = true },
        Limits = Limits,
        WhenUnknown = UnknownSend.AskAgent,
        FirstContact = FirstContact.Yes,
        Ingress = Ingress.Listener,
        SendsThroughListener = true,
        ConnectSteps =
        [
            "Choose a network and a nick. Register the nick with the network's NickServ, so that nobody else takes it.",
            "Enter server, nick and the channels to join. Save.",
            "What is written while Braid is away is lost: IRC keeps no messages. Each such gap is noted in the inbox's log.",
        ],
    };

    protected override IReceiver<IrcSettings> Receiver { get; } = new IrcReceiver();
    protected override ISender<IrcSettings> Sender { get; }
    protected override IListener<IrcSettings> Listener { get; }
    protected override ISetup<IrcSettings> Setup { get; } = new IrcSetup();
}

/// <summary>How the nick is proven: SASL while connecting, or a word to NickServ afterwards.</summary>
public enum IrcSignIn { Sasl, NickServ }

public sealed record IrcSettings : ChannelSettings
{
    [Setting("Server", Placeholder = "irc.libera.chat")]
    [Required(ErrorMessage = "Enter the network's server, for example irc.libera.chat.")]
    public string Host { get; init; } = "";

    [Setting("Port", Help = "6697 with TLS, 6667 without, if empty.", Advanced = true)]
    [Range(1, 65535, ErrorMessage = "Enter a port from 1 to 65535.")]
    public int? Port { get; init; }

    [Setting("Nick", Placeholder = "acme_help")]
    [Required(ErrorMessage = "Choose the nick Braid speaks under.")]
    [RegularExpression(@"^[A-Za-z\[\]\\`_^{|}][A-Za-z0-9\[\]\\`_^{|}-]{0,29}$", ErrorMessage = "A nick begins with a letter and holds letters, digits, - and _.")]
    public string Nick { get; init; } = "";

    [Setting("Channels", Help = "Channels to join, each with its #, with spaces between.", Placeholder = "#acme #acme-help")]
    public string? Channels { get; init; }

    [Setting("Account password", Help = "Of the registered nick; empty if it is not registered.", Secret = true)]
    public string? Password { get; init; }

    [Setting("Account name", Help = "If it differs from the nick.", Advanced = true)]
    public string? AccountName { get; init; }

    [Setting("Sign in by", Help = "SASL, or NickServ where the network has no SASL.", Advanced = true)]
    public IrcSignIn SignIn { get; init; }

    [Setting("Server password", Help = "Some private servers ask for one.", Secret = true, Advanced = true)]
    public string? ServerPassword { get; init; }

    [Setting("Without TLS", Help = "Everything, passwords too, can then be read on the way.", Advanced = true)]
    public bool Plain { get; init; }

    [Setting("Certificate (SHA-256)", Help = "Trust exactly this certificate: for a server that signed its own.", Advanced = true)]
    [RegularExpression("^([0-9A-Fa-f]{2}:?){32}$", ErrorMessage = "Enter the certificate's SHA-256 fingerprint, 64 hexadecimal digits.")]
    public string? CertificateSha256 { get; init; }

    public override string? Address => Nick.Length == 0 ? null : Nick;

    internal IReadOnlyList<string> Joins => (Channels ?? "").Split([' ', ',', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries);

    internal int RealPort => Port ?? (Plain ? 6667 : 6697);

    internal string LineName => $"{Host}:{RealPort} {Nick}";

    public override IEnumerable<(string Field, string Problem)> Check()
    {
        if (Joins.Any(c => c.Length < 2 || c[0] is not ('#' or '&' or '+' or '!') || c.Contains('\a')))
        {
            yield return ("channels", "A channel begins with #, for example #acme. Put spaces between channels.");
        }

        if (new[] { Host, Password, AccountName, ServerPassword }.OfType<string>().Any(v => v.AsSpan().IndexOfAny("\r\n\0") >= 0)) { yield return ("host", "Remove line breaks from the settings."); }
    }
}
