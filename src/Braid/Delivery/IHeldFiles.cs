using Braid.Channels;
using Braid.Inboxes;
using Braid.Platform.Files;

namespace Braid.Delivery;

/// <summary>Files of channels that are our own (live chat): they lie in our store before the message that names them.</summary>
internal interface IHeldFiles
{
    /// <summary>Null when there is no such file, or it is not the sender's.</summary>
    Task<StoredFile?> FindAsync(ConnectedInbox inbox, string reference, RawDelivery? source, CancellationToken ct);
}
