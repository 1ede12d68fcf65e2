using Braid.Channels;
using Braid.Platform.Data;

namespace Braid.Delivery;

/// <summary>The ledger as delivery needs it: a mail's files lie inside the delivery, and a trace must lead to the message that is on screen.</summary>
internal interface IDeliveryBodies
{
    /// <summary>Null when its bytes are gone.</summary>
    Task<RawDelivery?> FindAsync(Id<Workspace> workspace, Guid delivery, CancellationToken ct);

    /// <summary>What a delivery brought is now this other message. Joins the current transaction.</summary>
    Task MovedAsync(Id<Workspace> workspace, Guid delivery, Guid from, Guid to, CancellationToken ct);
}
