using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Braid.Channels.Meta;

namespace Braid.Channels.Messenger;

/// <summary>A Facebook page: its Messenger conversations and the comments under its posts.</summary>
public sealed class MessengerChannel : Channel<MessengerSettings>
{
    internal static readonly ChannelLimits Limits = new()
    {
        TextLength = 2000,
        BodyBytes = 5 * 1024 * 1024,
        AttachmentBytes = MetaFiles.Largest,
        AttachmentsPerMessage = 10,
        SendsPerSecond = 40,
        CallTimeout = TimeSpan.FromSeconds(60),
    };

    public override ChannelDescriptor Descriptor { get; } = new()
    {
        Id = "messenger",
        Name = "Messenger",
        Summary = "Answer people who write to your Facebook page, and the comments under its posts.",
        SettingsType = typeof(MessengerSettings),
        Capabilities = new()
        {
            Attachments = true, Edits = true, Deletes = true, Reactions = true, DeliveredReceipts = true, ReadReceipts = true,
            Comments = true, PrivateReplies = true, Hides = true, Moderates = true, DeletesSent = true, Reacts = true, SendsTyping = true, MarksRead = true,
        },
        Limits = Limits,
        ReplyWindow = TimeSpan.FromHours(24),
        WhenUnknown = UnknownSend.AwaitReceipt,
        FirstContact = FirstContact.No,
        Rich = MetaParts.Rich,
        OptIn = "The person must have written to the page or commented; a comment may be answered privately once, within 7 days.",
        ConnectSteps =
        [
            "In Meta's developer console open your app and add the products Messenger and Webhooks. Copy the app id and the app secret from App settings, Basic.",
            "In the app's Messenger settings connect your page and generate a token for it, with pages_messaging, pages_manage_metadata, pages_read_engagement, pages_read_user_content and pages_manage_engagement.",
            "Copy the page id from the page's About section.",
            "Save. Braid subscribes the page and, with the app id, registers {webhookUrl} with the verify token {verifyToken} as the app's callback for pages.",
        ],
    };

    protected override IReceiver<MessengerSettings> Receiver { get; } = new MetaReceiver();
    protected override ISender<MessengerSettings> Sender { get; } = new MetaSender(AccessAsync);
    protected override IActs<MessengerSettings> Acts { get; } = new MetaActs(AccessAsync);
    protected override IMedia<MessengerSettings> Media { get; } = new MetaMedia();
    protected override IPeople<MessengerSettings> People { get; } = new MetaPeople(AccessAsync);
    protected override ISetup<MessengerSettings> Setup { get; } = new MetaSetup(AccessAsync);
    protected override ILogin<MessengerSettings> Login { get; } = new MessengerLogin();

    /// <summary>A page's token does not expire.</summary>
    private static Task<GraphAccess> AccessAsync(IMetaAccount account, ProviderContext context, CancellationToken ct) => Task.FromResult(account.Access);
}

public sealed record MessengerSettings : ChannelSettings, IMetaAccount
{
    [Setting("Page id", Help = "Meta's number of your page.", Placeholder = "104938472615038")]
    [Required(ErrorMessage = "Enter the page's id from its About section.")]
    [RegularExpression("^[0-9]+$", ErrorMessage = "A page id has digits only. It stands in the page's About section, under Page transparency.")]
    public string PageId { get; init; } = "";

    [Setting("Page access token", Help = "Generated for the page in the app's Messenger settings, or brought by signing in.", Secret = true)]
    public string PageAccessToken { get; init; } = "";

    [Setting("App secret", Help = "Proves that messages come from Meta. App settings, Basic.", Secret = true)]
    [Required(ErrorMessage = "Enter the app secret from App settings, Basic.")]
    public string AppSecret { get; init; } = "";

    [Setting("Verify token", Help = "Enter the same value in Meta's console when you set the callback URL.", Generate = true)]
    [Required(ErrorMessage = "Choose a verify token.")]
    public string VerifyToken { get; init; } = "";

    [Setting("App id", Help = "With it Braid registers the webhook for you, and you can sign in with Facebook.", Placeholder = "1290347783020056")]
    [RegularExpression("^[0-9]+$", ErrorMessage = "An app id has digits only. It stands under App settings, Basic.")]
    public string? AppId { get; init; }

    [Setting("Human agent", Help = "Meta allowed your app the human agent feature: people may answer for 7 days instead of 24 hours.")]
    public bool HumanAgent { get; init; }

    [Setting("Prove calls", Help = "Your app requires the app secret's proof with each call.", Advanced = true)]
    public bool ProveCalls { get; init; }

    [Setting("API version", Advanced = true)]
    [RegularExpression(@"^v\d+\.\d+$", ErrorMessage = "A version looks like v25.0.")]
    public string ApiVersion { get; init; } = "v25.0";

    [Setting("API address", Help = "For a gateway of your own.", Placeholder = GraphAccess.Facebook, Advanced = true)]
    [Url(ErrorMessage = "Enter a web address that starts with https://.")]
    public string? ApiBaseUrl { get; init; }

    public override string? Account => PageId;

    [JsonIgnore]
    public override TimeSpan? ReplyWindow => HumanAgent ? TimeSpan.FromDays(7) : null;

    MetaDialect IMetaAccount.Dialect => MetaDialect.Messenger;
    string IMetaAccount.AccountId => PageId;
    string? IMetaAccount.OtherAccountId => null;
    string IMetaAccount.Node => PageId;
    GraphAccess IMetaAccount.Access => new(
        Common.JsonApi.Base(ApiBaseUrl, GraphAccess.Facebook), ApiVersion, PageAccessToken, MessengerChannel.Limits.CallTimeout, ProveCalls ? AppSecret : null);
    IReadOnlyList<string?> IMetaAccount.AppSecrets => [AppSecret];
    string IMetaAccount.VerifyTokenText => VerifyToken;
    string? IMetaAccount.MetaAppId => AppId;
    bool IMetaAccount.HasHumanAgent => HumanAgent;
}
