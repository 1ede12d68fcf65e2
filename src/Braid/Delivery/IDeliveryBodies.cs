using Braid.Channels;
using Braid.Platform.Data;

namespace Braid.Delivery;

/// <summary>The ledger as media fetching needs it: a mail's files lie inside the delivery.</summary>
internal interface IDeliveryBodies
{
    /// <summary>Null when its bytes are gone.</summary>
    Task<RawDelivery?> FindAsync(Id<Workspace> workspace, Guid delivery, CancellationToken ct);
}
