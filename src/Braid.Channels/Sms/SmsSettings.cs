using System.ComponentModel.DataAnnotations;

namespace Braid.Channels.Sms;

/// <summary>The names are the members in lower case: `twilio`, `messagebird`.</summary>
public enum SmsProvider { Twilio, Vonage, Messagebird, Telnyx, Plivo, Infobip }

/// <summary>All providers' words; which of them are needed, each <see cref="SmsGateway"/> says.</summary>
public sealed record SmsSettings : ChannelSettings
{
    [Setting("Provider", Help = "Who rents you the number.")]
    [Required(ErrorMessage = "Choose your SMS provider.")]
    public SmsProvider? Provider { get; init; }

    [Setting("Number or sender name", Help = "What customers see. A sender name can't be answered.", Placeholder = "+441632960141")]
    [RegularExpression(@"^(\+?[0-9]{3,15}|[A-Za-z0-9 &._-]{1,11})$", ErrorMessage = "Enter the number with country code, such as +441632960141, or a sender name of up to 11 letters and digits.")]
    public string? From { get; init; }

    [Setting("Account SID", Help = "Twilio.", Placeholder = "AC…")]
    [RegularExpression("^AC[0-9a-f]{32}$", ErrorMessage = "An Account SID starts with AC and has 34 characters. It stands on the console's start page.")]
    public string? AccountSid { get; init; }

    [Setting("Auth ID", Help = "Plivo.", Placeholder = "MA…")]
    [RegularExpression("^[A-Za-z0-9]{10,40}$", ErrorMessage = "An Auth ID starts with MA or SA. It stands in Plivo's overview.")]
    public string? AuthId { get; init; }

    [Setting("Auth Token", Help = "Twilio, Plivo. Also proves that messages come from the provider.", Secret = true)]
    public string? AuthToken { get; init; }

    [Setting("Second Auth Token", Help = "Twilio: while you replace the token, the other one.", Secret = true, Advanced = true)]
    public string? SecondaryAuthToken { get; init; }

    [Setting("API key SID", Help = "Twilio: to send with an API key instead of the Auth Token.", Placeholder = "SK…", Advanced = true)]
    public string? ApiKeySid { get; init; }

    [Setting("API key secret", Help = "Twilio.", Secret = true, Advanced = true)]
    public string? ApiKeySecret { get; init; }

    [Setting("Messaging Service SID", Help = "Twilio: to send from a service instead of one number.", Placeholder = "MG…")]
    public string? MessagingServiceSid { get; init; }

    [Setting("API key", Help = "Vonage, Telnyx, Infobip.", Secret = true)]
    public string? ApiKey { get; init; }

    [Setting("API secret", Help = "Vonage.", Secret = true)]
    public string? ApiSecret { get; init; }

    [Setting("Application id", Help = "Vonage.", Placeholder = "78d335fa-323d-0114-9c3d-d6f0d48968cf")]
    public string? ApplicationId { get; init; }

    [Setting("Private key", Help = "Vonage: the application's, the whole text of private.key.", Secret = true)]
    public string? PrivateKey { get; init; }

    [Setting("Signature secret", Help = "Vonage: proves that messages come from Vonage.", Secret = true)]
    public string? SignatureSecret { get; init; }

    [Setting("Signature method", Help = "Vonage, for numbers on the older SMS API: as chosen in the dashboard.", Advanced = true)]
    [AllowedValues("md5hash", "md5hmac", "sha1hmac", "sha256hmac", "sha512hmac", ErrorMessage = "Choose md5hash, md5hmac, sha1hmac, sha256hmac or sha512hmac, as in Vonage's dashboard.")]
    public string SignatureMethod { get; init; } = "sha256hmac";

    [Setting("Access key", Help = "MessageBird.", Secret = true)]
    public string? AccessKey { get; init; }

    [Setting("Signing key", Help = "MessageBird: proves that messages come from there.", Secret = true)]
    public string? SigningKey { get; init; }

    [Setting("Workspace id", Help = "MessageBird: of a Bird workspace. Leave it empty with an older account.")]
    public string? WorkspaceId { get; init; }

    [Setting("Channel id", Help = "MessageBird: the SMS channel of the workspace.")]
    public string? ChannelId { get; init; }

    [Setting("Public key", Help = "Telnyx: proves that messages come from Telnyx.")]
    public string? PublicKey { get; init; }

    [Setting("Messaging profile id", Help = "Telnyx.")]
    public string? MessagingProfileId { get; init; }

    [Setting("Powerpack UUID", Help = "Plivo: to send from a pool of numbers.", Advanced = true)]
    public string? PowerpackUuid { get; init; }

    [Setting("Accept signature V2", Help = "Plivo: for accounts whose messages carry no V3 signature. V2 does not cover the text, only the secret address.", Advanced = true)]
    public bool AllowSignatureV2 { get; init; }

    [Setting("Webhook user name", Help = "Infobip: what it must sign in with at the webhook.")]
    public string? WebhookUserName { get; init; }

    [Setting("Webhook password", Help = "Infobip.", Secret = true, Generate = true)]
    public string? WebhookPassword { get; init; }

    [Setting("Status callback", Help = "Where delivery is reported to, when it is not this inbox's webhook.", Advanced = true)]
    [Url(ErrorMessage = "Enter a web address that starts with https://.")]
    public string? StatusCallback { get; init; }

    [Setting("API address", Help = "Infobip: your personal base URL. Others: only for a region or a gateway of your own.", Placeholder = "https://xyz.api.infobip.com")]
    [Url(ErrorMessage = "Enter a web address that starts with https://.")]
    public string? ApiBaseUrl { get; init; }

    public override string? Address => string.IsNullOrWhiteSpace(From) ? null : From;

    public override IEnumerable<(string Field, string Problem)> Check() => SmsGateways.Of(this)?.Check(this) ?? [];
}
