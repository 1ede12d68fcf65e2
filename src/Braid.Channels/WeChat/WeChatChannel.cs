using System.ComponentModel.DataAnnotations;
using Braid.Channels.Common;

namespace Braid.Channels.WeChat;

/// <summary>A WeChat Official Account (公众号), by server push and the customer-service interface.</summary>
public sealed class WeChatChannel : Channel<WeChatSettings>
{
    internal static readonly ChannelLimits Limits = new()
    {
        TextLength = 2000,
        BodyBytes = 256 * 1024,
        AttachmentBytes = 10 * 1024 * 1024,
        AttachmentsPerMessage = 4,
        SendsPerSecond = 10,
        CallTimeout = TimeSpan.FromSeconds(30),
    };

    public override ChannelDescriptor Descriptor { get; } = new()
    {
        Id = "wechat",
        Name = "WeChat",
        Summary = "Answer people who write to your WeChat Official Account.",
        SettingsType = typeof(WeChatSettings),
        Capabilities = new() { Attachments = true, Templates = true, SendsTyping = true },
        Limits = Limits,
        ReplyWindow = TimeSpan.FromHours(48),
        ReplyWindowMessages = 5,
        OptIn = "The customer follows your account; WeChat lets nobody be written to who does not.",
        Rich = new() { QuickReplies = 10, QuickReplyTitleLength = 40, ReplyButtons = 10, ButtonTitleLength = 40, Footer = true, Cards = 1, CardButtons = 1 },
        ConnectSteps =
        [
            "You need a verified service account (服务号): other accounts may not use customer-service messages.",
            "In the account's console open Settings and Development, Basic Configuration (基本配置). Copy the AppID; make an AppSecret and copy it.",
            "Add this server's public address to the IP whitelist (IP白名单) there.",
            "Choose a token here, generate an EncodingAESKey there and copy it, choose how messages are encrypted, and save.",
            "Enter {webhookUrl} as server URL (服务器地址) with the same token, key and mode, submit, and switch the server configuration on.",
        ],
    };

    protected override IReceiver<WeChatSettings> Receiver { get; } = new WeChatReceiver();
    protected override ISender<WeChatSettings> Sender { get; } = new WeChatSender();
    protected override IMedia<WeChatSettings> Media { get; } = new WeChatMedia();
    protected override ISetup<WeChatSettings> Setup { get; } = new WeChatSetup();
    protected override ITemplates<WeChatSettings> Templates { get; } = new WeChatTemplates();
    protected override IActs<WeChatSettings> Acts { get; } = new WeChatActs();
}

public enum WeChatMode { Safe, Compatible, Plain }

public sealed record WeChatSettings : ChannelSettings
{
    [Setting("AppID", Help = "Basic Configuration (基本配置).", Placeholder = "wx8f2c4a6b1d3e5f70")]
    [Required(ErrorMessage = "Enter the AppID from Basic Configuration (基本配置).")]
    [RegularExpression("^[A-Za-z0-9_-]+$", ErrorMessage = "This is not an AppID. It begins with wx and stands in Basic Configuration.")]
    public string AppId { get; init; } = "";

    [Setting("AppSecret", Help = "Shown once, when you make it. Making a new one ends the old one.", Secret = true)]
    [Required(ErrorMessage = "Enter the AppSecret from Basic Configuration (基本配置).")]
    public string AppSecret { get; init; } = "";

    [Setting("Token", Help = "Proves that messages come from WeChat. Enter the same one in the server configuration.", Secret = true, Generate = true)]
    [Required(ErrorMessage = "Choose a token and enter the same one in WeChat's server configuration.")]
    [RegularExpression("^[A-Za-z0-9]{3,32}$", ErrorMessage = "Use 3 to 32 letters and digits.")]
    public string Token { get; init; } = "";

    [Setting("Encryption mode", Help = "Safe (安全模式) is best. The same as in the server configuration.")]
    public WeChatMode Mode { get; init; }

    [Setting("EncodingAESKey", Help = "43 characters. Not needed in plain mode (明文模式).", Secret = true)]
    [RegularExpression("^[A-Za-z0-9]{43}$", ErrorMessage = "The EncodingAESKey has 43 letters and digits. Copy it from the server configuration.")]
    public string? EncodingAesKey { get; init; }

    [Setting("Account name", Help = "Shown to agents.", Placeholder = "Tarn & Ember")]
    public string? AccountName { get; init; }

    [Setting("API address", Help = "For a gateway of your own.", Placeholder = "https://api.weixin.qq.com", Advanced = true)]
    [Url(ErrorMessage = "Enter a web address that starts with https://.")]
    public string? ApiBaseUrl { get; init; }

    public override string? Address => string.IsNullOrWhiteSpace(AccountName) ? null : AccountName;

    public override IEnumerable<(string Field, string Problem)> Check()
    {
        if (Mode != WeChatMode.Plain && string.IsNullOrEmpty(EncodingAesKey))
        {
            yield return ("encodingAesKey", "Copy the EncodingAESKey from WeChat's server configuration, or choose plain mode.");
        }
    }

    internal JsonApi Api(ProviderContext context) => new(JsonApi.Base(ApiBaseUrl, "https://api.weixin.qq.com"), context, WeChatChannel.Limits.CallTimeout);
}
