using System.ComponentModel.DataAnnotations;

namespace Braid.Channels.Telegram;

/// <summary>A Telegram bot, by webhook or, without a public address, by long polling.</summary>
public sealed class TelegramChannel : Channel<TelegramSettings>
{
    internal static readonly ChannelLimits Limits = new()
    {
        TextLength = 4096,
        CaptionLength = 1024,
        BodyBytes = 1024 * 1024,
        AttachmentBytes = 50 * 1024 * 1024,
        AttachmentsPerMessage = 10,
        SendsPerSecond = 25,
        CallTimeout = TimeSpan.FromSeconds(60),
    };

    public override ChannelDescriptor Descriptor { get; } = new()
    {
        Id = "telegram",
        Name = "Telegram",
        Summary = "Answer people who write to your Telegram bot, in private chats and groups.",
        SettingsType = typeof(TelegramSettings),
        Capabilities = new() { Attachments = true, Replies = true, Edits = true, Deletes = true, Reactions = true, Groups = true, EditsSent = true, DeletesSent = true, Reacts = true, SendsTyping = true },
        Rich = TelegramMarkup.Support,
        OptIn = "The person must have started the bot, or be in a group with it.",
        Limits = Limits,
        WhenUnknown = UnknownSend.AskAgent,
        Ingress = Ingress.WebhookOrListener,
        ConnectSteps =
        [
            "In Telegram, write /newbot to @BotFather and follow its questions.",
            "Copy the token it gives you into \"Bot token\".",
            "Save. Braid checks the token and registers its webhook {webhookUrl} by itself.",
            "To read all messages of a group, send /setprivacy to @BotFather and choose Disable.",
        ],
    };

    protected override IReceiver<TelegramSettings> Receiver { get; } = new TelegramReceiver();
    protected override ISender<TelegramSettings> Sender { get; } = new TelegramSender();
    protected override IListener<TelegramSettings> Listener { get; } = new TelegramListener();
    protected override IActs<TelegramSettings> Acts { get; } = new TelegramActing();
    protected override IMedia<TelegramSettings> Media { get; } = new TelegramMedia();
    protected override ISetup<TelegramSettings> Setup { get; } = new TelegramSetup();
}

public enum TelegramReceive { Webhook, Polling }

public sealed record TelegramSettings : ChannelSettings
{
    [Setting("Bot token", Help = "@BotFather gives it to you when you create the bot.", Placeholder = "110201543:AAHdq...", Secret = true)]
    [Required(ErrorMessage = "Enter the token @BotFather gave you.")]
    [RegularExpression(@"^\d+:[A-Za-z0-9_-]+$", ErrorMessage = "This is not a bot token. It looks like 110201543:AAHdq... and comes from @BotFather.")]
    public string BotToken { get; init; } = "";

    [Setting("Webhook secret", Help = "Telegram sends it back with every message, which proves that it is Telegram.", Secret = true, Generate = true)]
    [RegularExpression("^[A-Za-z0-9_-]{1,256}$", ErrorMessage = "Use letters, digits, _ and - only.")]
    public string? WebhookSecret { get; init; }

    [Setting("Receive by", Help = "Webhook needs a public https address. Polling works from anywhere.")]
    public TelegramReceive Receive { get; init; }

    [Setting("Bot user name", Help = "Its mention is left out of what people write in groups.", Placeholder = "acme_support_bot", Advanced = true)]
    public string? BotUsername { get; init; }

    [Setting("API address", Help = "For a Bot API server of your own.", Placeholder = "https://api.telegram.org", Advanced = true)]
    [Url(ErrorMessage = "Enter a web address that starts with https://.")]
    public string? ApiBaseUrl { get; init; }

    public override string? Address => string.IsNullOrEmpty(BotUsername) ? null : "@" + BotUsername.TrimStart('@');

    /// <summary>The first half of the token; null while the token is malformed.</summary>
    internal string? BotId => BotToken.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon ? BotToken[..colon] : null;

    public override IEnumerable<(string Field, string Problem)> Check()
    {
        if (Receive == TelegramReceive.Webhook && string.IsNullOrEmpty(WebhookSecret))
        {
            yield return ("webhookSecret", "Choose a secret, or receive by polling.");
        }
    }
}
