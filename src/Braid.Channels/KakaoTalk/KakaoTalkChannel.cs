using System.ComponentModel.DataAnnotations;
using Braid.Channels.Common;

namespace Braid.Channels.KakaoTalk;

/// <summary>
/// A KakaoTalk channel: consultation talk (상담톡) through a contracted dealer, whose host, headers and paths are settings, or a chatbot's
/// skill server.
/// </summary>
public sealed class KakaoTalkChannel : Channel<KakaoTalkSettings>
{
    internal static readonly ChannelLimits Limits = new()
    {
        TextLength = 1000,
        BodyBytes = 256 * 1024,
        AttachmentBytes = 10 * 1024 * 1024,
        AttachmentsPerMessage = 5,
        SendsPerSecond = 10,
        CallTimeout = TimeSpan.FromSeconds(30),
    };

    public override ChannelDescriptor Descriptor { get; } = new()
    {
        Id = "kakaotalk",
        Name = "KakaoTalk",
        Summary = "Answer people who write to your KakaoTalk channel, through a consultation talk dealer or as a chatbot's skill.",
        SettingsType = typeof(KakaoTalkSettings),
        Capabilities = new() { Attachments = true },
        Limits = Limits,
        ReplyWindow = TimeSpan.FromDays(30),
        KeyInUrl = true,
        Cost = "Consultation talk dealers charge by their own contract.",
        OptIn = "The customer opens the talk; nobody can be written to first.",
        Rich = new() { QuickReplies = 10, QuickReplyTitleLength = 14 },
        ConnectSteps =
        [
            "Consultation talk: sign up with an official dealer. Enter the address of the dealer's API, your channel's sender key, and the two credentials.",
            "Give the dealer {webhookUrl} as webhook address. If the dealer appends paths such as /message, give {webhookUrl}?at= instead.",
            "If the dealer can send a header of your choice, enter its name and a secret here and there.",
            "Chatbot: in Kakao's chatbot builder enter {webhookUrl} as the skill's URL with such a header, use the skill in the fallback block and allow callbacks.",
        ],
    };

    protected override IReceiver<KakaoTalkSettings> Receiver { get; } = new KakaoTalkReceiver();
    protected override ISender<KakaoTalkSettings> Sender { get; } = new KakaoTalkSender();
    protected override IMedia<KakaoTalkSettings> Media { get; } = new KakaoTalkMedia();
    protected override ISetup<KakaoTalkSettings> Setup { get; } = new KakaoTalkSetup();
}

public sealed record KakaoTalkSettings : ChannelSettings
{
    [Setting("Dealer's API address", Help = "Needed for consultation talk.", Placeholder = "https://api.dealer.example")]
    [Url(ErrorMessage = "Enter a web address that starts with https://.")]
    public string? ApiBaseUrl { get; init; }

    [Setting("Sender key", Help = "40 characters; the dealer shows it for your channel.", Placeholder = "4c9591f37822ae1ed5b781582af08b1e2d922cea")]
    public string? SenderKey { get; init; }

    [Setting("Client id", Help = "The first of the dealer's credentials.")]
    public string? ClientId { get; init; }

    [Setting("Client secret", Help = "The second of the dealer's credentials.", Secret = true)]
    public string? ClientSecret { get; init; }

    [Setting("Header with a secret", Help = "Of what the dealer or the chatbot sends to Braid.", Placeholder = "X-Braid-Secret", Advanced = true)]
    [RegularExpression("^[A-Za-z0-9-]+$", ErrorMessage = "A header's name has letters, digits and hyphens only.")]
    public string WebhookHeader { get; init; } = "X-Braid-Secret";

    [Setting("Webhook secret", Help = "When set, what comes without it is refused.", Secret = true, Generate = true)]
    public string? WebhookSecret { get; init; }

    [Setting("First words of the chatbot", Help = "What a chatbot says at once, while you write the answer.", Advanced = true)]
    public string WaitingText { get; init; } = "잠시만 기다려 주세요";

    [Setting("Header for the client id", Advanced = true)]
    public string ClientIdHeader { get; init; } = "HT-Client-Id";

    [Setting("Header for the second credential", Advanced = true)]
    public string ClientCredentialHeader { get; init; } = "HT-Client-Secret";

    [Setting("Path for sending", Advanced = true)]
    public string SendPath { get; init; } = "/v1/chat/write";

    [Setting("Path for uploading pictures", Advanced = true)]
    public string ImagePath { get; init; } = "/v1/image/upload";

    [Setting("Path for uploading files", Advanced = true)]
    public string FilePath { get; init; } = "/v1/file/upload";

    [Setting("Codes for a closed session", Help = "The dealer's codes, separated by commas, that mean that the customer must write again.", Advanced = true)]
    public string ClosedCodes { get; init; } = "-500";

    /// <summary>One dealer address may serve several channels.</summary>
    public override string? Account => string.IsNullOrWhiteSpace(SenderKey) ? null : SenderKey;

    public override IEnumerable<(string Field, string Problem)> Check()
    {
        var consults = !string.IsNullOrWhiteSpace(ApiBaseUrl);
        if (consults && string.IsNullOrWhiteSpace(SenderKey)) { yield return ("senderKey", "Enter the sender key of your channel; the dealer shows it."); }
        if (!consults && !string.IsNullOrWhiteSpace(SenderKey)) { yield return ("apiBaseUrl", "Enter the address of the dealer's API."); }
    }

    internal JsonApi Api(ProviderContext context) => new(ApiBaseUrl ?? "https://dealer.invalid", context, KakaoTalkChannel.Limits.CallTimeout, request =>
    {
        if (!string.IsNullOrEmpty(ClientId)) { request.Headers.TryAddWithoutValidation(ClientIdHeader, ClientId); }
        if (!string.IsNullOrEmpty(ClientSecret)) { request.Headers.TryAddWithoutValidation(ClientCredentialHeader, ClientSecret); }
    });
}
