using System.ComponentModel.DataAnnotations;

namespace Braid.Channels.Matrix;

/// <summary>An account on any Matrix homeserver, listened to by /sync.</summary>
public sealed class MatrixChannel : Channel<MatrixSettings>
{
    internal static readonly ChannelLimits Limits = new()
    {
        // An event may have 65,536 bytes with everything around the text; characters outside Latin take three.
        TextLength = 10_000,
        CaptionLength = 4096,
        BodyBytes = 5 * 1024 * 1024,
        AttachmentBytes = 50 * 1024 * 1024,
        AttachmentsPerMessage = 10,
        SendsPerSecond = 5,
        CallTimeout = TimeSpan.FromSeconds(60),
    };

    public override ChannelDescriptor Descriptor { get; } = new()
    {
        Id = "matrix",
        Name = "Matrix",
        Summary = "Answer people on Matrix, in private rooms and groups, from an account on any homeserver.",
        SettingsType = typeof(MatrixSettings),
        Group = ChannelGroup.OpenNetworks,
        Capabilities = new()
        {
            Attachments = true, Replies = true, Edits = true, Deletes = true, Reactions = true, ReadReceipts = true, Typing = true, Groups = true,
            EditsSent = true, DeletesSent = true, Reacts = true, SendsTyping = true, MarksRead = true,
        },
        Limits = Limits,
        WhenUnknown = UnknownSend.Repeat,
        FirstContact = FirstContact.Yes,
        Ingress = Ingress.Listener,
        ConnectSteps =
        [
            "Make an account for your team on your homeserver, for example @support:example.org.",
            "Enter the homeserver's address and the account's user id.",
            "Enter its password. Or, instead, an access token: in Element, open Settings, Help & About, Access token.",
            "Save. Braid signs in, listens, and joins the rooms it is invited to.",
            "Turn encryption off in rooms people use to reach you: Braid shows that an encrypted message came, but can't read it.",
        ],
    };

    protected override IReceiver<MatrixSettings> Receiver { get; } = new MatrixReceiver();
    protected override ISender<MatrixSettings> Sender { get; } = new MatrixSender();
    protected override IListener<MatrixSettings> Listener { get; } = new MatrixListener();
    protected override IMedia<MatrixSettings> Media { get; } = new MatrixMedia();
    protected override ISetup<MatrixSettings> Setup { get; } = new MatrixSetup();
    protected override IActs<MatrixSettings> Acts { get; } = new MatrixActs();
}

public sealed record MatrixSettings : ChannelSettings
{
    [Setting("Homeserver", Help = "The address of the server the account is on.", Placeholder = "https://matrix.example.org")]
    [Required(ErrorMessage = "Enter your homeserver's address, for example https://matrix.example.org.")]
    [Url(ErrorMessage = "Enter a web address that starts with https://.")]
    public string ApiBaseUrl { get; init; } = "";

    [Setting("User id", Help = "The account Braid speaks as.", Placeholder = "@support:example.org")]
    [Required(ErrorMessage = "Enter the account's user id, for example @support:example.org.")]
    [RegularExpression("^@[^:]+:.+$", ErrorMessage = "A user id looks like @support:example.org.")]
    public string UserId { get; init; } = "";

    [Setting("Password", Help = "Braid signs in with it. Leave empty when you enter an access token.", Secret = true)]
    public string? Password { get; init; }

    [Setting("Access token", Help = "Instead of the password; or an application service's as_token.", Secret = true)]
    public string? AccessToken { get; init; }

    [Setting("Application service", Help = "The access token is an application service's: act as the user id above.", Advanced = true)]
    public bool AppService { get; init; }

    [Setting("Leave invitations", Help = "Don't join rooms by invitation.", Advanced = true)]
    public bool LeaveInvitations { get; init; }

    public override string? Address => UserId.Length == 0 ? null : UserId;

    /// <summary>The server's name, as in ids: what follows the first colon.</summary>
    internal string ServerName => UserId[(UserId.IndexOf(':', StringComparison.Ordinal) + 1)..];

    public override IEnumerable<(string Field, string Problem)> Check()
    {
        if (string.IsNullOrEmpty(AccessToken) && string.IsNullOrEmpty(Password)) { yield return ("password", "Enter the account's password, or an access token below."); }
        if (AppService && string.IsNullOrEmpty(AccessToken)) { yield return ("accessToken", "Enter the application service's as_token."); }
    }
}
