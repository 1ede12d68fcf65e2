using System.ComponentModel.DataAnnotations;
using Braid.Channels.Common;

namespace Braid.Channels.AppleMessages;

/// <summary>A business in Apple Messages for Business, through your own registration as a Messaging Service Provider (MSP).</summary>
public sealed class AppleMessagesChannel : Channel<AppleMessagesSettings>
{
    internal static readonly ChannelLimits Limits = new()
    {
        TextLength = 5000,
        BodyBytes = 2 * 1024 * 1024,
        AttachmentBytes = 100 * 1024 * 1024,
        AttachmentsPerMessage = 10,
        SendsPerSecond = 20,
        CallTimeout = TimeSpan.FromSeconds(60),
    };

    public override ChannelDescriptor Descriptor { get; } = new()
    {
        Id = "apple-messages",
        Name = "Apple Messages",
        Summary = "Answer people who write to your business from iPhone, iPad or Mac.",
        SettingsType = typeof(AppleMessagesSettings),
        Capabilities = new() { Attachments = true, Typing = true, SendsTyping = true },
        Limits = Limits,
        WhenUnknown = UnknownSend.Repeat,
        Rich = new() { ReplyButtons = 10, ButtonTitleLength = 24, ListRows = 30, RowTitleLength = 40, QuickReplies = 5, QuickReplyTitleLength = 24 },
        OptIn = "Only the customer can begin a conversation.",
        ConnectSteps =
        [
            "Register as a Messaging Service Provider with Apple, or use the registration you have.",
            "On register.apple.com enter {webhookUrl} as the base address of your endpoint: Apple posts to it with /message at the end.",
            "Copy the MSP id and the API secret, and the business id of the brand that answers here.",
            "Save, then check: Braid asks Apple's gateway whether it knows them.",
        ],
    };

    protected override IReceiver<AppleMessagesSettings> Receiver { get; } = new AppleReceiver();
    protected override ISender<AppleMessagesSettings> Sender { get; } = new AppleSender();
    protected override IMedia<AppleMessagesSettings> Media { get; } = new AppleMedia();
    protected override ISetup<AppleMessagesSettings> Setup { get; } = new AppleSetup();
    protected override IActs<AppleMessagesSettings> Acts { get; } = new AppleActs();
}

public sealed record AppleMessagesSettings : ChannelSettings
{
    [Setting("MSP id", Help = "Your provider id at Apple.", Placeholder = "9e5236b0-197a-4970-aab8-2b7bd13ff745")]
    [Required(ErrorMessage = "Enter the MSP id from register.apple.com.")]
    public string MspId { get; init; } = "";

    [Setting("API secret", Help = "As Apple shows it (Base64). Signs calls both ways.", Secret = true)]
    [Required(ErrorMessage = "Enter the API secret from register.apple.com.")]
    public string ApiSecret { get; init; } = "";

    [Setting("Business id", Help = "Of the brand that answers in this inbox.", Placeholder = "c0a1b2c3-1111-4222-8333-444455556666")]
    [Required(ErrorMessage = "Enter the business id of the brand.")]
    public string BusinessId { get; init; } = "";

    [Setting("API address", Help = "For a gateway of your own.", Placeholder = "https://mspgw.push.apple.com/v1", Advanced = true)]
    [Url(ErrorMessage = "Enter a web address that starts with https://.")]
    public string? ApiBaseUrl { get; init; }

    public override string? Account => BusinessId;

    internal byte[] Key => Signatures.Base64(ApiSecret) ?? [];

    public override IEnumerable<(string Field, string Problem)> Check()
    {
        if (Key.Length == 0) { yield return ("apiSecret", "This is not an API secret: it must be the Base64 text that Apple shows."); }
    }
}
