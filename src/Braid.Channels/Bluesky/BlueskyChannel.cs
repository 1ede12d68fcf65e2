using System.ComponentModel.DataAnnotations;

namespace Braid.Channels.Bluesky;

/// <summary>An account on the AT Protocol: mentions and replies are public comments, chats are private messages.</summary>
public sealed class BlueskyChannel : Channel<BlueskySettings>
{
    internal const string DefaultHost = "https://bsky.social";

    internal static readonly ChannelLimits Limits = new()
    {
        // 300 graphemes, none of which is shorter than one code unit.
        TextLength = 300,
        CaptionLength = 300,
        AttachmentBytes = 1_000_000,
        AttachmentsPerMessage = 4,
        SendsPerSecond = 0.45, // 5000 points an hour, 3 for each post.
        CallTimeout = TimeSpan.FromSeconds(45),
    };

    /// <summary>Chat messages are longer than posts.</summary>
    internal const int ChatLength = 1000;

    public override ChannelDescriptor Descriptor { get; } = new()
    {
        Id = "bluesky",
        Name = "Bluesky",
        Summary = "Answer mentions, replies and chats on Bluesky.",
        SettingsType = typeof(BlueskySettings),
        Group = ChannelGroup.OpenNetworks,
        Capabilities = new()
        {
            Attachments = true, Replies = true, Deletes = true, Reactions = true, Groups = true, Comments = true, PrivateReplies = true, DeletesSent = true, Reacts = true, MarksRead = true,
        },
        Limits = Limits,
        WhenUnknown = UnknownSend.Repeat,
        FirstContact = FirstContact.Yes,
        OptIn = "A person's chat settings decide whether you may write first.",
        Ingress = Ingress.Listener,
        ConnectSteps =
        [
            "In Bluesky, open Settings, Privacy and security, App passwords, and add one. Allow access to direct messages there.",
            "Enter the account's handle and the app password. Save.",
            "To be reached by chat, open Chat, Settings, and allow messages from everyone.",
        ],
    };

    protected override IReceiver<BlueskySettings> Receiver { get; } = new BlueskyReceiver();
    protected override ISender<BlueskySettings> Sender { get; } = new BlueskySender();
    protected override IListener<BlueskySettings> Listener { get; } = new BlueskyListener();
    protected override IMedia<BlueskySettings> Media { get; } = new BlueskyMedia();
    protected override ISetup<BlueskySettings> Setup { get; } = new BlueskySetup();
    protected override IActs<BlueskySettings> Acts { get; } = new BlueskyActs();
}

public sealed record BlueskySettings : ChannelSettings
{
    [Setting("Handle", Help = "The account Braid answers from.", Placeholder = "acme.bsky.social")]
    [Required(ErrorMessage = "Enter the account's handle, for example acme.bsky.social.")]
    [RegularExpression(@"^@?[^\s@]+(\.[^\s@]+)+$|^did:.+$|^[^\s@]+@[^\s@]+$", ErrorMessage = "A handle looks like acme.bsky.social.")]
    public string Identifier { get; init; } = "";

    [Setting("App password", Help = "Not the account's own password. Allow direct messages when you make it.", Placeholder = "abcd-efgh-ijkl-mnop", Secret = true)]
    [Required(ErrorMessage = "Make an app password in Bluesky's settings and enter it.")]
    public string AppPassword { get; init; } = "";

    [Setting("Without chat", Help = "Read mentions and replies only.", Advanced = true)]
    public bool WithoutChat { get; init; }

    [Setting("Language", Help = "Two letters, given along with every post.", Placeholder = "en", Advanced = true)]
    [RegularExpression("^[a-z]{2,3}$", ErrorMessage = "Enter a language as two letters, for example en.")]
    public string? Language { get; init; }

    [Setting("Ask every", Help = "Seconds between two looks for news; 6 if empty.", Advanced = true)]
    [Range(1, 300, ErrorMessage = "Enter a number of seconds from 1 to 300.")]
    public int? PollSeconds { get; init; }

    [Setting("Account id (DID)", Help = "Braid finds it out by itself.", Placeholder = "did:plc:...", Advanced = true)]
    public string? Did { get; init; }

    [Setting("Server", Help = "For an account on a server of your own.", Placeholder = BlueskyChannel.DefaultHost, Advanced = true)]
    [Url(ErrorMessage = "Enter a web address that starts with https://.")]
    public string? ApiBaseUrl { get; init; }

    [Setting("Directory of accounts", Help = "Where the servers of other accounts are looked up.", Placeholder = "https://plc.directory", Advanced = true)]
    [Url(ErrorMessage = "Enter a web address that starts with https://.")]
    public string? DirectoryUrl { get; init; }

    public override string? Address => Identifier.Length == 0 ? null : "@" + Identifier.TrimStart('@');
}
