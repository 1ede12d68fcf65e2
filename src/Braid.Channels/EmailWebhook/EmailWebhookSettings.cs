using System.ComponentModel.DataAnnotations;
using Braid.Channels.Email;

namespace Braid.Channels.EmailWebhook;

/// <summary>The names are the members in lower case: `postmark`, `ses`.</summary>
public enum MailProvider { Postmark, Mailgun, Sendgrid, Ses }

/// <summary>All services' words; which of them are needed, each <see cref="MailGateway"/> says.</summary>
public sealed record EmailWebhookSettings : MailboxSettings
{
    [Setting("Service", Help = "Who takes your mail.")]
    [Required(ErrorMessage = "Choose the service that takes your mail.")]
    public MailProvider? Provider { get; init; }

    [Setting("Email address", Help = "The address customers write to. Answers come from it.", Placeholder = "support@example.com")]
    [Required(ErrorMessage = "Enter the address customers write to.")]
    [RegularExpression(@"^[^\s@<>""]+@[^\s@<>""]+$", ErrorMessage = "This is not an email address.")]
    public new string? Address { get; init; }

    [Setting("Sender name", Help = "What customers see beside the address.", Placeholder = "Northwind Support")]
    public string? FromName { get; init; }

    [Setting("Server API token", Help = "Postmark: of the server, under API Tokens.", Secret = true)]
    public string? ServerToken { get; init; }

    [Setting("Message stream", Help = "Postmark: a transactional stream.", Advanced = true)]
    public string MessageStream { get; init; } = "outbound";

    [Setting("Webhook user name", Help = "Postmark: if you want it to sign in at the webhook, besides the secret address.", Advanced = true)]
    public string? WebhookUserName { get; init; }

    [Setting("Webhook password", Help = "Postmark.", Secret = true, Generate = true, Advanced = true)]
    public string? WebhookPassword { get; init; }

    [Setting("API key", Help = "Mailgun, SendGrid.", Secret = true)]
    public string? ApiKey { get; init; }

    [Setting("Sending domain", Help = "Mailgun.", Placeholder = "mg.example.com")]
    [RegularExpression(@"^[A-Za-z0-9.-]+$", ErrorMessage = "Enter only the domain, such as mg.example.com.")]
    public string? Domain { get; init; }

    [Setting("Webhook signing key", Help = "Mailgun: proves that posts come from Mailgun. Under API security, HTTP webhook signing key.", Secret = true)]
    public string? SigningKey { get; init; }

    [Setting("Verification key", Help = "SendGrid: proves that posts come from SendGrid. Under Mail Settings, Event Webhook, Signature Verification; give Inbound Parse the same security policy. Without it the secret address is the only proof.")]
    public string? VerificationKey { get; init; }

    [Setting("Region", Help = "Amazon SES.", Placeholder = "eu-west-1")]
    [RegularExpression("^[a-z]{2}(-[a-z]+)+-[0-9]$", ErrorMessage = "Enter a region such as eu-west-1.")]
    public string? Region { get; init; }

    [Setting("Access key id", Help = "Amazon SES: of an IAM user that may use ses:SendEmail, ses:GetAccount and sns:Subscribe.", Placeholder = "AKIA…")]
    public string? AccessKeyId { get; init; }

    [Setting("Secret access key", Help = "Amazon SES.", Secret = true)]
    public string? SecretAccessKey { get; init; }

    [Setting("Topic ARN", Help = "Amazon SES: the SNS topic that gets mail and delivery reports. Only posts of this topic are taken.", Placeholder = "arn:aws:sns:eu-west-1:111122223333:braid")]
    [RegularExpression("^arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]+$", ErrorMessage = "A topic ARN looks like arn:aws:sns:eu-west-1:111122223333:braid.")]
    public string? TopicArn { get; init; }

    [Setting("Configuration set", Help = "Amazon SES: one that publishes events to the topic. Needed for delivery reports.")]
    public string? ConfigurationSet { get; init; }

    [Setting("Other addresses of this inbox", Help = "Mail from them is taken for our own and left out.", Advanced = true)]
    public IReadOnlyList<string> Aliases { get; init; } = [];

    [Setting("Server that checks senders", Advanced = true,
        Help = "Postmark, Mailgun: the first word of the Authentication-Results header of mail that comes in. Its dmarc=pass proves a sender. SendGrid and Amazon SES tell it themselves.")]
    public string? AuthServer { get; init; }

    [Setting("Reply addresses carry a token", Advanced = true,
        Help = "Answers then come to support+token@example.com, which finds the conversation even when the customer's program loses the thread. Switch off if your mail setup refuses plus addresses.")]
    public bool PlusAddresses { get; init; } = true;

    [Setting("API address", Help = "For a region (https://api.eu.mailgun.net, https://api.eu.sendgrid.com) or a gateway of your own.", Advanced = true)]
    [Url(ErrorMessage = "Enter a web address that starts with https://.")]
    public string? ApiBaseUrl { get; init; }

    protected override string? Mailbox => Address;

    internal MailPlace Place => new(Address) { Aliases = Aliases, FromName = FromName, AuthServer = AuthServer, PlusAddresses = PlusAddresses };

    public override IEnumerable<(string Field, string Problem)> Check()
    {
        foreach (var problem in MailGateways.Of(this)?.Check(this) ?? []) { yield return problem; }
        foreach (var alias in Aliases.Where(a => !a.Contains('@', StringComparison.Ordinal))) { yield return ("aliases", $"\"{alias}\" is not an email address."); }
    }
}
