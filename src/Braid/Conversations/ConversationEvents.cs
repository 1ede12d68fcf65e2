using Braid.Platform.Data;
using Braid.Platform.Events;

namespace Braid.Conversations;

/// <summary>What happened to a conversation. Kinds: opened, assigned, resolved, reopened, snoozed, woke, read, changed.</summary>
internal sealed record ConversationChanged : DomainEvent
{
    public ConversationChanged(Conversation conversation, string what) : base(conversation.WorkspaceId, "conversation." + what)
    {
        ConversationId = conversation.Id.Value;
        CustomerId = conversation.CustomerId.Value;
        RestrictedTo = conversation.RestrictedTo?.Value;
    }

    public ConversationChanged(Id<Workspace> workspace, string what) : base(workspace, "conversation." + what) { }
}

/// <summary>What happened to a message. Kinds: received, queued, sent, status, edited, deleted, reacted, cancelled, attachment.</summary>
internal sealed record MessageChanged(Id<Workspace> Workspace, string What) : DomainEvent(Workspace, "message." + What)
{
    /// <summary>The new delivery status, where that is what changed.</summary>
    public SendStatus? Status { get; init; }

    public override string? Data => Status is { } status ? $$"""{"status":"{{EnumNames.Of(status)}}"}""" : null;
}
