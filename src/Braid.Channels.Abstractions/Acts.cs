namespace Braid.Channels;

/// <summary>
/// What can be done to something that is already at the provider. Hide, Unhide, Delete: a customer's public comment or our own message.
/// Edit: our own message. React, Unreact: any message. MarkRead: everything up to it. Typing: shown for a few seconds.
/// </summary>
public enum ActKind { Hide, Unhide, Delete, Edit, React, Unreact, MarkRead, Typing }

/// <summary>One act on one channel thread. Safe to repeat: what is done already counts as done.</summary>
public sealed record OutboundAct(ActKind Kind)
{
    /// <summary>The provider's conversation.</summary>
    public required string ThreadId { get; init; }
    public required string RecipientId { get; init; }
    /// <summary>The provider's id of the message or comment. Typing: the customer's newest message where it is known (WhatsApp needs it), else null.</summary>
    public string? ExternalId { get; init; }
    /// <summary>The <see cref="InboundEvent.Key"/> of the same thing.</summary>
    public string? Key { get; init; }
    /// <summary>What the same thing brought as <see cref="InboundEvent.Extra"/> (LINE marks read by a token).</summary>
    public IReadOnlyDictionary<string, string> Extra { get; init; } = new Dictionary<string, string>();
    /// <summary>True when the thing is our own message.</summary>
    public bool Ours { get; init; }
    /// <summary>Edit: the new text.</summary>
    public string? Text { get; init; }
    /// <summary>React, Unreact: the emoji.</summary>
    public string? Emoji { get; init; }
    public required string IdempotencyKey { get; init; }
}

/// <summary>For channels that can do more than send. The same outcomes as sending; `Sent` means done, its id may repeat the target's.</summary>
public interface IActs<in TSettings>
{
    Task<SendResult> ActAsync(OutboundAct act, TSettings settings, ProviderContext context, CancellationToken ct);
}
