using System.ComponentModel.DataAnnotations;
using Braid.Channels.Common;
using Braid.Channels.Meta;

namespace Braid.Channels.WhatsApp;

/// <summary>A WhatsApp business number on Meta's Cloud API.</summary>
public sealed class WhatsAppChannel : Channel<WhatsAppSettings>
{
    internal static readonly ChannelLimits Limits = new()
    {
        TextLength = 4096,
        CaptionLength = 1024,
        BodyBytes = 5 * 1024 * 1024,
        AttachmentBytes = 100 * 1024 * 1024,
        AttachmentsPerMessage = 10,
        SendsPerSecond = 70,
        CallTimeout = TimeSpan.FromSeconds(60),
    };

    public override ChannelDescriptor Descriptor { get; } = new()
    {
        Id = "whatsapp",
        Name = "WhatsApp",
        Summary = "Answer people on your WhatsApp business number through Meta's Cloud API.",
        SettingsType = typeof(WhatsAppSettings),
        Capabilities = new()
        {
            Attachments = true, Replies = true, Edits = true, Deletes = true, Reactions = true, DeliveredReceipts = true,
            ReadReceipts = true, Templates = true, Groups = true, Reacts = true, MarksRead = true, SendsTyping = true,
        },
        Limits = Limits,
        ReplyWindow = TimeSpan.FromHours(24),
        Address = AddressKind.Phone,
        WhenUnknown = UnknownSend.AwaitReceipt,
        FirstContact = FirstContact.TemplateOnly,
        Rich = WhatsAppRich.Support,
        Cost = "Meta charges per template that is delivered, by country and category; answers within 24 hours are free.",
        OptIn = "The person must have agreed to get messages from you on WhatsApp before you send a template.",
        ConnectSteps =
        [
            "In Meta's developer console open your app and choose WhatsApp, API Setup. Copy the phone number id and the WhatsApp Business Account id.",
            "In the business settings create a system user, give it the app and the account, and generate a token with whatsapp_business_messaging and whatsapp_business_management.",
            "Copy the app secret from App settings, Basic.",
            "Save. Then, under WhatsApp, Configuration, enter {webhookUrl} as callback URL and {verifyToken} as verify token, and subscribe to the field messages, for numbers also used in the Business app to smb_message_echoes, and for news of the account to the fields about account, phone number and templates.",
        ],
    };

    protected override IReceiver<WhatsAppSettings> Receiver { get; } = new WhatsAppReceiver();
    protected override ISender<WhatsAppSettings> Sender { get; } = new WhatsAppSender();
    protected override IMedia<WhatsAppSettings> Media { get; } = new WhatsAppMedia();
    protected override ISetup<WhatsAppSettings> Setup { get; } = new WhatsAppSetup();
    protected override IActs<WhatsAppSettings> Acts { get; } = new WhatsAppActs();
    protected override ITemplates<WhatsAppSettings> Templates { get; } = new WhatsAppTemplates();
}

public sealed record WhatsAppSettings : ChannelSettings
{
    [Setting("Phone number id", Help = "Meta's id of the number, not the number itself.", Placeholder = "106540352242922")]
    [Required(ErrorMessage = "Enter the phone number id from WhatsApp, API Setup.")]
    [RegularExpression("^[A-Za-z0-9_-]+$", ErrorMessage = "This is not a phone number id. It is not the phone number: look under WhatsApp, API Setup.")]
    public string PhoneNumberId { get; init; } = "";

    [Setting("Access token", Help = "Of a system user, so that it does not expire.", Secret = true)]
    [Required(ErrorMessage = "Enter the access token of a system user.")]
    public string AccessToken { get; init; } = "";

    [Setting("App secret", Help = "Proves that messages come from Meta. App settings, Basic.", Secret = true)]
    [Required(ErrorMessage = "Enter the app secret from App settings, Basic.")]
    public string AppSecret { get; init; } = "";

    [Setting("Verify token", Help = "Enter the same value in Meta's console when you set the callback URL.", Generate = true)]
    [Required(ErrorMessage = "Choose a verify token.")]
    public string VerifyToken { get; init; } = "";

    [Setting("WhatsApp Business Account id", Help = "Needed for templates, and to subscribe to messages for you.", Placeholder = "102290129340398")]
    [RegularExpression("^[A-Za-z0-9_-]+$", ErrorMessage = "This is not an account id. It stands under WhatsApp, API Setup.")]
    public string? WabaId { get; init; }

    [Setting("Phone number", Help = "Shown to agents.", Placeholder = "+62 811 1000 9922")]
    public string? DisplayPhoneNumber { get; init; }

    [Setting("API version", Advanced = true)]
    [RegularExpression(@"^v\d+\.\d+$", ErrorMessage = "A version looks like v25.0.")]
    public string ApiVersion { get; init; } = "v25.0";

    [Setting("API address", Help = "For a gateway of your own.", Placeholder = "https://graph.facebook.com", Advanced = true)]
    [Url(ErrorMessage = "Enter a web address that starts with https://.")]
    public string? ApiBaseUrl { get; init; }

    public override string? Account => PhoneNumberId;

    internal GraphAccess Access => new(JsonApi.Base(ApiBaseUrl, GraphAccess.Facebook), ApiVersion, AccessToken, WhatsAppChannel.Limits.CallTimeout);

    public override string? Address => string.IsNullOrWhiteSpace(DisplayPhoneNumber) ? null : DisplayPhoneNumber;
}
