using System.ComponentModel.DataAnnotations;
using Braid.Channels.Common;

namespace Braid.Channels.GoogleBusinessProfile;

/// <summary>Reviews of one place on Google Maps and Search, read by polling and answered in public.</summary>
public sealed class GoogleBusinessProfileChannel : Channel<GoogleBusinessProfileSettings>
{
    internal static readonly ChannelLimits Limits = new() { TextLength = 4096, BodyBytes = 256 * 1024, SendsPerSecond = 0.15, CallTimeout = TimeSpan.FromSeconds(30) };

    public override ChannelDescriptor Descriptor { get; } = new()
    {
        Id = "google-business-profile",
        Name = "Google Business Profile",
        Summary = "Answer the Google reviews of your shop or office.",
        SettingsType = typeof(GoogleBusinessProfileSettings),
        Capabilities = new() { Comments = true, Edits = true, EditsSent = true, DeletesSent = true },
        Limits = Limits,
        WhenUnknown = UnknownSend.Repeat,
        Ingress = Ingress.WebhookOrListener,
        Group = ChannelGroup.Reviews,
        ConnectSteps =
        [
            "Ask Google for access to the Business Profile APIs for your Google Cloud project, enable them, and create an OAuth client (web application).",
            "Enter the client id, the client secret and the place as accounts/…/locations/…, save, and sign in with an owner or manager of the verified profile.",
            "Braid looks for new reviews every minute. That is all that is needed.",
            "If you want Google's notifications in the log too: create a Pub/Sub topic, let mybusiness-api-pubsub@system.gserviceaccount.com publish to it, and add a push subscription with authentication to {webhookUrl}. Enter the topic and the push service account here.",
        ],
    };

    protected override IReceiver<GoogleBusinessProfileSettings> Receiver { get; } = new GoogleBusinessProfileReceiver();
    protected override ISender<GoogleBusinessProfileSettings> Sender { get; } = new GoogleBusinessProfileSender();
    protected override IListener<GoogleBusinessProfileSettings> Listener { get; } = new GoogleBusinessProfileListener();
    protected override ISetup<GoogleBusinessProfileSettings> Setup { get; } = new GoogleBusinessProfileSetup();
    protected override IActs<GoogleBusinessProfileSettings> Acts { get; } = new GoogleBusinessProfileSender();
    protected override IKeys<GoogleBusinessProfileSettings> Keys { get; } = new GoogleBusinessProfileReceiver();
    protected override ILogin<GoogleBusinessProfileSettings> Login { get; } = new GoogleBusinessProfileLogin();
}

public sealed record GoogleBusinessProfileSettings : ChannelSettings
{
    [Setting("Client id", Help = "Of the OAuth client in Google Cloud.", Placeholder = "1234-abc.apps.googleusercontent.com")]
    [Required(ErrorMessage = "Enter the client id of the OAuth client in Google Cloud.")]
    public string ClientId { get; init; } = "";

    [Setting("Client secret", Secret = true)]
    [Required(ErrorMessage = "Enter the client secret of the OAuth client in Google Cloud.")]
    public string ClientSecret { get; init; } = "";

    [Setting("Refresh token", Help = "Signing in fills it in.", Secret = true)]
    public string? RefreshToken { get; init; }

    [Setting("Location", Help = "The place, with its account.", Placeholder = "accounts/1065432109/locations/1234567890")]
    [Required(ErrorMessage = "Enter the place as accounts/…/locations/….")]
    [RegularExpression("^accounts/[^/]+/locations/[^/]+$", ErrorMessage = "A place looks like accounts/1065432109/locations/1234567890.")]
    public string Location { get; init; } = "";

    [Setting("Pub/Sub topic", Help = "Only for notifications.", Placeholder = "projects/shop/topics/reviews", Advanced = true)]
    [RegularExpression("^projects/[^/]+/topics/[^/]+$", ErrorMessage = "A topic looks like projects/shop/topics/reviews.")]
    public string? PubsubTopic { get; init; }

    [Setting("Push service account", Help = "The address that the push subscription signs with.", Placeholder = "push@shop.iam.gserviceaccount.com", Advanced = true)]
    [EmailAddress(ErrorMessage = "Enter the service account's address.")]
    public string? PushServiceAccount { get; init; }

    [Setting("Push audience", Help = "As set in the push subscription; empty: the webhook's address.", Advanced = true)]
    public string? PushAudience { get; init; }

    [Setting("Seconds between looks", Advanced = true)]
    [Range(20, 86400, ErrorMessage = "Choose between 20 seconds and a day.")]
    public int PollSeconds { get; init; } = 60;

    [Setting("API address", Help = "For a gateway of your own.", Placeholder = "https://mybusiness.googleapis.com/v4", Advanced = true)]
    [Url(ErrorMessage = "Enter a web address that starts with https://.")]
    public string? ApiBaseUrl { get; init; }

    [Setting("Address for notification settings", Placeholder = "https://mybusinessnotifications.googleapis.com/v1", Advanced = true)]
    [Url(ErrorMessage = "Enter a web address that starts with https://.")]
    public string? NotificationsBaseUrl { get; init; }

    [Setting("Address for signing in", Placeholder = GoogleSignIn.TokenUrl, Advanced = true)]
    [Url(ErrorMessage = "Enter a web address that starts with https://.")]
    public string? TokenUrl { get; init; }

    [Setting("Address of Google's keys", Placeholder = "https://www.googleapis.com/oauth2/v3/certs", Advanced = true)]
    [Url(ErrorMessage = "Enter a web address that starts with https://.")]
    public string? KeysUrl { get; init; }

    public override string? Address => Location.Length == 0 ? null : Location;

    internal GoogleConsent Consent => new(ClientId, ClientSecret, RefreshToken, JsonApi.Base(TokenUrl, GoogleSignIn.TokenUrl));
}
