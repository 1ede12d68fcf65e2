namespace Braid.Channels.LiveChat;

/// <summary>
/// The chat on the customer's own website. There is no provider: the widget talks to the product's hub, the hub stores each frame as a
/// delivery that <see cref="LiveChatReceiver"/> reads, and answers are pushed by the hub. README.md holds the wire contract.
/// </summary>
public sealed class LiveChatChannel : Channel<LiveChatSettings>
{
    public const string Id = "livechat";

    public override ChannelDescriptor Descriptor { get; } = new()
    {
        Id = Id,
        Name = "Live chat",
        Summary = "A chat on your website that keeps its history and can know your signed-in users.",
        SettingsType = typeof(LiveChatSettings),
        Group = ChannelGroup.Website,
        Capabilities = new ChannelCapabilities { Attachments = true, ReadReceipts = true, Typing = true },
        Limits = new ChannelLimits
        {
            TextLength = LiveChatLimits.TextLength,
            CaptionLength = LiveChatLimits.TextLength,
            AttachmentBytes = LiveChatLimits.FileBytes,
            AttachmentsPerMessage = LiveChatLimits.FilesPerMessage,
            SendsPerSecond = 200,
        },
        // Sending is a local fact, so doing it again does no harm.
        WhenUnknown = UnknownSend.Repeat,
        Ingress = Ingress.Hub,
        ConnectSteps =
        [
            "Paste this line into every page that should show the chat, just before </body>: {snippet}",
            "List the addresses of your sites under Allowed sites, so that nobody else can show your chat.",
            "To know who is signed in, let your server sign a token with the identity secret and hand it to Braid('identify', { token }).",
        ],
    };

    protected override IReceiver<LiveChatSettings> Receiver { get; } = new LiveChatReceiver();
    protected override ISender<LiveChatSettings> Sender { get; } = new LiveChatSender();
    protected override ISetup<LiveChatSettings> Setup { get; } = new LiveChatSetup();
}

/// <summary>What the hub refuses beyond. The widget knows the same numbers (web/widget/src/protocol.ts).</summary>
public static class LiveChatLimits
{
    public const int TextLength = 8000;
    public const int FilesPerMessage = 10;
    public const long FileBytes = 25 * 1024 * 1024;
    public const int MessagesPerMinute = 20;
}
