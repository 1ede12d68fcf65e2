using System.ComponentModel.DataAnnotations;

namespace Braid.Channels.Viber;

/// <summary>A Viber bot on the REST Bot API.</summary>
public sealed class ViberChannel : Channel<ViberSettings>
{
    internal static readonly ChannelLimits Limits = new()
    {
        TextLength = 7000,
        CaptionLength = 768,
        BodyBytes = 1024 * 1024,
        AttachmentBytes = 50 * 1024 * 1024,
        AttachmentsPerMessage = 10,
        SendsPerSecond = 20,
        CallTimeout = TimeSpan.FromSeconds(30),
    };

    public override ChannelDescriptor Descriptor { get; } = new()
    {
        Id = "viber",
        Name = "Viber",
        Summary = "Answer people who write to your Viber bot.",
        SettingsType = typeof(ViberSettings),
        Capabilities = new() { Attachments = true, DeliveredReceipts = true, ReadReceipts = true },
        Limits = Limits,
        WhenUnknown = UnknownSend.AskAgent,
        Rich = new()
        {
            ReplyButtons = 12, LinkButtons = 12, ButtonsTogether = 12, ButtonTitleLength = 60, QuickReplies = 12, QuickReplyTitleLength = 60,
            Cards = 6, CardButtons = 2, Location = true,
        },
        Cost = "Viber bots come with a monthly fee; messages outside a session that the customer opened count against a monthly number.",
        OptIn = "The customer must have written to the bot or subscribed to it.",
        ConnectSteps =
        [
            "Get a Viber bot through a Viber partner. Since 2024 new bots come on commercial terms only.",
            "Copy the bot's authentication token from the Viber Admin Panel, under Edit Info.",
            "Choose the name customers see beside your messages.",
            "Save. Braid registers its webhook {webhookUrl} by itself; it must be reachable over https with a public certificate.",
        ],
    };

    protected override IReceiver<ViberSettings> Receiver { get; } = new ViberReceiver();
    protected override ISender<ViberSettings> Sender { get; } = new ViberSender();
    protected override IMedia<ViberSettings> Media { get; } = new ViberMedia();
    protected override ISetup<ViberSettings> Setup { get; } = new ViberSetup();
}

public sealed record ViberSettings : ChannelSettings
{
    [Setting("Authentication token", Help = "Viber Admin Panel, Edit Info.", Placeholder = "445da6az1s345z78-dazcczb2542zv51a-e0vc5fva17480im9", Secret = true)]
    [Required(ErrorMessage = "Enter the bot's authentication token from the Viber Admin Panel.")]
    public string AuthToken { get; init; } = "";

    [Setting("Sender name", Help = "Shown beside your messages.", Placeholder = "Tarn & Ember")]
    [Required(ErrorMessage = "Enter the name customers see beside your messages.")]
    [MaxLength(28, ErrorMessage = "Viber shows names up to 28 characters. Shorten it.")]
    public string SenderName { get; init; } = "";

    [Setting("Sender picture", Help = "A public address of a small square picture.", Placeholder = "https://example.com/logo.png")]
    [Url(ErrorMessage = "Enter a web address that starts with https://.")]
    public string? SenderAvatar { get; init; }

    [Setting("Welcome", Help = "Said once when somebody opens the chat for the first time. Leave it empty to say nothing.")]
    [MaxLength(7000, ErrorMessage = "Viber takes up to 7000 characters. Shorten it.")]
    public string? WelcomeText { get; init; }

    [Setting("API address", Help = "For a gateway of your own.", Placeholder = "https://chatapi.viber.com", Advanced = true)]
    [Url(ErrorMessage = "Enter a web address that starts with https://.")]
    public string? ApiBaseUrl { get; init; }
}
