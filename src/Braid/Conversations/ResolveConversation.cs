using Braid.Accounts;
using Braid.Platform.Data;
using Microsoft.EntityFrameworkCore;

namespace Braid.Conversations;

/// <summary>Ends a conversation. It gives up its place as the one that new threads join; nobody waits in it any more.</summary>
internal sealed class ResolveConversation(ChangeConversation change, BraidDb db, TimeProvider clock)
{
    public Task RunAsync(Id<Conversation> id, Actor by, CancellationToken ct) => change.RunAsync(id, by, Permission.Reply, async (conversation, inner) =>
    {
        if (conversation.Status == ConversationStatus.Resolved)
        {
            return null;
        }

        conversation.Resolve(clock.GetUtcNow());
        await db.Set<Conversation>().Where(c => c.Id == id).ExecuteUpdateAsync(set => set.SetProperty(c => c.WaitingSince, (DateTimeOffset?)null), inner);
        return new("resolved");
    }, ct);
}
