using Braid.Conversations;
using Braid.Platform.Data;
using Braid.Platform.Events;

namespace Braid.Delivery;

internal sealed record NoteAdded(Id<Workspace> Workspace) : DomainEvent(Workspace, "note.added");

/// <summary>Kinds: ready, failed.</summary>
internal sealed record AttachmentSettled(Id<Workspace> Workspace, string What) : DomainEvent(Workspace, "attachment." + What);

internal static class MessageEvents
{
    public static MessageChanged Of(Message message, Conversation conversation, string what, SendStatus? status = null) => new(message.WorkspaceId, what)
    {
        ConversationId = message.ConversationId.Value,
        MessageId = message.Id.Value,
        InboxId = message.InboxId?.Value,
        CustomerId = conversation.CustomerId.Value,
        RestrictedTo = conversation.RestrictedTo?.Value,
        Status = status,
    };
}
