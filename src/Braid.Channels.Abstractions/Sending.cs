namespace Braid.Channels;

/// <summary>One message to one channel thread, whole and rendered as text; the adapter degrades what its channel can't show.</summary>
public sealed record OutboundMessage
{
    /// <summary>Our message id: given to providers that echo one.</summary>
    public required Guid Id { get; init; }
    /// <summary>The same for every attempt of this message.</summary>
    public required string IdempotencyKey { get; init; }
    /// <summary>1 for the first attempt.</summary>
    public int Attempt { get; init; } = 1;

    /// <summary>The provider's conversation; null when we write first and only know the recipient.</summary>
    public string? ThreadId { get; init; }
    /// <summary>The provider's id of the person (or group) we write to.</summary>
    public required string RecipientId { get; init; }
    public string? RecipientName { get; init; }

    public string Text { get; init; } = "";
    public IReadOnlyList<OutboundAttachment> Attachments { get; init; } = [];
    /// <summary>The provider's id of the message we quote.</summary>
    public string? ReplyTo { get; init; }
    public OutboundTemplate? Template { get; init; }
    public string? AuthorName { get; init; }
    public OutboundMail? Mail { get; init; }
    /// <summary>Buttons, lists, cards; <see cref="RichPlan"/> says what of it this channel shows.</summary>
    public RichContent? Rich { get; init; }
    /// <summary>The provider's id of the public comment that this message answers privately; the answer opens (or goes on with) a private thread.</summary>
    public string? PrivateReplyTo { get; init; }

    /// <summary>
    /// For adapters that make several calls for one message (long text, several files): parts already accepted, from
    /// <see cref="SendResult.Retry.PartsSent"/> of the attempt before, so that none is sent twice.
    /// </summary>
    public int PartsSent { get; init; }
}

public sealed record OutboundAttachment(string Name, string ContentType, long Size, Func<CancellationToken, Task<Stream>> OpenAsync)
{
    public AttachmentKind Kind { get; init; } = AttachmentKind.File;

    /// <summary>
    /// A public https address of the same bytes, good for some days and guessed by nobody: for providers that fetch files instead of taking
    /// them. Null where this server has no public address.
    /// </summary>
    public Uri? Link { get; init; }
}

public sealed record OutboundTemplate(string Name, string Language, IReadOnlyList<string> BodyParameters)
{
    public IReadOnlyList<string> HeaderParameters { get; init; } = [];
    /// <summary>For templates whose blanks go by name (<see cref="TemplateInfo.Named"/>): the names, in the order of the values.</summary>
    public IReadOnlyList<string> BodyParameterNames { get; init; } = [];
    public IReadOnlyList<string> HeaderParameterNames { get; init; } = [];
}

public sealed record OutboundMail
{
    public required string Subject { get; init; }
    public required string MessageId { get; init; }
    public string? InReplyTo { get; init; }
    public IReadOnlyList<string> References { get; init; } = [];
    public IReadOnlyList<Person> Cc { get; init; } = [];
    /// <summary>Proves an answer to this mail: goes into Reply-To as a plus-address.</summary>
    public string? ThreadToken { get; init; }
    public string? Html { get; init; }
    /// <summary>Mails sent by a rule: marked so that other robots keep quiet.</summary>
    public bool Automatic { get; init; }
}

/// <summary>What one attempt came to.</summary>
public abstract record SendResult
{
    private SendResult() { }

    /// <summary>Accepted. Key: what later events will name as <see cref="InboundEvent.TargetKey"/>; null = the external id.</summary>
    public sealed record Sent(string ExternalId, string? Key = null) : SendResult
    {
        /// <summary>Where our answer now lives at the provider, when sending opened it (first contact).</summary>
        public string? ThreadId { get; init; }
        /// <summary>Keys of further parts of the same message, whose receipts mean this message too.</summary>
        public IReadOnlyList<string> OtherKeys { get; init; } = [];
        /// <summary>Something was left out or changed, in words for the agent ("sent without bold").</summary>
        public string? Note { get; init; }
    }

    /// <summary>Surely not accepted; try again, not before <paramref name="After"/>.</summary>
    public sealed record Retry(string Reason, TimeSpan? After = null) : SendResult
    {
        /// <summary>How far the pause reaches: this thread, or the whole inbox (rate limits of the account).</summary>
        public bool WholeInbox { get; init; }
        public int PartsSent { get; init; }
        /// <summary>The provider's trouble, not the message's: counts for the circuit breaker.</summary>
        public bool ProviderDown { get; init; }
    }

    /// <summary>Perhaps accepted (time-out after the request left, connection cut): <see cref="UnknownSend"/> decides.</summary>
    public sealed record Unknown(string Reason) : SendResult;

    /// <summary>Will never be accepted as it is.</summary>
    /// <param name="Reason">What happened and what to do, in words for the agent.</param>
    /// <param name="Code">The provider's code, for the details.</param>
    public sealed record Failed(FailureKind Kind, string Reason, string? Code = null) : SendResult;
}

/// <summary>
/// `Credentials` and `Configuration` stop the inbox until an admin mends it (its queue waits); `Unreachable` marks the identity;
/// `WindowClosed` offers a template or another channel.
/// </summary>
public enum FailureKind { Content, Unreachable, WindowClosed, Template, Credentials, Configuration, Other }

/// <param name="Reference">What <see cref="InboundAttachment.MediaRef"/> said.</param>
/// <param name="Source">The delivery it came in, for channels whose files lie inside (mail); null when its body is gone.</param>
public sealed record MediaRequest(string Reference, RawDelivery? Source);

/// <summary>Dispose to close. Size is null when the provider doesn't say.</summary>
public sealed record MediaContent(Stream Stream, string? ContentType, string? Name, long? Size) : IAsyncDisposable
{
    public ValueTask DisposeAsync() => Stream.DisposeAsync();
}

/// <summary>The file can't be had. Permanent: asking again won't help (expired, too large, deleted).</summary>
public sealed class MediaUnavailableException(string reason, bool permanent = true, Exception? inner = null) : Exception(reason, inner)
{
    public bool Permanent { get; } = permanent;
}
