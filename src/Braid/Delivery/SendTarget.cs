using System.Text.Json;
using Braid.Accounts;
using Braid.Channels;
using Braid.Conversations;
using Braid.Customers;
using Braid.Inboxes;
using Braid.Platform.Data;
using Braid.Platform.Http;
using Microsoft.EntityFrameworkCore;

namespace Braid.Delivery;

/// <summary>
/// Where a message goes: the thread that was named, the one the customer wrote on last, or a new one to an address of theirs. Refuses
/// with the reply policy's own code and sentence, so that the composer and the server never disagree.
/// </summary>
internal sealed class SendTarget(BraidDb db, IInboxDirectory inboxes, MailReply mail)
{
    /// <param name="IsNew">The thread is not in the database yet.</param>
    public sealed record Place(ConnectedInbox Inbox, ChannelThread Thread, Identity? Identity, bool IsNew, MailReply.Draft? Mail)
    {
        /// <summary>The thread becomes a strand of the conversation, if it is none yet.</summary>
        public async Task JoinAsync(BraidDb db, Conversation conversation, Actor by, DateTimeOffset now, CancellationToken ct)
        {
            if (!IsNew && Thread.ConversationId != conversation.Id)
            {
                await db.Set<Strand>().Where(s => s.WorkspaceId == conversation.WorkspaceId && s.ConversationId == Thread.ConversationId && s.ThreadId == Thread.Id && s.LastAt < Thread.LastMessageAt)
                    .ExecuteUpdateAsync(set => set.SetProperty(s => s.LastAt, Thread.LastMessageAt), ct);
            }

            await db.Set<ChannelThread>().Where(t => t.Id == Thread.Id && t.ConversationId != conversation.Id)
                .ExecuteUpdateAsync(set => set.SetProperty(t => t.ConversationId, conversation.Id), ct);
            if (await db.Set<Strand>().Where(s => s.WorkspaceId == conversation.WorkspaceId && s.ConversationId == conversation.Id && s.ThreadId == Thread.Id)
                .ExecuteUpdateAsync(set => set.SetProperty(s => s.LastAt, now), ct) > 0)
            {
                return;
            }

            db.Add(new Strand { WorkspaceId = conversation.WorkspaceId, ConversationId = conversation.Id, ThreadId = Thread.Id, InboxId = Inbox.Id, FirstAt = now, LastAt = now });
            db.Add(new Activity
            {
                WorkspaceId = conversation.WorkspaceId,
                ConversationId = conversation.Id,
                Kind = "thread.joined",
                At = now,
                ActorKind = by.AgentId is null ? AuthorKind.System : AuthorKind.Agent,
                ActorId = by.AgentId?.Value,
                Data = JsonSerializer.Serialize(new { threadId = Thread.Id.ToString(), inboxId = Inbox.Id.ToString(), channel = Inbox.Channel.Descriptor.Id }),
            });
        }
    }

    /// <param name="comment">The public comment that is answered privately: the place is its author's private thread on the same inbox.</param>
    public async Task<Place> ChooseAsync(Conversation conversation, SendRequest request, Message? comment, DateTimeOffset now, CancellationToken ct)
    {
        var place = request switch
        {
            _ when comment is not null => await ToAuthorAsync(conversation, comment, now, ct),
            { ChannelThreadId: { } thread } => await OnThreadAsync(conversation, thread, ct),
            { InboxId: { } inbox } => await OnAddressAsync(conversation, inbox, request, now, ct),
            _ => await WhereTheyWroteAsync(conversation, ct),
        };
        if (comment is null) { Check(place, request, now); }
        if (place.IsNew) { db.Add(place.Thread); }
        return place.Inbox.Channel.Descriptor.Address == AddressKind.Email ? place with { Mail = await mail.DraftAsync(place, request, ct) } : place;
    }

    private static void Check(Place place, SendRequest request, DateTimeOffset now)
    {
        var (descriptor, thread) = (place.Inbox.Channel.Descriptor, place.Thread);
        if (!thread.Verified && thread.Audience == Audience.Private && place.Identity?.Address is null)
        {
            throw new RefusalException("identity_unverified", "Nobody could prove who wrote this, and there is no address to answer to.");
        }

        var verdict = ReplyPolicy.Check(place.Inbox, thread.Audience, place.Identity?.Unreachable, thread.LastInboundAt, now);
        var byTemplate = verdict.Code == "window_closed" && request.Template is not null && descriptor.Capabilities.Templates
            && (thread.LastInboundAt is not null || descriptor.FirstContact != FirstContact.No);
        if (!verdict.Ok && !byTemplate)
        {
            throw new RefusalException(verdict.Code!, verdict.Reason!);
        }

        if (request.Template is not null && !descriptor.Capabilities.Templates)
        {
            throw RefusalException.Invalid($"{descriptor.Name} has no templates.", new Dictionary<string, string> { ["template"] = "Write free text." });
        }
    }

