using Braid.Platform.Data;

namespace Braid.Inboxes;

/// <summary>Which inboxes this node listens to just now. Some channels (IRC) can only send over the listener's own connection.</summary>
internal interface IListening
{
    bool Here(Id<Inbox> inbox);
}
