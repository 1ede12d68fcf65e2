using System.ComponentModel.DataAnnotations;
using Braid.Channels.Common;

namespace Braid.Channels.YouTubeComments;

/// <summary>Comments under a YouTube channel's videos, read by polling within the day's quota and answered in public.</summary>
public sealed class YouTubeCommentsChannel : Channel<YouTubeCommentsSettings>
{
    internal static readonly ChannelLimits Limits = new() { TextLength = 10_000, SendsPerSecond = 0.5, CallTimeout = TimeSpan.FromSeconds(30) };

    public override ChannelDescriptor Descriptor { get; } = new()
    {
        Id = "youtube-comments",
        Name = "YouTube comments",
        Summary = "Answer and moderate the comments under your YouTube videos.",
        SettingsType = typeof(YouTubeCommentsSettings),
        Capabilities = new() { Comments = true, Edits = true, Hides = true, Moderates = true, EditsSent = true, DeletesSent = true },
        Limits = Limits,
        Ingress = Ingress.Listener,
        Group = ChannelGroup.Reviews,
        ConnectSteps =
        [
            "In Google Cloud enable the YouTube Data API v3 and create an OAuth client (web application).",
            "Enter the client id, the client secret and the channel's id, which is under youtube.com, Settings, Advanced settings.",
            "Save, then sign in with the account that owns the channel.",
        ],
    };

    protected override IReceiver<YouTubeCommentsSettings> Receiver { get; } = new YouTubeCommentsReceiver();
    protected override ISender<YouTubeCommentsSettings> Sender { get; } = new YouTubeCommentsSender();
    protected override IListener<YouTubeCommentsSettings> Listener { get; } = new YouTubeCommentsListener();
    protected override ISetup<YouTubeCommentsSettings> Setup { get; } = new YouTubeCommentsSetup();
    protected override IActs<YouTubeCommentsSettings> Acts { get; } = new YouTubeCommentsActs();
    protected override ILogin<YouTubeCommentsSettings> Login { get; } = new YouTubeCommentsLogin();
}

public sealed record YouTubeCommentsSettings : ChannelSettings
{
    [Setting("Client id", Help = "Of the OAuth client in Google Cloud.", Placeholder = "1234-abc.apps.googleusercontent.com")]
    [Required(ErrorMessage = "Enter the client id of the OAuth client in Google Cloud.")]
    public string ClientId { get; init; } = "";

    [Setting("Client secret", Secret = true)]
    [Required(ErrorMessage = "Enter the client secret of the OAuth client in Google Cloud.")]
    public string ClientSecret { get; init; } = "";

    [Setting("Refresh token", Help = "Signing in fills it in.", Secret = true)]
    public string? RefreshToken { get; init; }

    [Setting("Channel id", Help = "Under youtube.com, Settings, Advanced settings.", Placeholder = "UCabc…")]
    [Required(ErrorMessage = "Enter the channel's id. It begins with UC.")]
    [RegularExpression("^UC[A-Za-z0-9_-]+$", ErrorMessage = "A channel's id begins with UC.")]
    public string ChannelId { get; init; } = "";

    [Setting("Show comments that YouTube holds for review", Help = "Costs a unit more with each look.")]
    public bool HeldComments { get; init; } = true;

    [Setting("Minutes between looks", Advanced = true)]
    [Range(1, 1440, ErrorMessage = "Choose between 1 minute and a day.")]
    public int PollMinutes { get; init; } = 5;

    [Setting("Units a day", Help = "The project's quota. Looking stops at four fifths of it, so that answers (50 units each) still go.", Advanced = true)]
    [Range(100, 100_000_000, ErrorMessage = "Google's usual quota is 10000.")]
    public int DailyUnits { get; init; } = 10_000;

    [Setting("API address", Help = "For a gateway of your own.", Placeholder = "https://www.googleapis.com/youtube/v3", Advanced = true)]
    [Url(ErrorMessage = "Enter a web address that starts with https://.")]
    public string? ApiBaseUrl { get; init; }

    [Setting("Address for signing in", Placeholder = GoogleSignIn.TokenUrl, Advanced = true)]
    [Url(ErrorMessage = "Enter a web address that starts with https://.")]
    public string? TokenUrl { get; init; }

    public override string? Address => ChannelId.Length == 0 ? null : ChannelId;

    internal GoogleConsent Consent => new(ClientId, ClientSecret, RefreshToken, JsonApi.Base(TokenUrl, GoogleSignIn.TokenUrl));
}
