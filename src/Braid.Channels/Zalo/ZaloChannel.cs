using System.ComponentModel.DataAnnotations;

namespace Braid.Channels.Zalo;

/// <summary>A Zalo Official Account (Vietnam).</summary>
public sealed class ZaloChannel : Channel<ZaloSettings>
{
    internal static readonly ChannelLimits Limits = new()
    {
        TextLength = 2000,
        BodyBytes = 1024 * 1024,
        AttachmentBytes = 5 * 1024 * 1024,
        AttachmentsPerMessage = 10,
        SendsPerSecond = 10,
        CallTimeout = TimeSpan.FromSeconds(30),
    };

    public override ChannelDescriptor Descriptor { get; } = new()
    {
        Id = "zalo",
        Name = "Zalo",
        Summary = "Answer people who write to your Zalo Official Account.",
        SettingsType = typeof(ZaloSettings),
        Capabilities = new() { Attachments = true, Replies = true, Reactions = true, DeliveredReceipts = true, ReadReceipts = true },
        Limits = Limits,
        ReplyWindow = TimeSpan.FromDays(7),
        WhenUnknown = UnknownSend.AskAgent,
        Rich = new()
        {
            ReplyButtons = 5, LinkButtons = 5, CallButtons = 5, ButtonsTogether = 5, ButtonTitleLength = 35, QuickReplies = 5, QuickReplyTitleLength = 35,
            Cards = 5, CardButtons = 5,
        },
        Cost = "Answers are free within 48 hours of the customer's last message, as far as your package allows; later ones are charged.",
        OptIn = "The customer must have written to the account, or done something there, within the last 7 days.",
        ConnectSteps =
        [
            "On developers.zalo.me create an app, link it to your Official Account and give it the right to manage messages.",
            "Copy the app id and the app secret key. Copy the OA secret key from the app's Webhook page: it is another one.",
            "Save, then press Sign in and allow the app to act for your Official Account.",
            "On the Webhook page enter {webhookUrl} and switch on the events of messages. The address's domain must be verified there first.",
        ],
    };

    protected override IReceiver<ZaloSettings> Receiver { get; } = new ZaloReceiver();
    protected override ISender<ZaloSettings> Sender { get; } = new ZaloSender();
    protected override IMedia<ZaloSettings> Media { get; } = new ZaloMedia();
    protected override IPeople<ZaloSettings> People { get; } = new ZaloPeople();
    protected override ISetup<ZaloSettings> Setup { get; } = new ZaloSetup();
    protected override ILogin<ZaloSettings> Login { get; } = new ZaloLogin();
}

public sealed record ZaloSettings : ChannelSettings
{
    [Setting("App id", Help = "Of the app on developers.zalo.me.", Placeholder = "2553928453557884079")]
    [Required(ErrorMessage = "Enter the app id from developers.zalo.me.")]
    [RegularExpression(@"^\d+$", ErrorMessage = "This is not an app id. It is the long number of the app on developers.zalo.me.")]
    public string AppId { get; init; } = "";

    [Setting("App secret key", Help = "Settings of the app. Fetches and renews the access.", Secret = true)]
    [Required(ErrorMessage = "Enter the app's secret key.")]
    public string AppSecret { get; init; } = "";

    [Setting("OA secret key", Help = "Webhook page of the app. Proves that messages come from Zalo.", Secret = true)]
    [Required(ErrorMessage = "Enter the OA secret key from the app's Webhook page. It is not the app's secret key.")]
    public string OaSecretKey { get; init; } = "";

    [Setting("Refresh token", Help = "Signing in fills this. Each works once; Braid keeps the newest by itself.", Secret = true, Advanced = true)]
    public string? RefreshToken { get; init; }

    [Setting("Official Account id", Help = "Signing in fills this.", Advanced = true)]
    public string? OaId { get; init; }

    [Setting("API address", Help = "For a gateway of your own; it must also stand for oauth.zaloapp.com.", Placeholder = "https://openapi.zalo.me", Advanced = true)]
    [Url(ErrorMessage = "Enter a web address that starts with https://.")]
    public string? ApiBaseUrl { get; init; }
}
