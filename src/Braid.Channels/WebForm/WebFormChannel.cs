using System.ComponentModel.DataAnnotations;
using Braid.Channels.Common;

namespace Braid.Channels.WebForm;

/// <summary>The contact form of a web site, posted straight to Braid. Answers go out elsewhere, or to a system that mails them. See the README.</summary>
public sealed class WebFormChannel : Channel<WebFormSettings>
{
    public override ChannelDescriptor Descriptor { get; } = new()
    {
        Id = "web-form",
        Name = "Web form",
        Summary = "Turn what people write into the contact form of your web site into conversations.",
        SettingsType = typeof(WebFormSettings),
        Capabilities = new() { Attachments = true },
        Limits = new()
        {
            TextLength = CallbackMessages.TextLength, CaptionLength = CallbackMessages.TextLength, BodyBytes = 25 * 1024 * 1024, AttachmentBytes = 25 * 1024 * 1024, AttachmentsPerMessage = 10, SendsPerSecond = 50,
            CallTimeout = TimeSpan.FromSeconds(10),
        },
        WhenUnknown = UnknownSend.Repeat,
        // A form signs nothing, so its address is the secret.
        KeyInUrl = true,
        FirstContact = FirstContact.No,
        Group = ChannelGroup.Website,
        ConnectSteps =
        [
            "Save. Then set the action of your form to {webhookUrl} and its method to post.",
            "Name the fields as in the settings below: name, email, phone, subject and message. Other fields are shown below the message.",
            "Add a text field with the name of the trap below and hide it with CSS: robots fill it in, people don't.",
            "Send the form once. Answers go out by email or another channel of the customer; or enter a reply URL, and Braid posts them to your own system.",
        ],
    };

    protected override IReceiver<WebFormSettings> Receiver { get; } = new WebFormReceiver();
    protected override ISender<WebFormSettings> Sender { get; } = new WebFormSender();
    protected override IMedia<WebFormSettings> Media { get; } = new WebFormMedia();
    protected override ISetup<WebFormSettings> Setup { get; } = new WebFormSetup();
}

public sealed record WebFormSettings : ChannelSettings
{
    [Setting("Name shown to agents", Placeholder = "Contact form")]
    public string? FormName { get; init; }

    [Setting("Thank-you text", Help = "What people see after they sent the form.")]
    [MaxLength(2000, ErrorMessage = "Write at most 2000 characters.")]
    public string ThankYouText { get; init; } = "Thank you. We have your message and will answer soon.";

    [Setting("Thank-you page", Help = "Where the browser goes after the form was sent. Leave it empty to show the thank-you text.", Placeholder = "https://www.example.com/thank-you")]
    [Url(ErrorMessage = "Enter a web address that starts with https://.")]
    public string? ThankYouUrl { get; init; }

    [Setting("Field with the name", Advanced = true)]
    public string NameField { get; init; } = "name";

    [Setting("Field with the email address", Advanced = true)]
    public string EmailField { get; init; } = "email";

    [Setting("Field with the phone number", Advanced = true)]
    public string PhoneField { get; init; } = "phone";

    [Setting("Field with the subject", Advanced = true)]
    public string SubjectField { get; init; } = "subject";

    [Setting("Field with the message", Advanced = true)]
    public string MessageField { get; init; } = "message";

    [Setting("Trap for robots", Help = "A field that people can't see. What comes with it filled in is left out.", Advanced = true)]
    public string TrapField { get; init; } = "company_website";

    [Setting("Reply URL", Help = "Where Braid posts answers, for example to a system of yours that mails them. Leave it empty to answer by email or another channel.", Placeholder = "https://www.example.com/braid-replies")]
    [Url(ErrorMessage = "Enter a web address that starts with https://.")]
    public string? ReplyUrl { get; init; }

    [Setting("Reply secret", Help = "What Braid signs answers with (Standard Webhooks).", Placeholder = "whsec_…", Secret = true, Generate = true)]
    [MinLength(16, ErrorMessage = "Choose a reply secret of at least 16 characters.")]
    public string? ReplySecret { get; init; }

    public override string? Address => string.IsNullOrWhiteSpace(FormName) ? null : FormName;

    internal CallbackTarget? Target => string.IsNullOrWhiteSpace(ReplyUrl) ? null : new(ReplyUrl, ReplySecret ?? "", "reply");

    public override IEnumerable<(string Field, string Problem)> Check()
    {
        if (!string.IsNullOrWhiteSpace(ReplyUrl) && string.IsNullOrWhiteSpace(ReplySecret))
        {
            yield return ("replySecret", "Choose a reply secret, so that your system can tell that a post comes from Braid.");
        }

        foreach (var (field, name) in new[] { ("emailField", EmailField), ("messageField", MessageField) })
        {
            if (string.IsNullOrWhiteSpace(name)) { yield return (field, "Enter the field's name as it stands in the form."); }
        }
    }
}
