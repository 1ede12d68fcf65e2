using System.Text.Json;
using Braid.Channels;
using Braid.Conversations;
using Braid.Platform.Data;
using Microsoft.EntityFrameworkCore;

namespace Braid.Delivery;

/// <summary>
/// Receipts that came before we knew the provider's id of our message: the phone can be faster than the answer to our call. They raise
/// the status at once. The rows stay for the ingest, which applies all that waits (applying a receipt twice changes nothing) and tells the ledger.
/// </summary>
internal sealed class ReceiptsAhead(BraidDb db)
{
    public async Task ApplyAsync(Message message, IReadOnlyList<string> keys, CancellationToken ct)
    {
        var waiting = await db.Set<WaitingChange>().AsNoTracking()
            .Where(w => w.WorkspaceId == message.WorkspaceId && w.InboxId == message.InboxId && keys.Contains(w.TargetKey))
            .OrderBy(w => w.ArrivedAt).ThenBy(w => w.EventIndex).Select(w => new { w.Event, w.ArrivedAt }).ToListAsync(ct);
        foreach (var change in waiting)
        {
            if (JsonSerializer.Deserialize<InboundEvent>(change.Event, JsonSerializerOptions.Web) is { } receipt && StatusOf(receipt) is { } reported
                && StatusLadder.Raise(message.Status ?? SendStatus.Sent, reported) is var raised && raised != message.Status)
            {
                (message.Status, message.StatusAt) = (raised, receipt.Timestamp ?? change.ArrivedAt);
                message.StatusReason = raised == SendStatus.Failed ? receipt.ErrorText ?? "The provider reported a failure." : null;
                message.Failure = raised == SendStatus.Failed ? FailureKind.Other : null;
            }
        }
    }

    private static SendStatus? StatusOf(InboundEvent receipt) => receipt.Kind switch
    {
        InboundKind.Read => SendStatus.Read,
        InboundKind.Status => receipt.Status switch
        {
            "sent" => SendStatus.Sent,
            "delivered" => SendStatus.Delivered,
            "read" or "played" => SendStatus.Read,
            "failed" or "expired" => SendStatus.Failed,
            _ => null,
        },
        _ => null,
    };
}
