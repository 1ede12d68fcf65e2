namespace Braid.Channels.Sms;

/// <summary>Text messages (and MMS) of a phone number, over whichever provider rents it to us. Each provider is a <see cref="SmsGateway"/>.</summary>
public class SmsChannel : Channel<SmsSettings>
{
    internal static readonly ChannelLimits Limits = new()
    {
        TextLength = 1600,
        BodyBytes = 1024 * 1024,
        AttachmentBytes = 5 * 1024 * 1024,
        AttachmentsPerMessage = 10,
        SendsPerSecond = 10,
        CallTimeout = TimeSpan.FromSeconds(20),
    };

    public override ChannelDescriptor Descriptor { get; } = new()
    {
        Id = "sms",
        Name = "SMS",
        Summary = "Answer text messages and MMS on your phone number through Twilio, Vonage, MessageBird, Telnyx, Plivo or Infobip.",
        SettingsType = typeof(SmsSettings),
        Capabilities = new() { Attachments = true, DeliveredReceipts = true },
        Limits = Limits,
        Address = AddressKind.Phone,
        WhenUnknown = UnknownSend.AwaitReceipt,

        // Infobip signs nothing and one of Plivo's signatures leaves the body out, so the address itself is a secret for all.
        KeyInUrl = true,
        FirstContact = FirstContact.Yes,
        Group = ChannelGroup.Messaging,
        Cost = "Your provider charges for each part: 160 characters (153 in longer messages), or 70 (67) as soon as one character is outside the basic SMS alphabet, such as an emoji.",
        OptIn = "Write first only to people who agreed to get text messages from you. Who answers STOP must not be written to again.",
        ConnectSteps =
        [
            "Choose your provider.",
            "Enter the account's keys and the number from the provider's console.",
            "Save, then choose Connect: where the provider allows, Braid enters {webhookUrl} there for you. Else enter it yourself for incoming messages and delivery reports.",
        ],
        Variants = SmsVariants.All,
    };

    protected override IReceiver<SmsSettings> Receiver { get; } = new SmsReceiver();
    protected override ISender<SmsSettings> Sender { get; } = new SmsSender();
    protected override IMedia<SmsSettings> Media { get; } = new SmsMedia();
    protected override ISetup<SmsSettings> Setup { get; } = new SmsSetup();
}
