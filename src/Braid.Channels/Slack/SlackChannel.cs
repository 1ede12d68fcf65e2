using System.ComponentModel.DataAnnotations;

namespace Braid.Channels.Slack;

/// <summary>A Slack app in one workspace: direct messages and channels, by the Events API or, without a public address, by Socket Mode.</summary>
public sealed class SlackChannel : Channel<SlackSettings>
{
    internal static readonly ChannelLimits Limits = new()
    {
        TextLength = 4000,
        CaptionLength = 4000,
        BodyBytes = 2 * 1024 * 1024,
        AttachmentBytes = 1024L * 1024 * 1024,
        AttachmentsPerMessage = 10,
        SendsPerSecond = 5,
        CallTimeout = TimeSpan.FromSeconds(60),
    };

    public override ChannelDescriptor Descriptor { get; } = new()
    {
        Id = "slack",
        Name = "Slack",
        Summary = "Answer people who write to your Slack app, in direct messages and channels.",
        SettingsType = typeof(SlackSettings),
        Group = ChannelGroup.WorkChat,
        Capabilities = new()
        {
            Attachments = true, Replies = true, Edits = true, Deletes = true, Reactions = true, Groups = true,
            EditsSent = true, DeletesSent = true, Reacts = true,
        },
        Limits = Limits,
        Rich = new()
        {
            ReplyButtons = 25, LinkButtons = 25, ButtonsTogether = 25, ButtonTitleLength = 75, ListRows = 100, RowTitleLength = 75,
            QuickReplies = 25, QuickReplyTitleLength = 75, Cards = 10, CardButtons = 5, Header = true, Footer = true, TextLength = 3000,
        },
        // No idempotency key, but what we post carries our id as metadata: before a repeat the sender looks whether it is there.
        WhenUnknown = UnknownSend.Repeat,
        Ingress = Ingress.WebhookOrListener,
        FirstContact = FirstContact.Yes,
        ConnectSteps =
        [
            "On api.slack.com/apps create an app for your workspace. Under Basic Information copy the signing secret.",
            "Under OAuth & Permissions add the bot scopes chat:write, channels:history, groups:history, im:history, mpim:history, users:read, files:read, files:write, reactions:read, reactions:write, im:write and app_mentions:read, install the app and copy the bot token. Or enter client id and client secret here and sign in.",
            "Save. Under Event Subscriptions enter {webhookUrl} and subscribe to the bot events message.channels, message.groups, message.im, message.mpim, app_mention, reaction_added, reaction_removed, app_uninstalled and tokens_revoked.",
            "Under Interactivity & Shortcuts enter the same address {webhookUrl}, and under App Home allow messages to the app.",
            "Without a public address, switch on Socket Mode instead, create an app-level token with connections:write and enter it here; then no address is needed.",
            "Invite the app to each channel it should read: /invite @your-app.",
        ],
    };

    protected override IReceiver<SlackSettings> Receiver { get; } = new SlackReceiver();
    protected override ISender<SlackSettings> Sender { get; } = new SlackSender();
    protected override IListener<SlackSettings> Listener { get; } = new SlackListener();
    protected override IMedia<SlackSettings> Media { get; } = new SlackMedia();
    protected override IPeople<SlackSettings> People { get; } = new SlackPeople();
    protected override ISetup<SlackSettings> Setup { get; } = new SlackSetup();
    protected override IActs<SlackSettings> Acts { get; } = new SlackActs();
    protected override ILogin<SlackSettings> Login { get; } = new SlackLogin();
}

public sealed record SlackSettings : ChannelSettings
{
    [Setting("Signing secret", Help = "Proves that events come from Slack. Basic Information, App Credentials.", Secret = true)]
    public string? SigningSecret { get; init; }

    [Setting("Bot token", Help = "OAuth & Permissions, Bot User OAuth Token; or sign in with client id and secret.", Placeholder = "xoxb-...", Secret = true)]
    [RegularExpression("^(xoxe[.-])?xoxb-[A-Za-z0-9-]+$", ErrorMessage = "This is not a bot token. It begins with xoxb- and stands under OAuth & Permissions.")]
    public string? BotToken { get; init; }

    [Setting("App-level token", Help = "Only for Socket Mode, where no public address is needed. Basic Information, App-Level Tokens.", Placeholder = "xapp-...", Secret = true)]
    [RegularExpression("^xapp-[A-Za-z0-9-]+$", ErrorMessage = "This is not an app-level token. It begins with xapp- and stands under Basic Information.")]
    public string? AppToken { get; init; }

    [Setting("Workspace id", Help = "Needed only when several workspaces post to one address.", Placeholder = "T061EG9R6")]
    [RegularExpression("^[TE][A-Z0-9]+$", ErrorMessage = "A workspace id begins with T. It stands in the address of Slack in the browser.")]
    public string? TeamId { get; init; }

    [Setting("Client id", Help = "To sign in instead of copying the bot token. Basic Information.", Placeholder = "1234567890.1234567890")]
    public string? ClientId { get; init; }

    [Setting("Client secret", Help = "To sign in instead of copying the bot token. Basic Information.", Secret = true)]
    public string? ClientSecret { get; init; }

    [Setting("Refresh token", Help = "Only for apps with token rotation; signing in fills it.", Secret = true, Advanced = true)]
    public string? RefreshToken { get; init; }

    [Setting("Bot user id", Help = "Its mention is left out of what people write; signing in fills it.", Placeholder = "U0BRAIDBT1", Advanced = true)]
    public string? BotUserId { get; init; }

    [Setting("Name", Help = "Shown to agents.", Placeholder = "Acme support", Advanced = true)]
    public string? DisplayName { get; init; }

    [Setting("API address", Help = "For a gateway of your own.", Placeholder = "https://slack.com/api", Advanced = true)]
    [Url(ErrorMessage = "Enter a web address that starts with https://.")]
    public string? ApiBaseUrl { get; init; }

    public override string? Account => string.IsNullOrWhiteSpace(TeamId) ? null : TeamId;

    public override string? Address => string.IsNullOrWhiteSpace(DisplayName) ? null : DisplayName;

    public override IEnumerable<(string Field, string Problem)> Check()
    {
        if (string.IsNullOrEmpty(SigningSecret) && string.IsNullOrEmpty(AppToken))
        {
            yield return ("signingSecret", "Enter the signing secret from Basic Information, or an app-level token for Socket Mode.");
        }

        if (string.IsNullOrEmpty(BotToken) && (string.IsNullOrEmpty(ClientId) || string.IsNullOrEmpty(ClientSecret)))
        {
            yield return ("botToken", "Enter the bot token, or client id and client secret and then sign in.");
        }

        if (!string.IsNullOrEmpty(RefreshToken) && (string.IsNullOrEmpty(ClientId) || string.IsNullOrEmpty(ClientSecret)))
        {
            yield return ("clientSecret", "Tokens of this app rotate: enter client id and client secret too.");
        }
    }
}
