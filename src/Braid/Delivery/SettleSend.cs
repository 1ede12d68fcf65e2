using Braid.Channels;
using Braid.Conversations;
using Braid.Customers;
using Braid.Inboxes;
using Braid.Platform.Data;
using Microsoft.EntityFrameworkCore;

namespace Braid.Delivery;

/// <summary>
/// Writes what became of an attempt, with its events, in one transaction. The attempt's number and fence guard it: of two nodes that
/// believe they own an attempt, only what belongs to the newest counts; a late "sent" of the same attempt still does.
/// </summary>
internal sealed class SettleSend(BraidDb db, ReceiptsAhead ahead, OwnEcho echo, SentThread sentThread, InboxHealth health, TimeProvider clock)
{
    /// <returns>False when the attempt is no longer the newest; nothing was written.</returns>
    public async Task<bool> RunAsync(Attempt attempt, ConnectedInbox inbox, Settlement settlement, CancellationToken ct)
    {
        var settled = false;
        await db.InTransactionAsync(async inner =>
        {
            var now = clock.GetUtcNow();
            // In the ingest's order: conversations, messages, then the outbox.
            if (settlement is Settlement.Sent { Result: var accepted }) { await echo.LockAsync(attempt.Message, inbox, KeysOf(accepted), inner); }
            await db.LockAsync("messages", attempt.Message.Value, inner);
            settled = await MoveAsync(attempt, settlement, now, inner) == 1 || await SettledByReceiptAsync(attempt, settlement, inner);
            if (!settled)
            {
                return;
            }

            var message = await db.Set<Message>().FirstAsync(m => m.Id == attempt.Message, inner);
            var conversation = await db.Set<Conversation>().AsNoTracking().FirstAsync(c => c.Id == message.ConversationId, inner);
            await WriteAsync(message, conversation, inbox, settlement, now, inner);
        }, ct);
        return settled;
    }

    private Task<int> MoveAsync(Attempt attempt, Settlement settlement, DateTimeOffset now, CancellationToken ct)
    {
        var mine = db.Set<Send>().Where(s => s.MessageId == attempt.Message && s.Attempt == attempt.Number && s.Fence == attempt.Fence);
        return settlement switch
        {
            Settlement.Again again => mine.ExecuteUpdateAsync(set => set.SetProperty(s => s.State, SendState.Queued)
                .SetProperty(s => s.DueAt, again.DueAt).SetProperty(s => s.PartsSent, again.PartsSent), ct),
            Settlement.Stopped => mine.ExecuteUpdateAsync(set => set.SetProperty(s => s.State, SendState.Queued).SetProperty(s => s.DueAt, now), ct),
            Settlement.Unconfirmed => mine.ExecuteUpdateAsync(set => set.SetProperty(s => s.State, SendState.Unconfirmed), ct),
            _ => mine.ExecuteDeleteAsync(ct),
        };
    }

    /// <summary>A receipt that named our id was faster than the answer and closed the send; the answer still brings the provider's ids.</summary>
    private async Task<bool> SettledByReceiptAsync(Attempt attempt, Settlement settlement, CancellationToken ct) =>
        settlement is Settlement.Sent && !await db.Set<Send>().AnyAsync(s => s.MessageId == attempt.Message, ct);

    private async Task WriteAsync(Message message, Conversation conversation, ConnectedInbox inbox, Settlement settlement, DateTimeOffset now, CancellationToken ct)
    {
        switch (settlement)
        {
            case Settlement.Sent { Result: var sent }:
                await SentAsync(message, inbox, sent, now, ct);
                db.Events.Add(MessageEvents.Of(message, conversation, "sent", message.Status));
                break;
            case Settlement.Again again:
                Put(message, SendStatus.Queued, again.Reason, now);
                break;
            case Settlement.Stopped stopped:
                Put(message, SendStatus.Queued, stopped.Reason, now);
                await health.TroubleAsync(inbox, InboxHealth.Sending, stopped.Reason, ct);
                break;
            case Settlement.Unconfirmed unconfirmed:
                // A receipt may have come before us; it knows better.
                Put(message, StatusLadder.Raise(message.Status ?? SendStatus.Queued, SendStatus.Unconfirmed), unconfirmed.Reason, now);
                break;
            case Settlement.Failed failed:
                Put(message, StatusLadder.Raise(message.Status ?? SendStatus.Queued, SendStatus.Failed), failed.Code is null ? failed.Reason : $"{failed.Reason} ({failed.Code})", now);
                message.Failure = message.Status == SendStatus.Failed ? failed.Kind : null;
                await UnreachableAsync(message, failed, ct);
                break;
        }

        if (settlement is not Settlement.Sent)
        {
            db.Events.Add(MessageEvents.Of(message, conversation, "status", message.Status));
        }
    }

    private async Task SentAsync(Message message, ConnectedInbox inbox, SendResult.Sent sent, DateTimeOffset now, CancellationToken ct)
    {
        var key = sent.Key ?? sent.ExternalId;
        message.ExternalId = sent.ExternalId;
        await echo.AbsorbAsync(message, inbox, KeysOf(sent), ct);
        message.DedupeKey = key;
        Put(message, StatusLadder.Raise(message.Status ?? SendStatus.Queued, SendStatus.Sent), null, now);
        message.Failure = null;
        if (sent.Note is { } note)
        {
            message.Extras = (MessageExtras.Parse(message.Extras) with { Note = note }).ToJson();
        }

        foreach (var other in KeysOf(sent).Skip(1))
        {
            if (!await db.Set<SentPart>().AnyAsync(p => p.WorkspaceId == inbox.Workspace && p.InboxId == inbox.Id && p.Key == other, ct))
            {
                db.Add(new SentPart { WorkspaceId = inbox.Workspace, InboxId = inbox.Id, Key = other, MessageId = message.Id });
            }
        }

        await db.SaveChangesAsync(ct);
        await ahead.ApplyAsync(message, KeysOf(sent), ct);
        await sentThread.NameAsync(message, sent, ct);
        await health.SentAsync(inbox, ct);
        await health.MendedAsync(inbox, InboxHealth.Sending, ct);
    }

    /// <summary>The message's own key, then those of its further parts.</summary>
    private static List<string> KeysOf(SendResult.Sent sent) => [.. sent.OtherKeys.Prepend(sent.Key ?? sent.ExternalId).Distinct(StringComparer.Ordinal)];

    private async Task UnreachableAsync(Message message, Settlement.Failed failed, CancellationToken ct)
    {
        if (failed.Kind == FailureKind.Unreachable)
        {
            var identity = db.Set<ChannelThread>().Where(t => t.Id == message.ThreadId).Select(t => t.IdentityId);
            await db.Set<Identity>().Where(i => i.WorkspaceId == message.WorkspaceId && identity.Contains(i.Id))
                .ExecuteUpdateAsync(set => set.SetProperty(i => i.Unreachable, failed.Reason), ct);
        }
    }

    private static void Put(Message message, SendStatus status, string? reason, DateTimeOffset now)
    {
        if (message.Status != status) { (message.Status, message.StatusAt) = (status, now); }
        message.StatusReason = status is SendStatus.Delivered or SendStatus.Read ? null : reason;
    }
}
