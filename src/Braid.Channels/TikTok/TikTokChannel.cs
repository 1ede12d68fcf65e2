using System.ComponentModel.DataAnnotations;
using Braid.Channels.Common;

namespace Braid.Channels.TikTok;

/// <summary>A TikTok business account: direct messages and the comments under its videos.</summary>
public sealed class TikTokChannel : Channel<TikTokSettings>
{
    internal const int CommentLength = 150;

    internal static readonly ChannelLimits Limits = new()
    {
        TextLength = 6000,
        BodyBytes = 1024 * 1024,
        AttachmentBytes = 3 * 1024 * 1024,
        AttachmentsPerMessage = 5,
        SendsPerSecond = 10,
        CallTimeout = TimeSpan.FromSeconds(30),
    };

    public override ChannelDescriptor Descriptor { get; } = new()
    {
        Id = "tiktok",
        Name = "TikTok",
        Summary = "Answer direct messages and comments of your TikTok business account.",
        SettingsType = typeof(TikTokSettings),
        Capabilities = new()
        {
            Attachments = true, Replies = true, Deletes = true, Reactions = true, ReadReceipts = true, SendsTyping = true, MarksRead = true,
            Comments = true, PrivateReplies = true, Hides = true, DeletesSent = true,
        },
        Limits = Limits,
        ReplyWindow = TimeSpan.FromHours(48),
        ReplyWindowMessages = 10,
        Rich = new() { ReplyButtons = 3, ButtonTitleLength = 20, TextLength = 40 },
        ConnectSteps =
        [
            "You need a TikTok business account registered outside the EEA, Switzerland and the UK, and a developer app with Business Messaging.",
            "In TikTok's API portal copy the app id and the secret of your app.",
            "Save, then sign in with the business account. Braid registers its webhook {webhookUrl} by itself.",
            "In TikTok's app, under Privacy, Direct messages, let everyone write to the account.",
        ],
    };

    protected override IReceiver<TikTokSettings> Receiver { get; } = new TikTokReceiver();
    protected override ISender<TikTokSettings> Sender { get; } = new TikTokSender();
    protected override IMedia<TikTokSettings> Media { get; } = new TikTokMedia();
    protected override ISetup<TikTokSettings> Setup { get; } = new TikTokSetup();
    protected override IActs<TikTokSettings> Acts { get; } = new TikTokActs();
    protected override ILogin<TikTokSettings> Login { get; } = new TikTokLogin();
}

public sealed record TikTokSettings : ChannelSettings
{
    [Setting("App id", Help = "Of your app in TikTok's API portal; also called client key.", Placeholder = "7623241219121414161")]
    [Required(ErrorMessage = "Enter the app id from TikTok's API portal.")]
    public string AppId { get; init; } = "";

    [Setting("App secret", Help = "Proves that messages come from TikTok.", Secret = true)]
    [Required(ErrorMessage = "Enter the app's secret from TikTok's API portal.")]
    public string AppSecret { get; init; } = "";

    [Setting("Business id", Help = "The account's open id. Signing in fills it in.")]
    public string? BusinessId { get; init; }

    [Setting("Refresh token", Help = "Signing in fills it in. TikTok changes it with each use; Braid keeps the newest.", Secret = true)]
    public string? RefreshToken { get; init; }

    [Setting("Account name", Help = "Shown to agents.", Placeholder = "braid.demo")]
    public string? Username { get; init; }

    [Setting("API address", Help = "For a gateway of your own.", Placeholder = "https://business-api.tiktok.com/open_api/v1.3", Advanced = true)]
    [Url(ErrorMessage = "Enter a web address that starts with https://.")]
    public string? ApiBaseUrl { get; init; }

    /// <summary>One callback serves all accounts of an app.</summary>
    public override string? Account => string.IsNullOrWhiteSpace(BusinessId) ? null : BusinessId;

    public override string? Address => string.IsNullOrWhiteSpace(Username) ? null : "@" + Username.TrimStart('@');

    internal string Api => JsonApi.Base(ApiBaseUrl, "https://business-api.tiktok.com/open_api/v1.3");
}
