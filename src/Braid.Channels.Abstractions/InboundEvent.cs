using System.Collections.ObjectModel;

namespace Braid.Channels;

/// <summary>`IdentityChange` is made by the product of a reading's <see cref="Braid.Channels.IdentityChange"/>s; readers don't emit it.</summary>
public enum InboundKind { Message, Status, Reaction, Comment, Postback, Read, Edit, Delete, Call, CallInput, Recording, Transcription, IdentityChange }

/// <summary>
/// One thing that happened at the provider, in the words of the normalisation conventions (docs/adding-a-channel.md). Ids are opaque
/// strings: never parsed, trimmed or folded.
/// </summary>
public sealed record InboundEvent(InboundKind Kind)
{
    /// <summary>The provider account it belongs to, when one webhook may carry several (WhatsApp phone number id); null = this inbox.</summary>
    public string? Account { get; init; }

    /// <summary>The provider's id of the thing. Status, edit, delete: the id of the message it is about.</summary>
    public string? ExternalId { get; init; }

    /// <summary>
    /// Message, comment, postback, call: unique in the inbox for ever; a second event with it is a duplicate. Defaults to
    /// <see cref="ExternalId"/>; contains the provider's conversation where ids are unique only there (Telegram `chat:message`).
    /// </summary>
    public string? Key { get => field ?? ExternalId; init; }

    /// <summary>Status, reaction, edit, delete: the <see cref="Key"/> of the message it is about; also the quoted message of a reply.</summary>
    public string? TargetKey { get; init; }

    public Sender? Sender { get; init; }

    /// <summary>The provider's conversation: chat id, customer id, root Message-ID. Required but for statuses.</summary>
    public string? ThreadId { get; init; }
    public Audience Audience { get; init; }
    public string? ThreadTitle { get; init; }

    public string? Text { get; init; }
    public IReadOnlyList<InboundAttachment> Attachments { get; init; } = [];
    /// <summary>The provider's id of the quoted or targeted message, as the conventions define it per kind.</summary>
    public string? ReplyTo { get; init; }
    /// <summary>The provider's time; null when it sends none (arrival time is used).</summary>
    public DateTimeOffset? Timestamp { get; init; }
    /// <summary>Edit: the provider's own count, where its times are too coarse to say which of two edits is the later (Telegram's update id).</summary>
    public long? Order { get; init; }
    /// <summary>sent, delivered, read, played, failed, expired, unknown; added, removed; unsupported.</summary>
    public string? Status { get; init; }
    /// <summary>True for what our side wrote elsewhere (the owner's phone, another tool).</summary>
    public bool Outbound { get; init; }
    /// <summary>Outbound, in private: the provider's id of the person we wrote to, where <see cref="ThreadId"/> is not that id.</summary>
    public string? RecipientId { get; init; }

    /// <summary>Postback: the id the business defined.</summary>
    public string? Payload { get; init; }
    /// <summary>The event's own id where it differs from <see cref="ExternalId"/>.</summary>
    public string? EventId { get; init; }
    /// <summary>Status: what we gave the provider to echo (our message id), where it echoes.</summary>
    public string? Correlation { get; init; }
    public string? ErrorCode { get; init; }
    /// <summary>Failed status: the reason in words an agent understands.</summary>
    public string? ErrorText { get; init; }
    public string? Referral { get; init; }
    public int? Rating { get; init; }
    public bool Standby { get; init; }
    /// <summary>
    /// Comments, reviews: the provider's id of what is commented (a video, a shop), under which many threads hang; <see cref="ThreadId"/>
    /// names the one that begins with the top-level item. Null where the thread is all there is.
    /// </summary>
    public string? Post { get; init; }
    /// <summary>Where the thing is seen in public: the post's or comment's address at the provider.</summary>
    public string? Permalink { get; init; }

    /// <summary>People besides the sender who read this thread: in copy, in the group.</summary>
    public IReadOnlyList<Person> Others { get; init; } = [];

    /// <summary>Provider-specific extras for `braid read` and for display (`bsuid`, `requestId`, ...); small strings only.</summary>
    public IReadOnlyDictionary<string, string> Extra { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>Mail only.</summary>
    public MailFacts? Mail { get; init; }
}

/// <summary>Who reads a thread: private (one person and us), shared (a group, several people in copy), public.</summary>
public enum Audience { Private, Shared, Public }

public sealed record Sender(string Id)
{
    public string? Name { get; init; }
    public string? Username { get; init; }
    /// <summary>Other ids of the same person on this account (WhatsApp: phone and business-scoped user id). Matched like <see cref="Id"/>.</summary>
    public IReadOnlyList<string> OtherIds { get; init; } = [];
    /// <summary>Keys that reach over channels. Only proven ones match.</summary>
    public IReadOnlyList<ContactKey> Keys { get; init; } = [];
    /// <summary>False: the provider can't vouch for the sender (mail without dmarc=pass, a call's number).</summary>
    public bool Verified { get; init; } = true;
    /// <summary>True: the provider does not tell who it was (a review, a call without number). <see cref="Id"/> then stands for the unknown author of this one thing, so that it is not lost.</summary>
    public bool Anonymous { get; init; }
    public string? Language { get; init; }
    /// <summary>What to show as the address: "+65 8123 4455", "@maya", "maya@example.org".</summary>
    public string? Address { get; init; }
}

/// <param name="Value">Phone: E.164 with +. Email: lower-cased. SignedUser: the id the site signed.</param>
/// <param name="Proof">Where the proof comes from, in words: "wrote from this number on WhatsApp". Null when merely stated.</param>
public sealed record ContactKey(KeyKind Kind, string Value, string? Proof)
{
    public bool Proven => Proof is not null;
}

public enum KeyKind { Phone, Email, SignedUser }

public sealed record Person(string Id, string? Name, string? Address);

public enum AttachmentKind { Image, Video, Audio, File, Sticker, Location, Contact, Order, Share, Story, Template, Unknown }

public sealed record InboundAttachment(AttachmentKind Kind)
{
    public string? Name { get; init; }
    public string? ContentType { get; init; }
    public long? Size { get; init; }
    /// <summary>How the adapter fetches the bytes later (file id, media id, MIME part); null when there is nothing to fetch.</summary>
    public string? MediaRef { get; init; }
    /// <summary>Mail: the Content-ID of an inline picture, without brackets.</summary>
    public string? ContentId { get; init; }
    /// <summary>Location, contact, order, share: what to show, as small facts (`latitude`, `longitude`, `name`, `phones`, `url`, `title`).</summary>
    public IReadOnlyDictionary<string, string> Facts { get; init; } = new Dictionary<string, string>();
}

/// <summary>What a mail says beyond its text.</summary>
public sealed record MailFacts
{
    public required string Subject { get; init; }
    public string? MessageId { get; init; }
    public string? InReplyTo { get; init; }
    public IReadOnlyList<string> References { get; init; } = [];
    public IReadOnlyList<Person> To { get; init; } = [];
    public IReadOnlyList<Person> Cc { get; init; } = [];
    /// <summary>Whole decoded text; <see cref="InboundEvent.Text"/> is the visible reply.</summary>
    public string? FullText { get; init; }
    public string? Html { get; init; }
    /// <summary>message, autoReply, bounce, delayed, receipt, list, complaint.</summary>
    public required string Kind { get; init; }
    /// <summary>A token of ours found in a recipient address or References: proves the sender for that thread.</summary>
    public string? ThreadToken { get; init; }
}
