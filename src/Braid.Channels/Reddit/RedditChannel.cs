using System.ComponentModel.DataAnnotations;
using Braid.Channels.Common;

namespace Braid.Channels.Reddit;

/// <summary>Comments in a subreddit, answers and mentions of an account, and its private messages; read by polling.</summary>
public sealed class RedditChannel : Channel<RedditSettings>
{
    internal static readonly ChannelLimits Limits = new() { TextLength = 10_000, SendsPerSecond = 0.5, CallTimeout = TimeSpan.FromSeconds(30) };

    public override ChannelDescriptor Descriptor { get; } = new()
    {
        Id = "reddit",
        Name = "Reddit",
        Summary = "Answer comments, mentions and private messages on Reddit.",
        SettingsType = typeof(RedditSettings),
        Capabilities = new() { Comments = true, PrivateReplies = true, Edits = true, Deletes = true, Moderates = true, EditsSent = true, DeletesSent = true, MarksRead = true },
        Limits = Limits,
        Ingress = Ingress.Listener,
        Group = ChannelGroup.Reviews,
        OptIn = "Commercial use of Reddit's API needs Reddit's approval.",
        ConnectSteps =
        [
            "Signed in as the account that shall answer, open reddit.com/prefs/apps and create an app of the type web app.",
            "Enter its id and secret, the account's name, and the subreddit to read, if any. Save, then sign in.",
            "To remove others' comments the account must be a moderator of the subreddit.",
        ],
    };

    protected override IReceiver<RedditSettings> Receiver { get; } = new RedditReceiver();
    protected override ISender<RedditSettings> Sender { get; } = new RedditSender();
    protected override IListener<RedditSettings> Listener { get; } = new RedditListener();
    protected override ISetup<RedditSettings> Setup { get; } = new RedditSetup();
    protected override IActs<RedditSettings> Acts { get; } = new RedditActs();
    protected override ILogin<RedditSettings> Login { get; } = new RedditLogin();
}

public sealed record RedditSettings : ChannelSettings
{
    [Setting("App id", Help = "Under the app's name at reddit.com/prefs/apps.")]
    [Required(ErrorMessage = "Enter the app's id from reddit.com/prefs/apps.")]
    public string ClientId { get; init; } = "";

    [Setting("App secret", Secret = true)]
    [Required(ErrorMessage = "Enter the app's secret from reddit.com/prefs/apps.")]
    public string ClientSecret { get; init; } = "";

    [Setting("Refresh token", Help = "Signing in fills it in.", Secret = true)]
    public string? RefreshToken { get; init; }

    [Setting("Account name", Help = "Of the account that answers; its own comments are known by it.", Placeholder = "tarn_support")]
    [Required(ErrorMessage = "Enter the name of the Reddit account that answers.")]
    [RegularExpression("^[A-Za-z0-9_-]{3,20}$", ErrorMessage = "Enter the name without u/.")]
    public string Username { get; init; } = "";

    [Setting("Subreddit", Help = "All its comments are read. Empty: only answers, mentions and messages to the account.", Placeholder = "BraidDemo")]
    [RegularExpression("^[A-Za-z0-9_]{2,21}$", ErrorMessage = "Enter the subreddit's name without r/.")]
    public string? Subreddit { get; init; }

    [Setting("Seconds between looks", Advanced = true)]
    [Range(10, 86_400, ErrorMessage = "Choose between 10 seconds and a day.")]
    public int PollSeconds { get; init; } = 60;

    [Setting("API address", Help = "For a gateway of your own.", Placeholder = "https://oauth.reddit.com", Advanced = true)]
    [Url(ErrorMessage = "Enter a web address that starts with https://.")]
    public string? ApiBaseUrl { get; init; }

    [Setting("Address for signing in", Placeholder = "https://www.reddit.com/api/v1/access_token", Advanced = true)]
    [Url(ErrorMessage = "Enter a web address that starts with https://.")]
    public string? TokenUrl { get; init; }

    public override string? Address => Username.Length == 0 ? null : "u/" + Username;
}
