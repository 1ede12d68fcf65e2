using System.ComponentModel.DataAnnotations;

namespace Braid.Channels.Mastodon;

/// <summary>An account on any Mastodon instance: public mentions are comments, direct ones private messages.</summary>
public sealed class MastodonChannel : Channel<MastodonSettings>
{
    internal static readonly ChannelLimits Limits = new()
    {
        TextLength = 500,
        CaptionLength = 500,
        AttachmentBytes = 16 * 1024 * 1024,
        AttachmentsPerMessage = 4,
        SendsPerSecond = 1, // 300 requests in 5 minutes.
        CallTimeout = TimeSpan.FromSeconds(60),
    };

    public override ChannelDescriptor Descriptor { get; } = new()
    {
        Id = "mastodon",
        Name = "Mastodon",
        Summary = "Answer mentions and direct posts on Mastodon, from an account on any instance.",
        SettingsType = typeof(MastodonSettings),
        Group = ChannelGroup.OpenNetworks,
        Capabilities = new()
        {
            Attachments = true, Replies = true, Edits = true, Deletes = true, Groups = true, Comments = true, PrivateReplies = true, EditsSent = true, DeletesSent = true,
        },
        Limits = Limits,
        WhenUnknown = UnknownSend.Repeat,
        FirstContact = FirstContact.Yes,
        OptIn = "Write only to people who mentioned you; instances suspend accounts that send unasked-for posts.",
        Ingress = Ingress.Listener,
        ConnectSteps =
        [
            "Sign in on your instance with the account Braid answers from.",
            "Open Preferences, Development, New application. Choose the scopes read:accounts, read:notifications, read:statuses, write:statuses and write:media.",
            "Open the application and copy \"Your access token\" into \"Access token\".",
            "Enter the instance's address and the account's name. Save.",
            "In Preferences, Public profile, mark the account as automated if rules answer by themselves.",
        ],
    };

    protected override IReceiver<MastodonSettings> Receiver { get; } = new MastodonReceiver();
    protected override ISender<MastodonSettings> Sender { get; } = new MastodonSender();
    protected override IListener<MastodonSettings> Listener { get; } = new MastodonListener();
    protected override IMedia<MastodonSettings> Media { get; } = new MastodonMedia();
    protected override ISetup<MastodonSettings> Setup { get; } = new MastodonSetup();
    protected override IActs<MastodonSettings> Acts { get; } = new MastodonActs();
}

public sealed record MastodonSettings : ChannelSettings
{
    [Setting("Instance", Help = "The address of the instance the account is on.", Placeholder = "https://mastodon.social")]
    [Required(ErrorMessage = "Enter the instance's address, for example https://mastodon.social.")]
    [Url(ErrorMessage = "Enter a web address that starts with https://.")]
    public string ApiBaseUrl { get; init; } = "";

    [Setting("Account", Help = "The account's name on that instance. Its mention is left out of what people write.", Placeholder = "support")]
    [Required(ErrorMessage = "Enter the account's name, for example support.")]
    [RegularExpression("^@?[A-Za-z0-9_.-]+(@[^@ ]+)?$", ErrorMessage = "Enter the name alone, for example support, or @support@mastodon.social.")]
    public string AccountName { get; init; } = "";

    [Setting("Access token", Help = "From Preferences, Development, your application.", Secret = true)]
    [Required(ErrorMessage = "Copy \"Your access token\" from the application's page.")]
    public string AccessToken { get; init; } = "";

    [Setting("Language", Help = "Two letters, given along with every post; empty: the account's own.", Placeholder = "en", Advanced = true)]
    [RegularExpression("^[a-z]{2,3}$", ErrorMessage = "Enter a language as two letters, for example en.")]
    public string? Language { get; init; }

    [Setting("Characters of a post", Help = "If your instance allows more than 500.", Advanced = true)]
    [Range(200, 100_000, ErrorMessage = "Enter a number from 200 to 100000.")]
    public int? MaxCharacters { get; init; }

    public override string? Address => UserName.Length == 0 ? null : "@" + AccountName.TrimStart('@');

    internal string UserName => AccountName.TrimStart('@').Split('@')[0];

    internal int PostLength => MaxCharacters ?? MastodonChannel.Limits.TextLength;
}
