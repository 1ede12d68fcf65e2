using System.ComponentModel.DataAnnotations;

namespace Braid.Channels.Mattermost;

/// <summary>A bot account on a Mattermost server: by its web socket, or by outgoing webhooks.</summary>
public sealed class MattermostChannel : Channel<MattermostSettings>
{
    internal static readonly ChannelLimits Limits = new()
    {
        TextLength = 16_000,
        CaptionLength = 16_000,
        BodyBytes = 1024 * 1024,
        AttachmentBytes = 100 * 1024 * 1024,
        AttachmentsPerMessage = 10,
        SendsPerSecond = 5,
        CallTimeout = TimeSpan.FromSeconds(60),
    };

    public override ChannelDescriptor Descriptor { get; } = new()
    {
        Id = "mattermost",
        Name = "Mattermost",
        Summary = "Answer people who write to your bot on a Mattermost server, in direct messages and channels.",
        SettingsType = typeof(MattermostSettings),
        Group = ChannelGroup.WorkChat,
        Capabilities = new()
        {
            Attachments = true, Replies = true, Edits = true, Deletes = true, Reactions = true, Typing = true, Groups = true,
            EditsSent = true, DeletesSent = true, Reacts = true, SendsTyping = true,
        },
        Limits = Limits,
        Rich = new()
        {
            ReplyButtons = 10, LinkButtons = 0, ButtonTitleLength = 64, ListRows = 50, RowTitleLength = 64, QuickReplies = 10, QuickReplyTitleLength = 64, Cards = 10, CardButtons = 5,
            Header = true, Footer = true,
        },
        // Each post carries our id; before a repeat the sender looks whether it is there.
        WhenUnknown = UnknownSend.Repeat,
        Ingress = Ingress.WebhookOrListener,
        FirstContact = FirstContact.Yes,
        ConnectSteps =
        [
            "As an admin of Mattermost open Integrations, Bot Accounts, create a bot and copy its token. Allow bot accounts in the System Console if that page is missing.",
            "Enter the server's address and the token here and save. Braid connects by itself.",
            "Invite the bot to your team and to each channel it should read.",
            "For buttons, copy {webhookUrl} into \"Address for buttons\", and allow it in the System Console under Developer, Allow Untrusted Internal Connections, if it is a private address.",
        ],
    };

    protected override IReceiver<MattermostSettings> Receiver { get; } = new MattermostReceiver();
    protected override ISender<MattermostSettings> Sender { get; } = new MattermostSender();
    protected override IListener<MattermostSettings> Listener { get; } = new MattermostListener();
    protected override IMedia<MattermostSettings> Media { get; } = new MattermostMedia();
    protected override ISetup<MattermostSettings> Setup { get; } = new MattermostSetup();
    protected override IActs<MattermostSettings> Acts { get; } = new MattermostActs();
}

public enum MattermostReceive { Socket, Webhook }

public sealed record MattermostSettings : ChannelSettings
{
    [Setting("Server address", Placeholder = "https://chat.example.com")]
    [Required(ErrorMessage = "Enter the address of your Mattermost server.")]
    [Url(ErrorMessage = "Enter a web address that starts with https://.")]
    public string ApiBaseUrl { get; init; } = "";

    [Setting("Bot token", Help = "Integrations, Bot Accounts.", Secret = true)]
    [Required(ErrorMessage = "Enter the token of the bot account.")]
    public string BotToken { get; init; } = "";

    [Setting("Receive by", Help = "The socket reads direct messages and every channel the bot is in. Outgoing webhooks read public channels only.")]
    public MattermostReceive Receive { get; init; }

    [Setting("Webhook token", Help = "Of the outgoing webhook or slash command, if you use one.", Secret = true)]
    public string? WebhookToken { get; init; }

    [Setting("Address for buttons", Help = "This inbox's webhook address. Without it buttons are sent as text.", Placeholder = "https://braid.example.com/webhooks/...", Advanced = true)]
    [Url(ErrorMessage = "Enter a web address that starts with https://.")]
    public string? ButtonUrl { get; init; }

    [Setting("Secret for buttons", Help = "Proves that a tap is one on our own button.", Secret = true, Generate = true, Advanced = true)]
    public string? ButtonSecret { get; init; }

    [Setting("Bot user id", Help = "Braid finds it out by itself; needed only with outgoing webhooks.", Advanced = true)]
    public string? BotUserId { get; init; }

    [Setting("Bot name", Help = "Shown to agents; its mention is left out of what people write.", Placeholder = "support", Advanced = true)]
    public string? BotName { get; init; }

    public override string? Address => string.IsNullOrWhiteSpace(BotName) ? null : "@" + BotName.TrimStart('@');

    internal bool HasButtons => !string.IsNullOrEmpty(ButtonUrl) && !string.IsNullOrEmpty(ButtonSecret);

    public override IEnumerable<(string Field, string Problem)> Check()
    {
        if (Receive == MattermostReceive.Webhook && string.IsNullOrEmpty(WebhookToken))
        {
            yield return ("webhookToken", "Enter the token of the outgoing webhook, or receive by socket.");
        }

        if (!string.IsNullOrEmpty(ButtonUrl) && string.IsNullOrEmpty(ButtonSecret))
        {
            yield return ("buttonSecret", "Choose a secret for buttons.");
        }
    }
}
