using Braid.Channels;
using Braid.Conversations;
using Braid.Platform.Data;

namespace Braid.Ingest;

/// <summary>
/// Edits, deletes, reactions and receipts of a message that is there. Each is written so that any order of arrival gives the same final
/// state: statuses only rise, the newest edit's text shows, the latest word on a reaction counts. Pure.
/// </summary>
internal static class ReceiveChange
{
    public static void Decide(Situation now, Received received, Decisions decided)
    {
        var e = received.Event;
        if (e.Kind == InboundKind.Read && e.TargetKey is null) { ReadUpTo(now, received, decided); return; }
        if (e.Kind == InboundKind.IdentityChange) { decided.Applied(received); return; }

        var named = now.MessageOf(received.Inbox.Id, e.TargetKey);
        if (named is { Status: SendStatus.Queued or SendStatus.Sending } && e is { Kind: InboundKind.Status, Status: "sent" or "failed" or "expired" })
        {
            // It bears an earlier attempt's id and is on its way again: providers repeat receipts for days, and this one must not stop it.
            decided.Ignored(received, "about an earlier attempt");
            return;
        }

        var target = named ?? Correlated(now, received, decided);
        if (target is null)
        {
            if (e.TargetKey is { } key) { decided.Wait(received, key); }
            else { decided.Ignored(received, "it names no message of ours"); }
            return;
        }

        Apply(now, e, received.Delivery.ReceivedAt, target, decided);
        decided.Applied(received, target);
    }

    public static void Apply(Situation now, InboundEvent e, DateTimeOffset arrived, Message target, Decisions decided)
    {
        var at = Received.TimeOf(e, arrived);
        if (ReceiveCall.Concerns(e, target)) { ReceiveCall.Apply(now, e, at, target, decided); return; }
        switch (e.Kind)
        {
            case InboundKind.Status or InboundKind.Read: Status(now, e, at, target, decided); break;
            case InboundKind.Edit: Edit(now, e, at, arrived, target, decided); break;
            case InboundKind.Delete: Delete(now, at, target, decided); break;
            case InboundKind.Reaction: React(now, e, at, target, decided); break;
            default: break;
        }
    }

    private static void Status(Situation now, InboundEvent e, DateTimeOffset at, Message target, Decisions decided)
    {
        if (target.Status is not { } current || Reported(e) is not { } reported) { return; }
        var raised = StatusLadder.Raise(current, reported);
        if (raised == current) { return; }
        target.Status = raised;
        target.StatusAt = at;
        target.StatusReason = raised == SendStatus.Failed ? e.ErrorText ?? $"The provider reported a failure ({e.ErrorCode ?? "no code"})." : null;
        target.Failure = raised == SendStatus.Failed ? FailureOf(e) : null;
        if (current is SendStatus.Unconfirmed or SendStatus.Sending or SendStatus.Queued) { decided.SettledSends.Add(target.Id); }
        decided.Changed(target);
        Tell(now, target, "status", decided);
    }

    private static SendStatus? Reported(InboundEvent e) => e.Kind == InboundKind.Read ? SendStatus.Read : e.Status switch
    {
        "sent" => SendStatus.Sent,
        "delivered" => SendStatus.Delivered,
        "read" or "played" => SendStatus.Read,
        "failed" or "expired" => SendStatus.Failed,
        _ => null,
    };

    private static FailureKind FailureOf(InboundEvent e) => e.ErrorCode switch
    {
        "131047" => FailureKind.WindowClosed,
        "131026" or "131021" or "131030" or "131050" => FailureKind.Unreachable,
        _ => FailureKind.Other,
    };

    /// <summary>The later edit shows: by the provider's time and, of two in one instant (some providers' times are whole seconds), by its count or their arrival.</summary>
    private static void Edit(Situation now, InboundEvent e, DateTimeOffset at, DateTimeOffset arrived, Message target, Decisions decided)
    {
        var edit = (At: at.ToUnixTimeMilliseconds(), Order: e.Order ?? arrived.ToUnixTimeMilliseconds());
        var shown = (At: target.EditedAt?.ToUnixTimeMilliseconds() ?? long.MinValue, Order: target.EditOrder ?? 0);
        if (edit == shown || (e.Text == target.Text && (target.EditedAt is null || edit.At == shown.At))) { return; }
        if (edit.CompareTo(shown) > 0)
        {
            decided.NewVersions.Add(new MessageVersion { WorkspaceId = target.WorkspaceId, MessageId = target.Id, At = target.EditedAt ?? target.SentAt, EditOrder = shown.Order, Text = target.Text });
            target.Text = e.Text;
            target.EditedAt = at;
            target.EditOrder = edit.Order;
            decided.Changed(target);
        }
        else
        {
            decided.NewVersions.Add(new MessageVersion { WorkspaceId = target.WorkspaceId, MessageId = target.Id, At = at, EditOrder = edit.Order, Text = e.Text });
        }

        Tell(now, target, "edited", decided);
    }

    private static void Delete(Situation now, DateTimeOffset at, Message target, Decisions decided)
    {
        if (target.DeletedAt is not null) { return; }
        target.DeletedAt = at;
        decided.Changed(target);
        Tell(now, target, "deleted", decided);
    }

    private static void React(Situation now, InboundEvent e, DateTimeOffset at, Message target, Decisions decided)
    {
        decided.Reactions.Add(new Reaction
        {
            WorkspaceId = target.WorkspaceId,
            MessageId = target.Id,
            ActorId = e.Sender?.Id ?? "",
            Emoji = e.Text ?? "",
            ActorName = e.Sender?.Name,
            At = at,
            Removed = e.Status == "removed",
        });
        Tell(now, target, "reacted", decided);
    }

    /// <summary>"Seen up to here": everything we sent on the thread until then. Not an event per message: one for the conversation.</summary>
    private static void ReadUpTo(Situation now, Received received, Decisions decided)
    {
        if (now.ThreadOf(received) is not { } thread) { decided.Ignored(received, "nothing was sent on this thread"); return; }
        decided.ReadMarks.Add((thread, received.SentAt));
        decided.Applied(received, thread.ConversationId.Value);
        if (now.Conversation(thread.ConversationId) is { } conversation) { decided.Events.Add(new ConversationChanged(conversation, "changed")); }
    }

    /// <summary>A receipt that echoes our own id finds a send whose answer was never seen: now its provider id is known.</summary>
    private static Message? Correlated(Situation now, Received received, Decisions decided)
    {
        if (!Guid.TryParse(received.Event.Correlation, out var id) || !now.MessagesById.TryGetValue(new Id<Message>(id), out var message)
            || message.InboxId != received.Inbox.Id || message.DedupeKey is not null)
        {
            return null;
        }

        message.DedupeKey = received.Event.TargetKey;
        message.ExternalId = received.Event.ExternalId;
        if (received.Event.TargetKey is { } key) { now.Messages[(received.Inbox.Id, key)] = message; }
        decided.Changed(message);
        return message;
    }

    private static void Tell(Situation now, Message message, string what, Decisions decided)
    {
        if (now.Conversation(message.ConversationId) is { } conversation) { decided.Happened(conversation, message, what); }
    }
}
