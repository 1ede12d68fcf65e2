using Braid.Conversations;
using Braid.Platform.Data;

namespace Braid.Delivery;

/// <summary>One attempt at a send, as committed before the call. Its number and fence guard every write after it.</summary>
internal sealed record Attempt(Id<Message> Message, Id<Workspace> Workspace, Id<ChannelThread> Thread, int Number, long Fence, int PartsSent, DateTimeOffset QueuedAt);
