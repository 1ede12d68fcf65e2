using Braid.Channels;
using Braid.Inboxes;
using Braid.Platform.Data;

namespace Braid.Ingest;

/// <summary>
/// The door into the ledger, for webhooks, listeners and the widget alike. When `AcceptAsync` returns, the deliveries are on the disk
/// and either applied or sure to be. Throws <see cref="IntakeFullException"/> when the queue is full, and the database's exception when it
/// is away: in both cases nothing was stored and the provider must be asked to try again.
/// </summary>
internal interface IIntake
{
    /// <param name="position">Where a listener has read up to: moved in the same transaction, under its lease's fence.</param>
    Task AcceptAsync(IReadOnlyList<Receipt> receipts, ListenerPosition? position, CancellationToken ct);
}

/// <summary>A genuine delivery for an inbox.</summary>
internal sealed record Receipt(ConnectedInbox Inbox, RawDelivery Raw, DeliverySource Source);

internal sealed record ListenerPosition(Id<Inbox> Inbox, string Position, string Lease, long Fence);

internal sealed class IntakeFullException() : Exception("The intake queue is full.");

/// <summary>Another node took the lease over; what was read must not be stored by this one.</summary>
internal sealed class FenceLostException(string lease) : Exception($"The lease {lease} was taken over.");
