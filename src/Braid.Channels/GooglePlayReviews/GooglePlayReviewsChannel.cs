using System.ComponentModel.DataAnnotations;
using Braid.Channels.Common;

namespace Braid.Channels.GooglePlayReviews;

/// <summary>Reviews of an Android app, read by polling and answered in public; one answer per review, which can be changed.</summary>
public sealed class GooglePlayReviewsChannel : Channel<GooglePlayReviewsSettings>
{
    internal static readonly ChannelLimits Limits = new() { TextLength = 350, SendsPerSecond = 1, CallTimeout = TimeSpan.FromSeconds(30) };

    public override ChannelDescriptor Descriptor { get; } = new()
    {
        Id = "google-play-reviews",
        Name = "Google Play reviews",
        Summary = "Answer the reviews of your Android app.",
        SettingsType = typeof(GooglePlayReviewsSettings),
        Capabilities = new() { Comments = true, Edits = true, EditsSent = true },
        Limits = Limits,
        WhenUnknown = UnknownSend.Repeat,
        Ingress = Ingress.Listener,
        Group = ChannelGroup.Reviews,
        ConnectSteps =
        [
            "In Google Cloud enable the Google Play Android Developer API, create a service account and a key for it (JSON).",
            "In the Play Console, under Users and permissions, invite the service account's address and allow it to reply to reviews of the app.",
            "Paste the key file and the app's package name here and save.",
        ],
    };

    protected override IReceiver<GooglePlayReviewsSettings> Receiver { get; } = new GooglePlayReviewsReceiver();
    protected override ISender<GooglePlayReviewsSettings> Sender { get; } = new GooglePlayReviewsSender();
    protected override IListener<GooglePlayReviewsSettings> Listener { get; } = new GooglePlayReviewsListener();
    protected override ISetup<GooglePlayReviewsSettings> Setup { get; } = new GooglePlayReviewsSetup();
    protected override IActs<GooglePlayReviewsSettings> Acts { get; } = new GooglePlayReviewsSender();
}

public sealed record GooglePlayReviewsSettings : ChannelSettings
{
    [Setting("Package name", Help = "The app's id on Google Play.", Placeholder = "com.example.app")]
    [Required(ErrorMessage = "Enter the app's package name, such as com.example.app.")]
    [RegularExpression(@"^[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*)+$", ErrorMessage = "A package name looks like com.example.app.")]
    public string PackageName { get; init; } = "";

    [Setting("Service account key", Help = "The whole JSON file.", Secret = true)]
    [Required(ErrorMessage = "Paste the service account's key file (JSON).")]
    public string ServiceAccountKey { get; init; } = "";

    [Setting("Minutes between looks", Help = "Google allows 200 looks an hour for each app.", Advanced = true)]
    [Range(1, 1440, ErrorMessage = "Choose between 1 minute and a day.")]
    public int PollMinutes { get; init; } = 5;

    [Setting("API address", Help = "For a gateway of your own.", Placeholder = "https://androidpublisher.googleapis.com", Advanced = true)]
    [Url(ErrorMessage = "Enter a web address that starts with https://.")]
    public string? ApiBaseUrl { get; init; }

    public override string? Address => PackageName.Length == 0 ? null : PackageName;

    public override IEnumerable<(string Field, string Problem)> Check()
    {
        if (ServiceAccountKey.Length > 0 && GoogleSignIn.ServiceAccount(ServiceAccountKey) is null)
        {
            yield return ("serviceAccountKey", "This is not a service account's key file. Create a key of type JSON in Google Cloud and paste the whole file.");
        }
    }
}
