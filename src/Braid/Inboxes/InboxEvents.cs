using Braid.Platform.Data;
using Braid.Platform.Events;

namespace Braid.Inboxes;

internal sealed record InboxChanged : DomainEvent
{
    public InboxChanged(Inbox inbox)
        : base(inbox.WorkspaceId, "inbox.changed")
    {
        InboxId = inbox.Id.Value;
        RestrictedTo = inbox.Restricted ? inbox.Id.Value : null;
    }
}
