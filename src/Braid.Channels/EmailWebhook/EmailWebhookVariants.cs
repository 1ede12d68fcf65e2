namespace Braid.Channels.EmailWebhook;

/// <summary>The services as the "connect a channel" page shows them.</summary>
internal static class EmailWebhookVariants
{
    private static readonly string[] All4 = ["address", "fromName", "aliases", "plusAddresses", "apiBaseUrl"];

    public static IReadOnlyList<ChannelVariant> All { get; } =
    [
        Of("postmark", "Email by Postmark", ["serverToken", "messageStream", "webhookUserName", "webhookPassword", "authServer"],
            "In Postmark create a server, verify your domain as a sender signature, and copy the server's API token.",
            "Save and choose Connect: Braid enters {webhookUrl} for inbound mail (with the raw mail) and for delivery, bounce, complaint and open reports.",
            "Let your domain's MX record lead to inbound.postmarkapp.com, or forward mail from your mailbox to the server's inbound address."),
        Of("mailgun", "Email by Mailgun", ["apiKey", "domain", "signingKey", "authServer"],
            "In Mailgun add and verify your domain, and copy an API key and the HTTP webhook signing key. For a domain in the EU enter https://api.eu.mailgun.net as API address.",
            "Save and choose Connect: Braid adds a route that forwards mail to your address as raw MIME, and webhooks for delivery reports.",
            "Let your domain's MX records lead to Mailgun, or forward mail from your mailbox to an address there."),
        Of("sendgrid", "Email by SendGrid", ["apiKey", "verificationKey"],
            "In SendGrid authenticate your domain and create an API key with Mail Send, Inbound Parse and Event Webhook.",
            "Save and choose Connect: Braid adds an Inbound Parse setting for the domain of your address, with the raw mail, and an event webhook.",
            "Switch signature verification on for both, and copy the verification key here.",
            "Let the MX record of that (sub)domain lead to mx.sendgrid.net."),
        Of("ses", "Email by Amazon SES", ["region", "accessKeyId", "secretAccessKey", "topicArn", "configurationSet"],
            "In Amazon SES verify your domain and leave the sandbox. Create an SNS topic, and an IAM user that may send mail and subscribe to the topic.",
            "Add a receipt rule for your address with the action \"Publish to Amazon SNS topic\", encoding Base64. SNS carries mail up to 150 KB; of larger ones only the header arrives.",
            "Create a configuration set that publishes deliveries, bounces, complaints and opens to the same topic.",
            "Save and choose Connect: Braid subscribes {webhookUrl} to the topic. Then open the confirmation link, which appears in the inbox's log."),
    ];

    private static ChannelVariant Of(string provider, string name, string[] fields, params string[] steps) =>
        new($"email-{provider}", name, new Dictionary<string, string> { ["provider"] = provider }, steps) { Fields = [.. All4, .. fields] };
}
