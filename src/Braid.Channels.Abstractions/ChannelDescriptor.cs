namespace Braid.Channels;

/// <summary>What a channel is and can do. Drives the settings form, the composer, delivery and the docs.</summary>
public sealed record ChannelDescriptor
{
    /// <summary>Lower-case id used in routes, tables and glyphs: `telegram`, `whatsapp`, `email`, `livechat`, `echo`.</summary>
    public required string Id { get; init; }
    public required string Name { get; init; }
    /// <summary>One sentence for the "connect a channel" page.</summary>
    public required string Summary { get; init; }
    public required Type SettingsType { get; init; }
    public required ChannelCapabilities Capabilities { get; init; }
    public required ChannelLimits Limits { get; init; }

    /// <summary>How long after the customer's last message free text may be sent; null where there is no window.</summary>
    public TimeSpan? ReplyWindow { get; init; }

    /// <summary>What an identity's address is, so that the screens can format it and keys can match it.</summary>
    public AddressKind Address { get; init; } = AddressKind.Handle;

    /// <summary>What to do when it is unknown whether the provider accepted a send (DESIGN §9.13).</summary>
    public UnknownSend WhenUnknown { get; init; } = UnknownSend.AskAgent;

    /// <summary>True where the provider signs nothing, so that the webhook URL carries a random key.</summary>
    public bool KeyInUrl { get; init; }

    /// <summary>How deliveries arrive.</summary>
    public Ingress Ingress { get; init; } = Ingress.Webhook;

    /// <summary>Can we write first to an address we never heard from (email yes, Telegram no, WhatsApp with a template)?</summary>
    public FirstContact FirstContact { get; init; } = FirstContact.No;

    /// <summary>Which shelf of the "connect a channel" page it stands on.</summary>
    public ChannelGroup Group { get; init; } = ChannelGroup.Messaging;

    /// <summary>What of a rich message it shows by itself; the rest becomes text.</summary>
    public RichSupport Rich { get; init; } = RichSupport.None;

    /// <summary>How many messages one message of the customer allows us inside the window (WeChat: 5); null where it is not counted.</summary>
    public int? ReplyWindowMessages { get; init; }

    /// <summary>What sending costs, in one sentence; null where the provider charges nothing.</summary>
    public string? Cost { get; init; }

    /// <summary>What the customer must have agreed to before we write first, in one sentence; null where there is no rule.</summary>
    public string? OptIn { get; init; }

    /// <summary>
    /// True where sending uses the listener's own connection (IRC): the node that listens also sends.
    /// </summary>
    public bool SendsThroughListener { get; init; }

    /// <summary>One channel over several providers (SMS): each with its own name and the settings that choose it. The id is also a name for `read`.</summary>
    public IReadOnlyList<ChannelVariant> Variants { get; init; } = [];

    /// <summary>Numbered steps for the admin, in plain sentences; `{webhookUrl}` and `{verifyToken}` are filled in by the page.</summary>
    public IReadOnlyList<string> ConnectSteps { get; init; } = [];
}

public enum ChannelGroup { Messaging, Email, Website, Voice, WorkChat, OpenNetworks, Reviews, Custom }

/// <param name="Settings">Settings that make the channel this variant, by their camelCase names.</param>
/// <param name="ConnectSteps">Instead of the channel's.</param>
public sealed record ChannelVariant(string Id, string Name, IReadOnlyDictionary<string, string> Settings, IReadOnlyList<string> ConnectSteps)
{
    /// <summary>The settings that mean something to this variant, by their camelCase names, for the form; empty: all.</summary>
    public IReadOnlyList<string> Fields { get; init; } = [];
}

public enum AddressKind { Handle, Phone, Email, SignedUser }

public enum Ingress { Webhook, Listener, WebhookOrListener, Hub }

public enum FirstContact { No, TemplateOnly, Yes }

/// <summary>`Repeat`: with the same idempotency key. `AwaitReceipt`: receipts echo our id. `AskAgent`: shown as unconfirmed.</summary>
public enum UnknownSend { AskAgent, Repeat, AwaitReceipt }

public sealed record ChannelCapabilities
{
    public bool Attachments { get; init; }
    public bool Replies { get; init; }
    public bool Edits { get; init; }
    public bool Deletes { get; init; }
    public bool Reactions { get; init; }
    public bool DeliveredReceipts { get; init; }
    public bool ReadReceipts { get; init; }
    public bool Typing { get; init; }
    public bool Templates { get; init; }
    public bool Subject { get; init; }
    public bool Html { get; init; }
    public bool Groups { get; init; }

    /// <summary>Threads here may be public comments, mentions or reviews, answered in public.</summary>
    public bool Comments { get; init; }
    /// <summary>A public comment can be answered privately (<see cref="OutboundMessage.PrivateReplyTo"/>).</summary>
    public bool PrivateReplies { get; init; }
    /// <summary>We can hide a customer's comment.</summary>
    public bool Hides { get; init; }
    /// <summary>We can delete a customer's comment.</summary>
    public bool Moderates { get; init; }
    /// <summary>We can edit what we sent.</summary>
    public bool EditsSent { get; init; }
    /// <summary>We can delete what we sent.</summary>
    public bool DeletesSent { get; init; }
    /// <summary>We can react to a message.</summary>
    public bool Reacts { get; init; }
    /// <summary>We can show that an agent is typing.</summary>
    public bool SendsTyping { get; init; }
    /// <summary>We can tell the customer that we have read.</summary>
    public bool MarksRead { get; init; }
    /// <summary>Calls ring here.</summary>
    public bool Calls { get; init; }
}

public sealed record ChannelLimits
{
    /// <summary>Largest text of one message, in UTF-16 code units; longer text is split on grapheme borders.</summary>
    public int TextLength { get; init; } = 4096;
    public int CaptionLength { get; init; } = 1024;
    /// <summary>Largest webhook body accepted, in bytes.</summary>
    public int BodyBytes { get; init; } = 5 * 1024 * 1024;
    /// <summary>Largest file we may send, in bytes; 0 when files can't be sent.</summary>
    public long AttachmentBytes { get; init; }
    public int AttachmentsPerMessage { get; init; } = 1;
    /// <summary>Sends per second for one inbox that the provider allows in the long run.</summary>
    public double SendsPerSecond { get; init; } = 20;
    /// <summary>How long one call to the provider may take.</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(30);
}
