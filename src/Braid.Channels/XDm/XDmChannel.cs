using System.ComponentModel.DataAnnotations;
using Braid.Channels.Common;

namespace Braid.Channels.XDm;

/// <summary>An account on X: direct messages, and mentions and replies in public.</summary>
public sealed class XDmChannel : Channel<XDmSettings>
{
    internal static readonly ChannelLimits Limits = new()
    {
        TextLength = 10_000,
        CaptionLength = 10_000,
        BodyBytes = 2 * 1024 * 1024,
        AttachmentBytes = 512 * 1024 * 1024,
        AttachmentsPerMessage = 4,
        SendsPerSecond = 1,
        CallTimeout = TimeSpan.FromSeconds(60),
    };

    public override ChannelDescriptor Descriptor { get; } = new()
    {
        Id = "x-dm",
        Name = "X",
        Summary = "Answer direct messages, mentions and replies to your account on X.",
        SettingsType = typeof(XDmSettings),
        Capabilities = new() { Attachments = true, Replies = true, Deletes = true, ReadReceipts = true, Typing = true, Comments = true, PrivateReplies = true, Hides = true, DeletesSent = true },
        Limits = Limits,
        WhenUnknown = UnknownSend.AskAgent,
        Rich = new() { QuickReplies = 20, QuickReplyTitleLength = 36 },
        Cost = "X charges for its API by plan or by use; direct messages are limited to 15 in 15 minutes.",
        OptIn = "The customer must take messages from your account: they wrote first, follow you, or have open messages.",
        ConnectSteps =
        [
            "In the X developer portal create an app with read, write and direct message permission.",
            "Copy the API key and its secret, and generate an access token and its secret for your account.",
            "Enter the account's numeric user id: it is the part of the access token before the dash.",
            "Save. Braid registers its webhook {webhookUrl} and subscribes to messages, mentions and replies by itself.",
        ],
    };

    protected override IReceiver<XDmSettings> Receiver { get; } = new XDmReceiver();
    protected override ISender<XDmSettings> Sender { get; } = new XDmSender();
    protected override IMedia<XDmSettings> Media { get; } = new XDmMedia();
    protected override ISetup<XDmSettings> Setup { get; } = new XDmSetup();
    protected override IActs<XDmSettings> Acts { get; } = new XDmActs();
}

public sealed record XDmSettings : ChannelSettings
{
    [Setting("API key", Help = "Consumer key of the app, under Keys and tokens.")]
    [Required(ErrorMessage = "Enter the API key from Keys and tokens.")]
    public string ConsumerKey { get; init; } = "";

    [Setting("API key secret", Help = "Also proves that messages come from X.", Secret = true)]
    [Required(ErrorMessage = "Enter the API key secret from Keys and tokens.")]
    public string ConsumerSecret { get; init; } = "";

    [Setting("Access token", Help = "Of the account that answers, made after the permissions were set.", Placeholder = "4337869213-Hk2...", Secret = true)]
    [Required(ErrorMessage = "Generate an access token under Keys and tokens and enter it.")]
    public string AccessToken { get; init; } = "";

    [Setting("Access token secret", Secret = true)]
    [Required(ErrorMessage = "Enter the access token's secret.")]
    public string AccessTokenSecret { get; init; } = "";

    [Setting("User id", Help = "The account's number, not its @name.", Placeholder = "4337869213")]
    [Required(ErrorMessage = "Enter the account's numeric user id.")]
    [RegularExpression(@"^\d+$", ErrorMessage = "This is not a user id. It is the number before the dash of the access token.")]
    public string UserId { get; init; } = "";

    [Setting("User name", Help = "Shown to agents.", Placeholder = "@braiddemo")]
    public string? Username { get; init; }

    [Setting("Quick replies", Help = "Needs access to version 1.1 of the API, which not every plan has. Without it they are sent as text.", Advanced = true)]
    public bool QuickReplies { get; init; }

    [Setting("API address", Help = "For a gateway of your own.", Placeholder = "https://api.x.com", Advanced = true)]
    [Url(ErrorMessage = "Enter a web address that starts with https://.")]
    public string? ApiBaseUrl { get; init; }

    public override string? Account => UserId;

    public override string? Address => string.IsNullOrWhiteSpace(Username) ? null : "@" + Username.TrimStart('@');

    internal OAuth1 Signer => new(ConsumerKey, ConsumerSecret, AccessToken, AccessTokenSecret);
}
