using System.ComponentModel.DataAnnotations;

namespace Braid.Channels.SignalCli;

/// <summary>A Signal number, through a signal-cli daemon (or its REST wrapper) of your own.</summary>
public sealed class SignalCliChannel : Channel<SignalSettings>
{
    internal static readonly ChannelLimits Limits = new()
    {
        TextLength = 4000,
        CaptionLength = 4000,
        // A file travels inside one JSON text; Signal's own limit is 100 MB.
        AttachmentBytes = 25 * 1024 * 1024,
        AttachmentsPerMessage = 10,
        SendsPerSecond = 1,
        CallTimeout = TimeSpan.FromSeconds(90),
    };

    public override ChannelDescriptor Descriptor { get; } = new()
    {
        Id = "signal",
        Name = "Signal",
        Summary = "Answer people on Signal, with a number of your own through signal-cli.",
        SettingsType = typeof(SignalSettings),
        Group = ChannelGroup.OpenNetworks,
        Capabilities = new()
        {
            Attachments = true, Replies = true, Edits = true, Deletes = true, Reactions = true, DeliveredReceipts = true, ReadReceipts = true, Typing = true, Groups = true,
            EditsSent = true, DeletesSent = true, Reacts = true, SendsTyping = true, MarksRead = true,
        },
        Limits = Limits,
        WhenUnknown = UnknownSend.AskAgent,
        FirstContact = FirstContact.Yes,
        OptIn = "Write only to people who asked for it; Signal slows down numbers that write to many strangers.",
        Ingress = Ingress.Listener,
        ConnectSteps =
        [
            "Install signal-cli on a machine that only your servers reach, and register or link a number with it.",
            "Start it with: signal-cli -a +NUMBER daemon --http=127.0.0.1:8080 --receive-mode=on-connection. So messages wait at Signal while Braid is away.",
            "Enter its address and the number. Save.",
            "Or run signal-cli-rest-api with MODE=json-rpc, and choose \"REST\" below.",
            "signal-cli has no password: never open its port to the internet.",
        ],
    };

    protected override IReceiver<SignalSettings> Receiver { get; } = new SignalReceiver();
    protected override ISender<SignalSettings> Sender { get; } = new SignalSender();
    protected override IListener<SignalSettings> Listener { get; } = new SignalListener();
    protected override IMedia<SignalSettings> Media { get; } = new SignalMedia();
    protected override ISetup<SignalSettings> Setup { get; } = new SignalSetup();
    protected override IActs<SignalSettings> Acts { get; } = new SignalActs();
}

/// <summary>signal-cli's own HTTP daemon, or the wrapper signal-cli-rest-api in json-rpc mode.</summary>
public enum SignalDaemon { JsonRpc, Rest }

public sealed record SignalSettings : ChannelSettings
{
    [Setting("signal-cli's address", Help = "Where its HTTP daemon listens.", Placeholder = "http://127.0.0.1:8080")]
    [Required(ErrorMessage = "Enter the address of signal-cli's HTTP daemon, for example http://127.0.0.1:8080.")]
    [Url(ErrorMessage = "Enter a web address, for example http://127.0.0.1:8080.")]
    public string ApiBaseUrl { get; init; } = "";

    [Setting("Number", Help = "The number registered with signal-cli.", Placeholder = "+819012345678")]
    [Required(ErrorMessage = "Enter the number registered with signal-cli, with + and country code.")]
    [RegularExpression(@"^\+\d{6,15}$", ErrorMessage = "Enter the number with + and country code, for example +819012345678.")]
    public string Number { get; init; } = "";

    [Setting("Daemon", Help = "JsonRpc: signal-cli itself. Rest: signal-cli-rest-api.")]
    public SignalDaemon Daemon { get; init; }

    [Setting("Several accounts", Help = "signal-cli runs without -a: name the number in every call.", Advanced = true)]
    public bool SeveralAccounts { get; init; }

    public override string? Address => Number.Length == 0 ? null : Number;
}
