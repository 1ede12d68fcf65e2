using Braid.Accounts;
using Braid.Channels;
using Braid.Inboxes;
using Braid.Platform.Data;
using Microsoft.EntityFrameworkCore;

namespace Braid.Conversations;

/// <summary>
/// Opens a resolved or snoozed conversation. A private one takes back its place as the one new threads join, if no newer one holds it; the
/// customer's row is locked, so the ingest can't hand that place to another at the same moment.
/// </summary>
internal sealed class ReopenConversation(ChangeConversation change, BraidDb db)
{
    public Task RunAsync(Id<Conversation> id, Actor by, CancellationToken ct) => change.RunAsync(id, by, Permission.Reply, async (conversation, inner) =>
    {
        if (conversation.Status == ConversationStatus.Open)
        {
            return null;
        }

        conversation.Reopen(await FreeKeyAsync(conversation, inner));
        return new("reopened");
    }, ct);

    private async Task<string?> FreeKeyAsync(Conversation conversation, CancellationToken ct)
    {
        if (conversation.Joins is not null || conversation.Audience != Audience.Private || conversation.SenderUnverified)
        {
            return null;
        }

        var key = Conversation.JoinsKey(conversation.CustomerId, conversation.Brand, conversation.RestrictedTo);
        var joins = await db.Set<Strand>().Where(s => s.WorkspaceId == conversation.WorkspaceId && s.ConversationId == conversation.Id)
            .AnyAsync(s => db.Set<Inbox>().Any(i => i.Id == s.InboxId && i.Join == JoinPolicyKind.Join), ct);
        var taken = await db.Set<Conversation>().AnyAsync(c => c.WorkspaceId == conversation.WorkspaceId && c.Joins == key, ct);
        return joins && !taken ? key : null;
    }
}
