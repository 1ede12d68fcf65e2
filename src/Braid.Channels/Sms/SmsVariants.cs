namespace Braid.Channels.Sms;

/// <summary>The providers as the "connect a channel" page shows them.</summary>
internal static class SmsVariants
{
    public static IReadOnlyList<ChannelVariant> All { get; } =
    [
        Of("twilio", "SMS by Twilio", ["accountSid", "authToken", "from", "messagingServiceSid", "secondaryAuthToken", "apiKeySid", "apiKeySecret"],
            "In the Twilio console copy the Account SID and the Auth Token from the start page. The Auth Token is needed even when you send with an API key: it proves that messages come from Twilio.",
            "Enter the number as +441632960141, or the Messaging Service SID that holds it.",
            "Save and choose Connect: Braid enters its address at the number. With a Messaging Service enter {webhookUrl} yourself under Integration, as request URL of incoming messages and as delivery status callback.",
            "For numbers in the USA register your brand and campaign first, else carriers refuse what you send."),
        Of("vonage", "SMS by Vonage", ["apiKey", "apiSecret", "signatureSecret", "from", "applicationId", "privateKey", "signatureMethod"],
            "In the Vonage dashboard set Default SMS Setting to Messages API and copy API key, API secret and the signature secret (SHA-256 HMAC) from the settings page.",
            "Create an application with Messages switched on, link your number to it, and copy its id and its private key.",
            "Save and choose Connect: Braid enters {webhookUrl} as inbound and status URL of the application."),
        Of("messagebird", "SMS by MessageBird", ["accessKey", "signingKey", "workspaceId", "channelId", "from"],
            "With a Bird workspace: copy the access key, the workspace id and the SMS channel's id, choose a signing key, save and choose Connect. Braid subscribes to the channel's messages.",
            "With an older MessageBird account: copy a live access key and the signing key from Developers, and leave workspace and channel empty.",
            "There, in Flow Builder, let your number forward incoming messages to {webhookUrl} by POST."),
        Of("telnyx", "SMS by Telnyx", ["apiKey", "publicKey", "from", "messagingProfileId"],
            "In the Telnyx portal, under Keys & Credentials, create an API key (v2) and copy the public key.",
            "Create a messaging profile, give it your number, and copy the profile's id.",
            "Save and choose Connect: Braid enters {webhookUrl} at the profile, with webhook version 2."),
        Of("plivo", "SMS by Plivo", ["authId", "authToken", "from", "powerpackUuid", "allowSignatureV2"],
            "In the Plivo console copy Auth ID and Auth Token from the overview.",
            "Enter your number. Save and choose Connect: Braid makes an application with {webhookUrl} as message URL and gives it the number."),
        Of("infobip", "SMS by Infobip", ["apiBaseUrl", "apiKey", "from", "webhookUserName", "webhookPassword"],
            "In the Infobip portal copy your personal API base URL and create an API key with the scopes for SMS and MMS.",
            "Enter your number, and a user name and password of your choice for the webhook.",
            "Save. Then, at the number, forward incoming messages to {webhookUrl} by HTTP POST as JSON, with the same user name and password as Basic authentication."),
    ];

    private static ChannelVariant Of(string provider, string name, string[] fields, params string[] steps) =>
        new($"sms-{provider}", name, new Dictionary<string, string> { ["provider"] = provider }, steps) { Fields = [.. fields.Append("statusCallback").Append("apiBaseUrl").Distinct()] };
}
