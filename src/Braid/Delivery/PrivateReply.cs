using System.Text.Json;
using Braid.Accounts;
using Braid.Channels;
using Braid.Conversations;
using Braid.Inboxes;
using Braid.Platform.Data;
using Braid.Platform.Http;
using Microsoft.EntityFrameworkCore;

namespace Braid.Delivery;

/// <summary>
/// Answering a public comment privately: in the author's open private conversation, or a new one. A line in both leads to the other;
/// nothing of the private one shows in public (DESIGN §9.9-10).
/// </summary>
internal sealed class PrivateReply(BraidDb db, ConversationAccess access, IInboxDirectory inboxes, TimeProvider clock)
{
    /// <summary>Runs in the transaction that stores the answer.</summary>
    public async Task<(Message Comment, Id<Conversation> Conversation)> OpenAsync(Id<Conversation> publicly, Id<Message> commentId, Actor by, CancellationToken ct)
    {
        await access.RequireAsync(publicly, by, Permission.Reply, ct);
        var comment = await db.Set<Message>().AsNoTracking().FirstOrDefaultAsync(m => m.Id == commentId && m.WorkspaceId == by.Workspace && m.ConversationId == publicly, ct);
        if (comment is not { Direction: Direction.In, InboxId: { } inboxId, ExternalId: not null, AuthorId: { } author })
        {
            throw RefusalException.Invalid("This comment can't be answered privately.", new Dictionary<string, string> { ["privateReplyTo"] = "Choose a customer's comment of this conversation." });
        }

        if (await inboxes.FindAsync(inboxId, ct) is not { } inbox || !inbox.Channel.Descriptor.Capabilities.PrivateReplies)
        {
            throw RefusalException.Invalid("This channel has no private answers to comments.", new Dictionary<string, string> { ["privateReplyTo"] = "Answer in public, or on another channel." });
        }

        var customer = await db.Set<Customers.Customer>().Where(c => c.WorkspaceId == by.Workspace && c.Id == new Id<Customers.Customer>(author)).Select(c => c.PersonId).FirstAsync(ct);
        await db.LockAsync("customers", customer.Value, ct);
        var joins = Conversation.JoinsKey(customer, inbox.Brand, inbox.Restricted ? inbox.Id : null);
        var known = await db.Set<Conversation>().AsNoTracking().Where(c => c.WorkspaceId == by.Workspace && c.Joins == joins).Select(c => (Id<Conversation>?)c.Id).FirstOrDefaultAsync(ct);
        var target = known ?? await NewAsync(inbox, customer, new(author), joins, publicly, ct);
        await LinkAsync(publicly, target, comment, by, ct);
        return (comment, target);
    }

    private async Task<Id<Conversation>> NewAsync(ConnectedInbox inbox, Id<Customers.Customer> customer, Id<Customers.Customer> origin, string joins, Id<Conversation> previous, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var conversation = new Conversation
        {
            WorkspaceId = inbox.Workspace, Brand = inbox.Brand, CustomerId = customer, OriginId = origin, Audience = Audience.Private, RestrictedTo = inbox.Restricted ? inbox.Id : null,
            Joins = joins, OpenedAt = now, LastMessageAt = now, PreviousId = previous,
        };
        db.Add(conversation);
        await db.SaveChangesAsync(ct);
        db.Events.Add(new ConversationChanged(conversation, "opened"));
        return conversation.Id;
    }

    private async Task LinkAsync(Id<Conversation> publicly, Id<Conversation> privately, Message comment, Actor by, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        foreach (var (from, to) in new[] { (publicly, privately), (privately, publicly) })
        {
            db.Add(new Activity
            {
                WorkspaceId = by.Workspace, ConversationId = from, Kind = "conversation.linked", At = now, ActorKind = by.AgentId is null ? AuthorKind.System : AuthorKind.Agent, ActorId = by.AgentId?.Value,
                Data = JsonSerializer.Serialize(new { conversationId = to.ToString(), messageId = comment.Id.ToString() }),
            });
        }

        await db.SaveChangesAsync(ct);
    }
}