    /// <summary>The provider allows one private answer to a comment whether or not a window is open; it checks its own limits.</summary>
    private async Task<Place> ToAuthorAsync(Conversation conversation, Message comment, DateTimeOffset now, CancellationToken ct)
    {
        var inbox = await RequireInboxAsync(conversation.WorkspaceId, comment.InboxId!.Value, ct);
        if (!inbox.Enabled) { throw new RefusalException("inbox_disabled", "This inbox is switched off. An admin can switch it on in the settings."); }
        var identity = await db.Set<Identity>().AsNoTracking()
            .Where(i => i.WorkspaceId == conversation.WorkspaceId && i.InboxId == inbox.Id && i.CustomerId == conversation.CustomerId)
            .OrderByDescending(i => i.LastSeenAt).FirstOrDefaultAsync(ct)
            ?? throw new RefusalException("no_thread", "Nobody knows who wrote this comment, so there is nobody to answer privately.");
        var known = await db.Set<ChannelThread>().AsNoTracking()
            .Where(t => t.WorkspaceId == conversation.WorkspaceId && t.InboxId == inbox.Id && t.IdentityId == identity.Id && t.Audience == Audience.Private)
            .OrderByDescending(t => t.LastMessageAt).FirstOrDefaultAsync(ct);
        return known is not null ? new(inbox, known, identity, false, null) : new(inbox, NewThread(conversation, inbox, identity, now), identity, true, null);
    }

    private async Task<Place> WhereTheyWroteAsync(Conversation conversation, CancellationToken ct)
    {
        var threads = await db.Set<ChannelThread>().AsNoTracking().Where(t => t.WorkspaceId == conversation.WorkspaceId && t.ConversationId == conversation.Id).ToListAsync(ct);
        var latest = threads.OrderByDescending(t => t.LastInboundAt ?? DateTimeOffset.MinValue).ThenByDescending(t => t.LastMessageAt).FirstOrDefault()
            ?? throw new RefusalException("no_thread", "There is no thread to answer on. Choose a channel.");
        return await PlaceAsync(latest, ct);
    }

    private async Task<Place> OnThreadAsync(Conversation conversation, Id<ChannelThread> id, CancellationToken ct)
    {
        var thread = await db.Set<ChannelThread>().AsNoTracking().FirstOrDefaultAsync(t => t.Id == id && t.WorkspaceId == conversation.WorkspaceId, ct);
        if (thread is null || (thread.ConversationId != conversation.Id && !MayJoin(conversation, thread)))
        {
            throw RefusalException.Invalid("This thread is not part of the conversation.", new Dictionary<string, string> { ["channelThreadId"] = "Choose another thread." });
        }

        var place = await PlaceAsync(thread, ct);
        if (thread.ConversationId != conversation.Id) { CheckInbox(conversation, place.Inbox); }
        return place;
    }

    private async Task<Place> OnAddressAsync(Conversation conversation, Id<Inbox> inboxId, SendRequest request, DateTimeOffset now, CancellationToken ct)
    {
        var inbox = await RequireInboxAsync(conversation.WorkspaceId, inboxId, ct);
        if (conversation.Audience != Audience.Private || conversation.SenderUnverified)
        {
            throw new RefusalException("conflict", "This conversation keeps to its own threads. Write to the customer from their profile.");
        }

        CheckInbox(conversation, inbox);
        var identity = request.IdentityId is { } id
            ? await db.Set<Identity>().AsNoTracking().FirstOrDefaultAsync(i => i.Id == id && i.WorkspaceId == conversation.WorkspaceId && i.InboxId == inboxId && i.CustomerId == conversation.CustomerId, ct)
            : await OfKeyAsync(conversation, inbox, now, ct);
        if (identity is null)
        {
            throw RefusalException.Invalid("The customer has no such address here.", new Dictionary<string, string> { ["identityId"] = "Choose another address." });
        }

        // A mail with a subject of its own starts a thread; elsewhere a person has one.
        var known = inbox.Channel.Descriptor.Address == AddressKind.Email && request.Subject is not null ? null : await db.Set<ChannelThread>().AsNoTracking()
            .Where(t => t.WorkspaceId == conversation.WorkspaceId && t.InboxId == inboxId && t.IdentityId == identity.Id && t.Audience == Audience.Private)
            .OrderByDescending(t => t.LastMessageAt).FirstOrDefaultAsync(ct);
        return known is not null ? new(inbox, known, identity, false, null) : new(inbox, NewThread(conversation, inbox, identity, now), identity, true, null);
    }

