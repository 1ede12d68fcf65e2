using Braid.Channels.Meta;

namespace Braid.Channels.Instagram;

/// <summary>An Instagram professional account: its direct messages and the comments under its posts.</summary>
public sealed class InstagramChannel : Channel<InstagramSettings>
{
    internal static readonly ChannelLimits Limits = new()
    {
        // Bytes of UTF-8, in truth: the adapter cuts finer where letters take more than one.
        TextLength = 1000,
        BodyBytes = 5 * 1024 * 1024,
        AttachmentBytes = MetaFiles.Largest,
        AttachmentsPerMessage = 10,
        SendsPerSecond = 20,
        CallTimeout = TimeSpan.FromSeconds(60),
    };

    public override ChannelDescriptor Descriptor { get; } = new()
    {
        Id = "instagram",
        Name = "Instagram",
        Summary = "Answer direct messages to your Instagram account, replies to its stories, and comments under its posts.",
        SettingsType = typeof(InstagramSettings),
        Capabilities = new()
        {
            Attachments = true, Replies = true, Edits = true, Deletes = true, Reactions = true, ReadReceipts = true,
            Comments = true, PrivateReplies = true, Hides = true, Moderates = true, DeletesSent = true, Reacts = true, SendsTyping = true, MarksRead = true,
        },
        Limits = Limits,
        ReplyWindow = TimeSpan.FromHours(24),
        WhenUnknown = UnknownSend.AskAgent,
        FirstContact = FirstContact.No,
        Rich = MetaParts.Rich with { CallButtons = 0 },
        OptIn = "The person must have written to the account or commented; a comment may be answered privately once, within 7 days.",
        ConnectSteps =
        [
            "Make the Instagram account a professional one, and allow access to messages in its settings, under Messages and story replies.",
            "In Meta's developer console open your app and add Instagram. Set it up with Instagram login, or with the Facebook page the account is linked to.",
            "Copy the account id, a token and the app secret. With Instagram login the secret is the Instagram app secret.",
            "Save. Then, under the product's Webhooks, enter {webhookUrl} as callback URL and {verifyToken} as verify token. Braid subscribes the account.",
        ],
    };

    protected override IReceiver<InstagramSettings> Receiver { get; } = new MetaReceiver();
    protected override ISender<InstagramSettings> Sender { get; } = new MetaSender(InstagramTokens.AccessAsync);
    protected override IActs<InstagramSettings> Acts { get; } = new MetaActs(InstagramTokens.AccessAsync);
    protected override IMedia<InstagramSettings> Media { get; } = new MetaMedia();
    protected override IPeople<InstagramSettings> People { get; } = new MetaPeople(InstagramTokens.AccessAsync);
    protected override ISetup<InstagramSettings> Setup { get; } = new MetaSetup(InstagramTokens.AccessAsync);
    protected override ILogin<InstagramSettings> Login { get; } = new InstagramLogin();
}
