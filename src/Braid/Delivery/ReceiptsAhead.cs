using System.Text.Json;
using System.Text.Json.Serialization;
using Braid.Channels;
using Braid.Conversations;
using Braid.Platform.Data;
using Microsoft.EntityFrameworkCore;

namespace Braid.Delivery;

/// <summary>
/// Receipts, reactions, edits and deletes that came before we knew the provider's id of our message: the phone can be faster than the
/// answer to our call. They wait in a table and are applied with the result.
/// </summary>
internal sealed class ReceiptsAhead(BraidDb db, IEnumerable<IWaitingChangesApplied> listeners, TimeProvider clock)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>The form of <see cref="WaitingChange.Event"/>, for who stores one.</summary>
    public static string Write(InboundEvent change) => JsonSerializer.Serialize(change, Json);

    public static InboundEvent? Read(string json) => JsonSerializer.Deserialize<InboundEvent>(json, Json);

    public async Task ApplyAsync(Message message, IReadOnlyList<string> keys, CancellationToken ct)
    {
        var waiting = await db.Set<WaitingChange>().AsNoTracking()
            .Where(w => w.WorkspaceId == message.WorkspaceId && w.InboxId == message.InboxId && keys.Contains(w.TargetKey))
            .OrderBy(w => w.ArrivedAt).ThenBy(w => w.EventIndex).ToListAsync(ct);
        if (waiting.Count == 0)
        {
            return;
        }

        foreach (var change in waiting)
        {
            if (Read(change.Event) is { } happened) { await ApplyAsync(message, happened, change.ArrivedAt, ct); }
        }

        var ids = waiting.ConvertAll(w => w.Id);
        await db.Set<WaitingChange>().Where(w => ids.Contains(w.Id)).ExecuteDeleteAsync(ct);
        foreach (var listener in listeners) { await listener.AppliedAsync(db, message, waiting, ct); }
    }

    private async Task ApplyAsync(Message message, InboundEvent change, DateTimeOffset arrivedAt, CancellationToken ct)
    {
        var at = change.Timestamp ?? arrivedAt;
        switch (change.Kind)
        {
            case InboundKind.Status or InboundKind.Read when StatusOf(change) is { } status:
                var raised = StatusLadder.Raise(message.Status ?? SendStatus.Sent, status);
                if (raised != message.Status)
                {
                    (message.Status, message.StatusAt) = (raised, at);
                    (message.StatusReason, message.Failure) = raised == SendStatus.Failed ? (change.ErrorText, FailureKind.Other) : (null, (FailureKind?)null);
                }

                break;
            case InboundKind.Reaction when change.Sender is { } who:
                await ReactAsync(message, change, who, at, ct);
                break;
            case InboundKind.Delete:
                message.DeletedAt = clock.GetUtcNow();
                break;
            case InboundKind.Edit when change.Text != message.Text:
                db.Add(new MessageVersion { WorkspaceId = message.WorkspaceId, MessageId = message.Id, At = at, Text = message.Text });
                (message.Text, message.EditedAt) = (change.Text, at);
                break;
        }
    }

    private async Task ReactAsync(Message message, InboundEvent change, Sender who, DateTimeOffset at, CancellationToken ct)
    {
        var emoji = change.Text ?? "";
        if (change.Status == "removed")
        {
            await db.Set<Reaction>().Where(r => r.WorkspaceId == message.WorkspaceId && r.MessageId == message.Id && r.ActorId == who.Id && (emoji == "" || r.Emoji == emoji)).ExecuteDeleteAsync(ct);
        }
        else if (emoji.Length > 0 && !await db.Set<Reaction>().AnyAsync(r => r.WorkspaceId == message.WorkspaceId && r.MessageId == message.Id && r.ActorId == who.Id && r.Emoji == emoji, ct))
        {
            db.Add(new Reaction { WorkspaceId = message.WorkspaceId, MessageId = message.Id, ActorId = who.Id, Emoji = emoji, ActorName = who.Name, At = at });
            await db.SaveChangesAsync(ct);
        }
    }

    private static SendStatus? StatusOf(InboundEvent change) => change.Kind == InboundKind.Read ? SendStatus.Read : change.Status switch
    {
        "sent" => SendStatus.Sent,
        "delivered" => SendStatus.Delivered,
        "read" or "played" => SendStatus.Read,
        "failed" or "expired" => SendStatus.Failed,
        _ => null,
    };
}

/// <summary>The ledger wants to know that what waited was applied.</summary>
internal interface IWaitingChangesApplied
{
    /// <summary>Within the transaction that applied them.</summary>
    Task AppliedAsync(BraidDb db, Message message, IReadOnlyList<WaitingChange> changes, CancellationToken ct);
}