    private static ChannelThread NewThread(Conversation conversation, ConnectedInbox inbox, Identity identity, DateTimeOffset now)
    {
        var id = Id<ChannelThread>.New();
        return new()
        {
            Id = id,
            WorkspaceId = conversation.WorkspaceId,
            InboxId = inbox.Id,
            ExternalId = OutboundMessages.Unnamed + id.Value.ToString("n"),
            CustomerId = conversation.CustomerId,
            OriginId = identity.OriginId,
            IdentityId = identity.Id,
            ConversationId = conversation.Id,
            Audience = Audience.Private,
            // We chose the address; what comes back on the thread proves itself by our token.
            Verified = true,
            CreatedAt = now,
            LastMessageAt = now,
        };
    }

    /// <summary>A proven key opens a channel on which the customer never wrote.</summary>
    private async Task<Identity?> OfKeyAsync(Conversation conversation, ConnectedInbox inbox, DateTimeOffset now, CancellationToken ct)
    {
        KeyKind? kind = inbox.Channel.Descriptor.Address switch { AddressKind.Email => KeyKind.Email, AddressKind.Phone => KeyKind.Phone, _ => null };
        if (kind is null || inbox.Channel.Descriptor.FirstContact == FirstContact.No)
        {
            return null;
        }

        var key = await db.Set<CustomerKey>().AsNoTracking()
            .Where(k => k.WorkspaceId == conversation.WorkspaceId && k.CustomerId == conversation.CustomerId && k.Kind == kind && k.Proven)
            .OrderBy(k => k.CreatedAt).Select(k => new { k.Value, k.OriginId }).FirstOrDefaultAsync(ct);
        if (key is null)
        {
            return null;
        }

        // Messengers name a phone by its digits alone.
        var external = kind == KeyKind.Phone ? key.Value.TrimStart('+') : key.Value;
        var known = await db.Set<Identity>().FirstOrDefaultAsync(i => i.WorkspaceId == conversation.WorkspaceId && i.InboxId == inbox.Id && i.ExternalId == external, ct);
        if (known is not null)
        {
            return known.CustomerId == conversation.CustomerId ? known : null;
        }

        var identity = new Identity { WorkspaceId = conversation.WorkspaceId, InboxId = inbox.Id, ExternalId = external, CustomerId = conversation.CustomerId, OriginId = key.OriginId, Address = key.Value, CreatedAt = now };
        db.Add(identity);
        return identity;
    }

    private async Task<Place> PlaceAsync(ChannelThread thread, CancellationToken ct)
    {
        var inbox = await RequireInboxAsync(thread.WorkspaceId, thread.InboxId, ct);
        var identity = thread.IdentityId is { } id ? await db.Set<Identity>().AsNoTracking().FirstOrDefaultAsync(i => i.Id == id, ct) : null;
        return new(inbox, thread, identity, false, null);
    }

    private async Task<ConnectedInbox> RequireInboxAsync(Id<Workspace> workspace, Id<Inbox> id, CancellationToken ct) =>
        await inboxes.FindAsync(id, ct) is { } inbox && inbox.Workspace == workspace
            ? inbox
            : throw new RefusalException("inbox_disabled", "This inbox was removed. Answer on another channel.");

    private static bool MayJoin(Conversation conversation, ChannelThread thread) =>
        conversation.Audience == Audience.Private && !conversation.SenderUnverified && thread.Audience == Audience.Private && thread.CustomerId == conversation.CustomerId;

    private static void CheckInbox(Conversation conversation, ConnectedInbox inbox)
    {
        if (inbox.Brand != conversation.Brand || (conversation.RestrictedTo is { } only ? inbox.Id != only : inbox.Restricted))
        {
            throw RefusalException.Invalid("This inbox can't take part in the conversation.", new Dictionary<string, string> { ["inboxId"] = "Choose another inbox." });
        }
    }
}
