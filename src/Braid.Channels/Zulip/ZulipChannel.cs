using System.ComponentModel.DataAnnotations;

namespace Braid.Channels.Zulip;

/// <summary>A bot in a Zulip organization: by its event queue, or by outgoing webhooks.</summary>
public sealed class ZulipChannel : Channel<ZulipSettings>
{
    internal static readonly ChannelLimits Limits = new()
    {
        // The server's limit is 10 000; the rest is for the links of files.
        TextLength = 9000,
        CaptionLength = 9000,
        BodyBytes = 1024 * 1024,
        AttachmentBytes = 25 * 1024 * 1024,
        AttachmentsPerMessage = 10,
        SendsPerSecond = 3,
        CallTimeout = TimeSpan.FromSeconds(60),
    };

    public override ChannelDescriptor Descriptor { get; } = new()
    {
        Id = "zulip",
        Name = "Zulip",
        Summary = "Answer people who write to your bot in Zulip, in direct messages and topics.",
        SettingsType = typeof(ZulipSettings),
        Group = ChannelGroup.WorkChat,
        Capabilities = new()
        {
            Attachments = true, Edits = true, Deletes = true, Reactions = true, Groups = true, EditsSent = true, DeletesSent = true, Reacts = true, SendsTyping = true,
        },
        Limits = Limits,
        WhenUnknown = UnknownSend.AskAgent,
        Ingress = Ingress.WebhookOrListener,
        FirstContact = FirstContact.Yes,
        ConnectSteps =
        [
            "In Zulip open Personal settings, Bots, and add a generic bot. Copy its e-mail address and API key.",
            "Enter your organization's address, the e-mail address and the API key here and save. Braid connects by itself.",
            "Subscribe the bot to each channel it should read.",
            "To receive by webhook instead, add an outgoing webhook bot with the address {webhookUrl} and copy its token here.",
        ],
    };

    protected override IReceiver<ZulipSettings> Receiver { get; } = new ZulipReceiver();
    protected override ISender<ZulipSettings> Sender { get; } = new ZulipSender();
    protected override IListener<ZulipSettings> Listener { get; } = new ZulipListener();
    protected override IMedia<ZulipSettings> Media { get; } = new ZulipMedia();
    protected override ISetup<ZulipSettings> Setup { get; } = new ZulipSetup();
    protected override IActs<ZulipSettings> Acts { get; } = new ZulipActs();
}

public enum ZulipReceive { Queue, Webhook }

public sealed record ZulipSettings : ChannelSettings
{
    [Setting("Organization address", Placeholder = "https://acme.zulipchat.com")]
    [Required(ErrorMessage = "Enter the address of your Zulip organization.")]
    [Url(ErrorMessage = "Enter a web address that starts with https://.")]
    public string ApiBaseUrl { get; init; } = "";

    [Setting("Bot e-mail", Help = "Personal settings, Bots.", Placeholder = "support-bot@acme.zulipchat.com")]
    [Required(ErrorMessage = "Enter the bot's e-mail address.")]
    public string BotEmail { get; init; } = "";

    [Setting("API key", Help = "Personal settings, Bots.", Secret = true)]
    [Required(ErrorMessage = "Enter the bot's API key.")]
    public string ApiKey { get; init; } = "";

    [Setting("Receive by", Help = "The queue reads direct messages and the bot's channels. An outgoing webhook reads direct messages and mentions only.")]
    public ZulipReceive Receive { get; init; }

    [Setting("Webhook token", Help = "Of the outgoing webhook bot.", Secret = true)]
    public string? WebhookToken { get; init; }

    [Setting("Bot name", Help = "Its mention is left out of what people write.", Placeholder = "Support", Advanced = true)]
    public string? BotName { get; init; }

    public override string? Address => string.IsNullOrWhiteSpace(BotName) ? BotEmail.Length > 0 ? BotEmail : null : BotName;

    public override IEnumerable<(string Field, string Problem)> Check()
    {
        if (Receive == ZulipReceive.Webhook && string.IsNullOrEmpty(WebhookToken))
        {
            yield return ("webhookToken", "Enter the token of the outgoing webhook bot, or receive by queue.");
        }
    }
}
