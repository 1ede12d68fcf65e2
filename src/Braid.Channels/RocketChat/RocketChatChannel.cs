using System.ComponentModel.DataAnnotations;

namespace Braid.Channels.RocketChat;

/// <summary>A bot user on a Rocket.Chat server: by its realtime socket, or by outgoing webhooks; Omnichannel webhooks too.</summary>
public sealed class RocketChatChannel : Channel<RocketChatSettings>
{
    internal static readonly ChannelLimits Limits = new()
    {
        TextLength = 5000,
        CaptionLength = 5000,
        BodyBytes = 2 * 1024 * 1024,
        AttachmentBytes = 100 * 1024 * 1024,
        AttachmentsPerMessage = 10,
        // Ten calls a minute to each endpoint, unless the server's admin allows more.
        SendsPerSecond = 1,
        CallTimeout = TimeSpan.FromSeconds(60),
    };

    public override ChannelDescriptor Descriptor { get; } = new()
    {
        Id = "rocketchat",
        Name = "Rocket.Chat",
        Summary = "Answer people who write to your bot on a Rocket.Chat server, in direct messages, channels and Omnichannel.",
        SettingsType = typeof(RocketChatSettings),
        Group = ChannelGroup.WorkChat,
        Capabilities = new()
        {
            Attachments = true, Replies = true, Edits = true, Deletes = true, Groups = true, EditsSent = true, DeletesSent = true, Reacts = true,
        },
        Limits = Limits,
        // Buttons only type a message for the person, so they are suggestions here, and no buttons that return an id.
        Rich = new() { LinkButtons = 10, ButtonTitleLength = 60, QuickReplies = 10, QuickReplyTitleLength = 60, Cards = 10 },
        WhenUnknown = UnknownSend.Repeat,
        Ingress = Ingress.WebhookOrListener,
        FirstContact = FirstContact.Yes,
        ConnectSteps =
        [
            "On your Rocket.Chat server create a user with the role bot. As this user open Profile, Personal Access Tokens, and create one that ignores two factors: it shows a token and a user id.",
            "Enter the server's address, token and user id here and save. Braid connects by itself.",
            "Invite the bot to each channel it should read.",
            "To receive by webhook instead: Administration, Integrations, New, Outgoing, event Message Sent, address {webhookUrl}, and copy its token here.",
        ],
    };

    protected override IReceiver<RocketChatSettings> Receiver { get; } = new RocketChatReceiver();
    protected override ISender<RocketChatSettings> Sender { get; } = new RocketChatSender();
    protected override IListener<RocketChatSettings> Listener { get; } = new RocketChatListener();
    protected override IMedia<RocketChatSettings> Media { get; } = new RocketChatMedia();
    protected override ISetup<RocketChatSettings> Setup { get; } = new RocketChatSetup();
    protected override IActs<RocketChatSettings> Acts { get; } = new RocketChatActs();
}

public enum RocketChatReceive { Socket, Webhook }

public sealed record RocketChatSettings : ChannelSettings
{
    [Setting("Server address", Placeholder = "https://chat.example.com")]
    [Required(ErrorMessage = "Enter the address of your Rocket.Chat server.")]
    [Url(ErrorMessage = "Enter a web address that starts with https://.")]
    public string ApiBaseUrl { get; init; } = "";

    [Setting("Access token", Help = "Profile, Personal Access Tokens, of the bot user.", Secret = true)]
    [Required(ErrorMessage = "Enter the personal access token of the bot user.")]
    public string AuthToken { get; init; } = "";

    [Setting("User id", Help = "Shown beside the access token.", Placeholder = "aobEdbYhXfu5hkeqG")]
    [Required(ErrorMessage = "Enter the user id that stands beside the access token.")]
    public string UserId { get; init; } = "";

    [Setting("Receive by", Help = "The socket reads every room the bot is in. An outgoing webhook reads what its integration names.")]
    public RocketChatReceive Receive { get; init; }

    [Setting("Webhook token", Help = "Of the outgoing integration.", Secret = true)]
    public string? WebhookToken { get; init; }

    [Setting("Omnichannel secret", Help = "Omnichannel, Webhooks, Secret Token; for visitors of your website.", Secret = true, Advanced = true)]
    public string? LivechatSecret { get; init; }

    [Setting("Bot name", Help = "Shown to agents; its mention is left out of what people write.", Placeholder = "support", Advanced = true)]
    public string? BotName { get; init; }

    public override string? Address => string.IsNullOrWhiteSpace(BotName) ? null : "@" + BotName.TrimStart('@');

    public override IEnumerable<(string Field, string Problem)> Check()
    {
        if (Receive == RocketChatReceive.Webhook && string.IsNullOrEmpty(WebhookToken) && string.IsNullOrEmpty(LivechatSecret))
        {
            yield return ("webhookToken", "Enter the token of the outgoing integration, or receive by socket.");
        }
    }
}
