using System.ComponentModel.DataAnnotations;

namespace Braid.Channels.Line;

/// <summary>A LINE Official Account on the Messaging API.</summary>
public sealed class LineChannel : Channel<LineSettings>
{
    internal static readonly ChannelLimits Limits = new()
    {
        TextLength = 5000,
        BodyBytes = 2 * 1024 * 1024,
        AttachmentBytes = 200 * 1024 * 1024,
        AttachmentsPerMessage = 10,
        SendsPerSecond = 100,
        CallTimeout = TimeSpan.FromSeconds(30),
    };

    public override ChannelDescriptor Descriptor { get; } = new()
    {
        Id = "line",
        Name = "LINE",
        Summary = "Answer people who write to your LINE Official Account, alone and in groups.",
        SettingsType = typeof(LineSettings),
        Capabilities = new() { Attachments = true, Replies = true, Deletes = true, Groups = true, SendsTyping = true, MarksRead = true },
        Limits = Limits,
        WhenUnknown = UnknownSend.Repeat,
        Rich = new()
        {
            ReplyButtons = 4, LinkButtons = 4, CallButtons = 4, ButtonsTogether = 4, ButtonTitleLength = 20,
            ListRows = 20, RowTitleLength = 40, QuickReplies = 13, QuickReplyTitleLength = 20,
            Cards = 12, CardButtons = 3, Location = true, Header = true, Footer = true, TextLength = 2000,
        },
        Cost = "Messages count against the monthly quota of your LINE plan; answers that use a reply token are free.",
        ConnectSteps =
        [
            "In the LINE Developers console create a Messaging API channel for your Official Account.",
            "Copy the channel secret and the channel id from Basic settings.",
            "Copy a long-lived channel access token from Messaging API, or leave it empty: Braid then fetches short-lived ones.",
            "Save. Braid registers its webhook {webhookUrl} by itself.",
            "In the LINE Official Account Manager, under Response settings, turn Webhooks on and auto-response messages off. Turn webhook redelivery on in the console.",
        ],
    };

    protected override IReceiver<LineSettings> Receiver { get; } = new LineReceiver();
    protected override ISender<LineSettings> Sender { get; } = new LineSender();
    protected override IMedia<LineSettings> Media { get; } = new LineMedia();
    protected override ISetup<LineSettings> Setup { get; } = new LineSetup();
    protected override IPeople<LineSettings> People { get; } = new LinePeople();
    protected override IActs<LineSettings> Acts { get; } = new LineActs();
}

public sealed record LineSettings : ChannelSettings
{
    [Setting("Channel secret", Help = "Proves that messages come from LINE. Basic settings of the channel.", Secret = true)]
    [Required(ErrorMessage = "Enter the channel secret from Basic settings.")]
    public string ChannelSecret { get; init; } = "";

    [Setting("Channel access token", Help = "A long-lived one from Messaging API. Leave it empty to let Braid fetch short-lived ones with the channel id.", Secret = true)]
    public string? ChannelAccessToken { get; init; }

    [Setting("Channel id", Help = "Needed when there is no access token.", Placeholder = "1653918273")]
    [RegularExpression(@"^\d+$", ErrorMessage = "This is not a channel id. It is the number under Basic settings.")]
    public string? ChannelId { get; init; }

    [Setting("Basic id", Help = "Shown to agents.", Placeholder = "@216abcde")]
    public string? BasicId { get; init; }

    [Setting("Answer with reply tokens", Help = "A quick answer then costs no quota. If the line breaks in that moment, Braid can't repeat it and asks the agent.", Advanced = true)]
    public bool UseReplyTokens { get; init; }

    [Setting("API address", Help = "For a gateway of your own.", Placeholder = "https://api.line.me", Advanced = true)]
    [Url(ErrorMessage = "Enter a web address that starts with https://.")]
    public string? ApiBaseUrl { get; init; }

    public override string? Address => string.IsNullOrWhiteSpace(BasicId) ? null : BasicId;

    public override IEnumerable<(string Field, string Problem)> Check()
    {
        if (string.IsNullOrWhiteSpace(ChannelAccessToken) && string.IsNullOrWhiteSpace(ChannelId))
        {
            yield return ("channelAccessToken", "Enter a channel access token, or the channel id so that Braid can fetch one.");
        }
    }
}
