using System.ComponentModel.DataAnnotations;
using Braid.Channels.Common;

namespace Braid.Channels.GoogleRcs;

/// <summary>An RCS for Business agent at Google: the messages app on Android, and on newer iPhones.</summary>
public sealed class GoogleRcsChannel : Channel<GoogleRcsSettings>
{
    internal static readonly ChannelLimits Limits = new()
    {
        TextLength = 3072,
        BodyBytes = 1024 * 1024,
        AttachmentBytes = 100 * 1024 * 1024,
        AttachmentsPerMessage = 10,
        SendsPerSecond = 50,
        CallTimeout = TimeSpan.FromSeconds(60),
    };

    public override ChannelDescriptor Descriptor { get; } = new()
    {
        Id = "google-rcs",
        Name = "RCS",
        Summary = "Rich messages in the phone's own messages app, through Google's RCS for Business.",
        SettingsType = typeof(GoogleRcsSettings),
        Capabilities = new()
        {
            Attachments = true, DeliveredReceipts = true, ReadReceipts = true, Typing = true, SendsTyping = true, MarksRead = true, DeletesSent = true,
        },
        Limits = Limits,
        Address = AddressKind.Phone,
        WhenUnknown = UnknownSend.Repeat,
        FirstContact = FirstContact.Yes,
        Rich = new()
        {
            ReplyButtons = 11, LinkButtons = 11, CallButtons = 11, ButtonsTogether = 11, ButtonTitleLength = 25, ListRows = 11, RowTitleLength = 25,
            QuickReplies = 11, QuickReplyTitleLength = 25, Cards = 10, CardButtons = 4, Location = true,
        },
        Cost = "Carriers charge by message or by 24-hour session.",
        OptIn = "The customer must have agreed to messages from your agent; who wrote STOP gets none.",
        ConnectSteps =
        [
            "In Google's Business Communications console create an RCS for Business agent and copy its agent id.",
            "Under Service account create a key (JSON) and paste the whole file.",
            "Choose a client token and save.",
            "In the console, under the agent's Integrations, set the webhook {webhookUrl} with the same client token. Google asks the address at once.",
            "Until the agent is launched with a carrier, only the testers you invite can be reached.",
        ],
    };

    protected override IReceiver<GoogleRcsSettings> Receiver { get; } = new RcsReceiver();
    protected override ISender<GoogleRcsSettings> Sender { get; } = new RcsSender();
    protected override IMedia<GoogleRcsSettings> Media { get; } = new RcsMedia();
    protected override ISetup<GoogleRcsSettings> Setup { get; } = new RcsSetup();
    protected override IActs<GoogleRcsSettings> Acts { get; } = new RcsActs();
}

public sealed record GoogleRcsSettings : ChannelSettings
{
    [Setting("Agent id", Placeholder = "braid_demo_k2x9_agent@rbm.goog")]
    [Required(ErrorMessage = "Enter the agent id from the Business Communications console.")]
    public string AgentId { get; init; } = "";

    [Setting("Service account key", Help = "The whole JSON file.", Secret = true)]
    [Required(ErrorMessage = "Paste the service account's key file (JSON).")]
    public string ServiceAccountKey { get; init; } = "";

    [Setting("Client token", Help = "Enter the same value in the console when you set the webhook. It proves that messages come from Google.", Secret = true, Generate = true)]
    [Required(ErrorMessage = "Choose a client token.")]
    public string ClientToken { get; init; } = "";

    [Setting("Kind of traffic", Help = "Some countries ask for it.", Advanced = true)]
    [AllowedValues("AUTHENTICATION", "TRANSACTION", "PROMOTION", "SERVICEREQUEST", "ACKNOWLEDGEMENT", null, "", ErrorMessage = "Choose AUTHENTICATION, TRANSACTION, PROMOTION, SERVICEREQUEST or ACKNOWLEDGEMENT, or leave it empty.")]
    public string? MessageTrafficType { get; init; }

    [Setting("Give up after hours", Help = "Undelivered messages are then taken back. Empty: after about 30 days.", Advanced = true)]
    [Range(1, 720, ErrorMessage = "Choose between 1 and 720 hours.")]
    public int? TtlHours { get; init; }

    [Setting("API address", Help = "For a region (https://us-, europe- or asia-rcsbusinessmessaging.googleapis.com) or a gateway of your own.", Placeholder = "https://rcsbusinessmessaging.googleapis.com", Advanced = true)]
    [Url(ErrorMessage = "Enter a web address that starts with https://.")]
    public string? ApiBaseUrl { get; init; }

    public override string? Account => AgentId;

    public override string? Address => AgentId.Length == 0 ? null : AgentId;

    public override IEnumerable<(string Field, string Problem)> Check()
    {
        if (ServiceAccountKey.Length > 0 && GoogleSignIn.ServiceAccount(ServiceAccountKey) is null)
        {
            yield return ("serviceAccountKey", "This is not a service account's key file. Create a key of type JSON and paste the whole file.");
        }
    }
}
