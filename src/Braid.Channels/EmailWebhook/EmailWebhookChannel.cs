using Braid.Channels.Email;

namespace Braid.Channels.EmailWebhook;

/// <summary>Mail over a sending service: it posts what customers write, and takes answers by its HTTP API. Each service is a <see cref="MailGateway"/>.</summary>
public class EmailWebhookChannel : Channel<EmailWebhookSettings>
{
    internal static readonly ChannelLimits Limits = new()
    {
        TextLength = 500_000,
        CaptionLength = 500_000,
        BodyBytes = 50 * 1024 * 1024,
        AttachmentBytes = 7 * 1024 * 1024,
        AttachmentsPerMessage = 20,
        SendsPerSecond = 10,
        CallTimeout = TimeSpan.FromMinutes(1),
    };

    public override ChannelDescriptor Descriptor { get; } = new()
    {
        Id = "email-webhook",
        Name = "Email by webhook",
        Summary = "Customers write to your address; Postmark, Mailgun, SendGrid or Amazon SES bring the mail in and take answers out.",
        SettingsType = typeof(EmailWebhookSettings),
        Capabilities = new() { Attachments = true, Replies = true, Subject = true, Html = true, Groups = true, DeliveredReceipts = true, ReadReceipts = true },
        Limits = Limits,
        Address = AddressKind.Email,
        // None of these services drops doubles. All tell what became of a mail, and name our id when they do.
        WhenUnknown = UnknownSend.AwaitReceipt,
        KeyInUrl = true,
        FirstContact = FirstContact.Yes,
        Group = ChannelGroup.Email,
        Cost = "The service charges for each mail, and some for each mail received.",
        OptIn = "Write first only to people who asked for it. Who complains about spam must not be written to again.",
        ConnectSteps =
        [
            "Choose the service that takes your mail, and enter its keys.",
            "Verify your domain there, so that it may send from your address.",
            "Save, then choose Connect: Braid enters {webhookUrl} there for incoming mail and for delivery reports, where the service allows.",
            "Let mail to your address reach the service: by its MX record, or by forwarding it from your mailbox.",
        ],
        Variants = EmailWebhookVariants.All,
    };

    protected override IReceiver<EmailWebhookSettings> Receiver { get; } = new EmailWebhookReceiver();
    protected override ISender<EmailWebhookSettings> Sender { get; } = new EmailWebhookSender();
    protected override IMedia<EmailWebhookSettings> Media { get; } = new EmailWebhookMedia();
    protected override ISetup<EmailWebhookSettings> Setup { get; } = new EmailWebhookSetup();
    protected override IKeys<EmailWebhookSettings> Keys { get; } = new EmailWebhookKeys();
}
