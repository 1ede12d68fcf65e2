using System.ComponentModel.DataAnnotations;

namespace Braid.Channels.Discord;

/// <summary>A Discord bot: messages by the gateway's socket, taps and commands by webhook (or by the socket, without a public address).</summary>
public sealed class DiscordChannel : Channel<DiscordSettings>
{
    internal static readonly ChannelLimits Limits = new()
    {
        TextLength = 2000,
        CaptionLength = 2000,
        BodyBytes = 1024 * 1024,
        AttachmentBytes = 10 * 1024 * 1024,
        AttachmentsPerMessage = 10,
        SendsPerSecond = 20,
        CallTimeout = TimeSpan.FromSeconds(60),
    };

    public override ChannelDescriptor Descriptor { get; } = new()
    {
        Id = "discord",
        Name = "Discord",
        Summary = "Answer people who write to your Discord bot, in direct messages and servers.",
        SettingsType = typeof(DiscordSettings),
        Group = ChannelGroup.WorkChat,
        Capabilities = new()
        {
            Attachments = true, Replies = true, Edits = true, Deletes = true, Reactions = true, Typing = true, Groups = true,
            EditsSent = true, DeletesSent = true, Reacts = true, SendsTyping = true,
        },
        Limits = Limits,
        // Five rows in all: two of buttons, one list, one of quick replies, one of the cards' buttons.
        Rich = new()
        {
            ReplyButtons = 10, LinkButtons = 10, ButtonsTogether = 10, ButtonTitleLength = 80, ListRows = 25, RowTitleLength = 100,
            QuickReplies = 5, QuickReplyTitleLength = 80, Cards = 5, CardButtons = 1,
        },
        WhenUnknown = UnknownSend.Repeat,
        Ingress = Ingress.WebhookOrListener,
        FirstContact = FirstContact.Yes,
        OptIn = "The person must share a server with the bot and accept direct messages from its members.",
        ConnectSteps =
        [
            "On discord.com/developers create an application. Copy its application id and public key from General Information.",
            "Under Bot reset the token and copy it, and switch on the Message Content intent.",
            "Under OAuth2 choose the scopes bot and applications.commands with the rights to view channels, send messages, attach files, add reactions and read history, and open the address it shows to invite the bot to your server.",
            "Save. Braid registers {webhookUrl} for buttons and commands by itself.",
        ],
    };

    protected override IReceiver<DiscordSettings> Receiver { get; } = new DiscordReceiver();
    protected override ISender<DiscordSettings> Sender { get; } = new DiscordSender();
    protected override IListener<DiscordSettings> Listener { get; } = new DiscordListener();
    protected override IMedia<DiscordSettings> Media { get; } = new DiscordMedia();
    protected override ISetup<DiscordSettings> Setup { get; } = new DiscordSetup();
    protected override IActs<DiscordSettings> Acts { get; } = new DiscordActs();
}

public sealed record DiscordSettings : ChannelSettings
{
    [Setting("Bot token", Help = "Bot, Reset Token, in Discord's developer portal.", Secret = true)]
    [Required(ErrorMessage = "Enter the bot token from the developer portal, under Bot.")]
    public string BotToken { get; init; } = "";

    [Setting("Application id", Help = "General Information.", Placeholder = "1234567890123456789")]
    [Required(ErrorMessage = "Enter the application id from General Information.")]
    [RegularExpression("^[0-9]{5,25}$", ErrorMessage = "An application id is a long number. It stands under General Information.")]
    public string ApplicationId { get; init; } = "";

    [Setting("Public key", Help = "General Information. Proves that taps and commands come from Discord; without it they come over the socket.")]
    [RegularExpression("^[0-9a-fA-F]{64}$", ErrorMessage = "A public key has 64 characters 0-9 and a-f. It stands under General Information.")]
    public string? PublicKey { get; init; }

    [Setting("Read all messages", Help = "Needs the Message Content intent. Without it only direct messages and mentions of the bot can be read.")]
    public bool MessageContent { get; init; } = true;

    [Setting("Answer to commands", Help = "Shown at once, to the person alone, when somebody uses a slash command.", Advanced = true)]
    [StringLength(2000, ErrorMessage = "Discord shows 2000 characters at most.")]
    public string CommandAnswer { get; init; } = "Thank you, we have your message.";

    [Setting("Bot name", Help = "Shown to agents.", Placeholder = "Acme support", Advanced = true)]
    public string? BotName { get; init; }

    [Setting("API address", Help = "For a gateway of your own.", Placeholder = "https://discord.com/api/v10", Advanced = true)]
    [Url(ErrorMessage = "Enter a web address that starts with https://.")]
    public string? ApiBaseUrl { get; init; }

    public override string? Address => string.IsNullOrWhiteSpace(BotName) ? null : BotName;
}
