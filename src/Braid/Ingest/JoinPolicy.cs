using Braid.Channels;
using Braid.Conversations;
using Braid.Inboxes;

namespace Braid.Ingest;

/// <summary>
/// Which conversation a new message goes to (DESIGN §9.9), the first row that fits. Pure; each row is a test. Conversations of restricted
/// inboxes, of public and shared threads and of unproven senders hold no place others could join, so they only meet their own thread.
/// </summary>
internal static class JoinPolicy
{
    private static readonly TimeSpan Recent = TimeSpan.FromDays(7);

    /// <summary>The conversation to go on with, or null: open a new one.</summary>
    public static Conversation? Choose(Situation now, Received received, ChannelThread? thread)
    {
        var own = thread is null ? null : now.Conversation(thread.ConversationId);
        if (own is { Status: not ConversationStatus.Resolved })
        {
            return own;
        }

        if (MayJoin(received, thread) && now.Joinable(JoinsKey(now, received)) is { } open && now.Instant - open.LastMessageAt <= Recent)
        {
            return open;
        }

        return own is { ResolvedAt: { } resolved } && now.Instant - resolved < Recent ? own : null;
    }

    /// <summary>Private threads of proven senders join, unless the inbox keeps each thread to itself.</summary>
    public static bool MayJoin(Received received, ChannelThread? thread) =>
        received.Verified && received.Event.Audience == Audience.Private && thread?.Audience is null or Audience.Private && received.Inbox.Join == JoinPolicyKind.Join;

    /// <summary>The place others join: one per customer and brand, and per inbox where it is restricted. Null where nobody may.</summary>
    public static string? JoinsKey(Situation now, Received received, ChannelThread? thread = null) =>
        MayJoin(received, thread)
            ? Conversation.JoinsKey(now.CustomerOf(received), received.Inbox.Brand, received.Inbox.Restricted ? received.Inbox.Id : null)
            : null;
}
