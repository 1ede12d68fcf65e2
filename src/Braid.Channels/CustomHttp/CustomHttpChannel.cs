using System.ComponentModel.DataAnnotations;
using Braid.Channels.Common;

namespace Braid.Channels.CustomHttp;

/// <summary>Any system without an adapter of its own (an app, a gateway, another chat product) over a small signed HTTP contract. See the README.</summary>
public sealed class CustomHttpChannel : Channel<CustomHttpSettings>
{
    internal static readonly ChannelLimits Limits = new()
    {
        TextLength = CallbackMessages.TextLength,
        CaptionLength = CallbackMessages.TextLength,
        BodyBytes = 1024 * 1024,
        AttachmentBytes = 25 * 1024 * 1024,
        AttachmentsPerMessage = 10,
        SendsPerSecond = 50,
        CallTimeout = TimeSpan.FromSeconds(10),
    };

    public override ChannelDescriptor Descriptor { get; } = new()
    {
        Id = "custom-http",
        Name = "Custom channel",
        Summary = "Connect your own app, gateway or chat product over a small signed HTTP API.",
        SettingsType = typeof(CustomHttpSettings),
        Capabilities = new()
        {
            Attachments = true, Replies = true, Edits = true, Deletes = true, Reactions = true, DeliveredReceipts = true, ReadReceipts = true, Typing = true, Groups = true,
            EditsSent = true, DeletesSent = true, Reacts = true, SendsTyping = true, MarksRead = true,
        },
        Limits = Limits,
        WhenUnknown = UnknownSend.Repeat,
        FirstContact = FirstContact.Yes,
        Group = ChannelGroup.Custom,
        Rich = new()
        {
            ReplyButtons = 10, LinkButtons = 10, ButtonsTogether = 10, ButtonTitleLength = 60, QuickReplies = 10, QuickReplyTitleLength = 60, Location = true,
        },
        ConnectSteps =
        [
            "Let Braid make a signing secret, and save.",
            "In your system post messages as JSON to {webhookUrl}, signed with the secret. The README of this channel shows every event with an example.",
            "Enter your callback URL: Braid posts answers there, signed in the same way. Choose Connect, and Braid asks your system to repeat a challenge.",
            "Send a test message from your system and answer it.",
        ],
    };

    protected override IReceiver<CustomHttpSettings> Receiver { get; } = new CustomHttpReceiver();
    protected override ISender<CustomHttpSettings> Sender { get; } = new CustomHttpSender();
    protected override IMedia<CustomHttpSettings> Media { get; } = new CustomHttpMedia();
    protected override ISetup<CustomHttpSettings> Setup { get; } = new CustomHttpSetup();
    protected override IActs<CustomHttpSettings> Acts { get; } = new CustomHttpActs();
}

public sealed record CustomHttpSettings : ChannelSettings
{
    [Setting("Signing secret", Help = "What your system signs its posts with (Standard Webhooks).", Placeholder = "whsec_…", Secret = true, Generate = true)]
    [MinLength(16, ErrorMessage = "Choose a signing secret of at least 16 characters.")]
    public string? SigningSecret { get; init; }

    [Setting("Second signing secret", Help = "While you replace the secret, the other one.", Secret = true, Advanced = true)]
    public string? SecondarySigningSecret { get; init; }

    [Setting("API key", Help = "For systems that can't sign: sent as Authorization: Bearer. A signature is safer.", Secret = true, Generate = true, Advanced = true)]
    [MinLength(16, ErrorMessage = "Choose an API key of at least 16 characters.")]
    public string? ApiKey { get; init; }

    [Setting("Callback URL", Help = "Where Braid posts answers. Without it this inbox can only receive.", Placeholder = "https://app.example.com/braid")]
    [Url(ErrorMessage = "Enter a web address that starts with https://.")]
    public string? CallbackUrl { get; init; }

    [Setting("Callback secret", Help = "What Braid signs its posts with. Leave it empty to use the signing secret.", Placeholder = "whsec_…", Secret = true)]
    public string? CallbackSecret { get; init; }

    [Setting("Name shown to agents", Placeholder = "Our app")]
    public string? DisplayName { get; init; }

    public override string? Address => string.IsNullOrWhiteSpace(DisplayName) ? null : DisplayName;

    internal CallbackTarget? Target => string.IsNullOrWhiteSpace(CallbackUrl) ? null : new(CallbackUrl, OutboundSecret, "callback");

    private string OutboundSecret => string.IsNullOrWhiteSpace(CallbackSecret) ? SigningSecret ?? "" : CallbackSecret;

    public override IEnumerable<(string Field, string Problem)> Check()
    {
        if (string.IsNullOrWhiteSpace(SigningSecret) && string.IsNullOrWhiteSpace(ApiKey))
        {
            yield return ("signingSecret", "Choose a signing secret, or let Braid make one. For a system that can't sign, an API key is enough.");
        }

        if (!string.IsNullOrWhiteSpace(CallbackUrl) && OutboundSecret.Length == 0)
        {
            yield return ("callbackSecret", "Choose a secret for the callback URL, so that your system can tell that a post comes from Braid.");
        }
    }
}
