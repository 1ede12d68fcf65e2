using Braid.Platform.Data;

namespace Braid.Ingest;

/// <summary>A ledger row as the deliveries screen shows it.</summary>
internal sealed record DeliveryView
{
    public required Id<Delivery> Id { get; init; }
    public required Guid InboxId { get; init; }
    public required string Channel { get; init; }
    public required DeliverySource Source { get; init; }
    public required DateTimeOffset ReceivedAt { get; init; }
    public required DateTimeOffset? AppliedAt { get; init; }
    public required DeliveryState State { get; init; }
    public required string? Reason { get; init; }
    public required int Size { get; init; }
    public required bool HasBody { get; init; }
    /// <summary>When the inbox's retention removed the raw body; null while it is there.</summary>
    public required DateTimeOffset? BodyRemovedAt { get; init; }
    /// <summary>HMAC-SHA256 of the removed body under a key of this server.</summary>
    public required string? BodyHash { get; init; }
    public required IReadOnlyList<DeliveryEventView> Events { get; init; }
}

/// <param name="PushedAt">When the event that tells browsers about it was committed.</param>
internal sealed record DeliveryEventView(
    int Index, string Kind, string? ExternalId, EventOutcome Outcome, string? Reason, Guid? MessageId, Guid? ConversationId, Guid InboxId, DateTimeOffset? PushedAt);

internal sealed record RefusedView(Guid InboxId, string Channel, string Reason, long Count, DateTimeOffset LastAt, string? Detail);
