using System.ComponentModel.DataAnnotations;

namespace Braid.Channels.Teams;

/// <summary>A bot in Microsoft Teams, by the Bot Framework.</summary>
public sealed class TeamsChannel : Channel<TeamsSettings>
{
    internal static readonly ChannelLimits Limits = new()
    {
        // An activity may have some 28 KB; a UTF-16 unit is three bytes at most.
        TextLength = 8000,
        CaptionLength = 8000,
        BodyBytes = 1024 * 1024,
        AttachmentBytes = 1024 * 1024,
        AttachmentsPerMessage = 1,
        SendsPerSecond = 5,
        CallTimeout = TimeSpan.FromSeconds(30),
    };

    public override ChannelDescriptor Descriptor { get; } = new()
    {
        Id = "teams",
        Name = "Microsoft Teams",
        Summary = "Answer people who write to your bot in Microsoft Teams, in chats and channels.",
        SettingsType = typeof(TeamsSettings),
        Group = ChannelGroup.WorkChat,
        // Bots take only small pictures, and files not at all without further consent: that is no promise to a composer.
        Capabilities = new()
        {
            Replies = true, Edits = true, Deletes = true, Reactions = true, Typing = true, Groups = true, EditsSent = true, DeletesSent = true, SendsTyping = true,
        },
        Limits = Limits,
        Rich = new()
        {
            ReplyButtons = 6, LinkButtons = 6, ButtonsTogether = 6, ButtonTitleLength = 80, ListRows = 50, RowTitleLength = 200,
            QuickReplies = 6, QuickReplyTitleLength = 40, Cards = 10, CardButtons = 4, Header = true, Footer = true,
        },
        WhenUnknown = UnknownSend.AskAgent,
        FirstContact = FirstContact.Yes,
        OptIn = "The person must have the app installed in Teams.",
        ConnectSteps =
        [
            "In the Azure portal create an Azure Bot (single tenant). Under Configuration copy the Microsoft App ID and the tenant id, and enter {webhookUrl} as messaging endpoint.",
            "Under Manage Password create a client secret and copy its value.",
            "Under Channels add Microsoft Teams.",
            "Save here. Then make a Teams app whose bot has this App ID, with the scopes personal, team and groupchat, and let an admin of Teams install it.",
        ],
    };

    protected override IReceiver<TeamsSettings> Receiver { get; } = new TeamsReceiver();
    protected override ISender<TeamsSettings> Sender { get; } = new TeamsSender();
    protected override IMedia<TeamsSettings> Media { get; } = new TeamsMedia();
    protected override ISetup<TeamsSettings> Setup { get; } = new TeamsSetup();
    protected override IActs<TeamsSettings> Acts { get; } = new TeamsActs();
    protected override IKeys<TeamsSettings> Keys { get; } = new TeamsKeys();
}

public sealed record TeamsSettings : ChannelSettings
{
    [Setting("Microsoft App ID", Help = "Azure Bot, Configuration.", Placeholder = "2f1c9a0b-7e7d-4c58-a6f0-d1b2c3e4f567")]
    [Required(ErrorMessage = "Enter the Microsoft App ID of the Azure Bot.")]
    [RegularExpression("^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$", ErrorMessage = "An App ID looks like 2f1c9a0b-7e7d-4c58-a6f0-d1b2c3e4f567.")]
    public string AppId { get; init; } = "";

    [Setting("Client secret", Help = "Azure Bot, Configuration, Manage Password: the value, not the id.", Secret = true)]
    [Required(ErrorMessage = "Enter the value of a client secret.")]
    public string ClientSecret { get; init; } = "";

    [Setting("Tenant id", Help = "Of a single-tenant bot. Leave it empty for an older multi-tenant bot.", Placeholder = "72f8d1aa-3b0e-4c11-9f10-0a1b2c3d4e5f")]
    [RegularExpression("^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$", ErrorMessage = "A tenant id looks like 72f8d1aa-3b0e-4c11-9f10-0a1b2c3d4e5f.")]
    public string? TenantId { get; init; }

    [Setting("Bot name", Help = "Shown to agents and with each message.", Placeholder = "Acme support")]
    public string? BotName { get; init; }

    [Setting("API address", Help = "The service address of your region.", Placeholder = "https://smba.trafficmanager.net/teams", Advanced = true)]
    [Url(ErrorMessage = "Enter a web address that starts with https://.")]
    public string? ApiBaseUrl { get; init; }

    [Setting("Sign-in address", Help = "For government clouds.", Placeholder = "https://login.microsoftonline.com", Advanced = true)]
    [Url(ErrorMessage = "Enter a web address that starts with https://.")]
    public string? LoginBaseUrl { get; init; }

    [Setting("Address of the signing keys", Help = "For government clouds.", Placeholder = "https://login.botframework.com/v1/.well-known/keys", Advanced = true)]
    [Url(ErrorMessage = "Enter a web address that starts with https://.")]
    public string? KeysUrl { get; init; }

    public override string? Account => string.IsNullOrWhiteSpace(TenantId) ? null : TenantId;

    public override string? Address => string.IsNullOrWhiteSpace(BotName) ? null : BotName;

    internal Uri Keys => new(string.IsNullOrWhiteSpace(KeysUrl) ? "https://login.botframework.com/v1/.well-known/keys" : KeysUrl);
}
