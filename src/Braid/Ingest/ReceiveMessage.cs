using Braid.Channels;
using Braid.Conversations;
using Braid.Customers;
using Braid.Platform.Data;
using Braid.Platform.Jobs;

namespace Braid.Ingest;

/// <summary>
/// The file to read first: what happens when a customer writes. Pure: everything it needs lies in `now` (loaded under locks), everything
/// it decides goes into `decided` (saved in the same transaction). Identities were found or made before, under their unique keys.
/// Nothing here waits for the network, and no person is chosen here.
/// </summary>
internal static class ReceiveMessage
{
    /// <summary>Somebody the provider would not name may have changed their mind.</summary>
    private static readonly TimeSpan AskAgain = TimeSpan.FromDays(7);

    public static void Decide(Situation now, Received received, Decisions decided)
    {
        if (now.MessageOf(received.Inbox.Id, received.DedupeKey) is { } known) { decided.Duplicate(received, known); return; }
        var found = now.ThreadOf(received);
        if (received.ThreadKey is null || (received.PersonId is null && found is null)) { decided.Ignored(received, "it names no sender or no thread"); return; }

        var conversation = JoinPolicy.Choose(now, received, found);
        var thread = found ?? decided.NewThread(received, now.SenderOf(received));
        conversation ??= decided.OpenConversation(received, thread);

        var message = Write(received, thread, conversation, now);
        decided.NewMessages.Add(message);
        now.Messages[(received.Inbox.Id, message.DedupeKey ?? message.Id.ToString())] = message;

        ReadThread(received, thread, conversation, now, decided);
        Braid(received, message, thread, conversation, now, decided);
        ReadSender(received, now, decided);
        Attach(received, message, decided);
        WaitingChanges.Apply(now, received, message, decided);

        decided.Applied(received, message);
        decided.Happened(conversation, message, message.Direction == Direction.In ? "received" : "sent");
    }

    private static Message Write(Received received, ChannelThread thread, Conversation conversation, Situation now)
    {
        var e = received.Event;
        return new Message
        {
            WorkspaceId = received.Workspace,
            ConversationId = conversation.Id,
            ThreadId = thread.Id,
            InboxId = received.Inbox.Id,
            Direction = e.Outbound ? Direction.Out : Direction.In,
            Kind = KindOf(e),
            AuthorKind = e.Outbound ? AuthorKind.Agent : AuthorKind.Customer,
            AuthorId = e.Outbound ? null : now.IdentityOf(received)?.OriginId.Value,
            AuthorName = e.Sender?.Name,
            ExternalId = e.ExternalId,
            DedupeKey = received.DedupeKey,
            Text = e.Text,
            HiddenText = e.Mail?.FullText is { } full && full.Trim() != e.Text?.Trim() ? full : null,
            Html = e.Mail?.Html,
            Subject = e.Mail?.Subject,
            ReplyToKey = e.TargetKey,
            ReplyToId = now.MessageOf(received.Inbox.Id, e.TargetKey)?.Id,
            Extras = Extras(e).ToJson(),
            SenderUnverified = !received.Verified,
            SentAt = received.SentAt,
            ReceivedAt = received.Delivery.ReceivedAt,
            Late = now.ReadUpToAt.TryGetValue(conversation.Id, out var read) && received.SentAt < read,
            Status = e.Outbound ? SendStatus.Sent : null,
            DeliveryId = received.Delivery.Id.Value,
        };
    }

    private static MessageKind KindOf(InboundEvent e) => e switch
    {
        { Mail.Kind: "autoReply" or "receipt" } => MessageKind.AutoReply,
        { Mail.Kind: "bounce" or "delayed" or "complaint" } => MessageKind.Bounce,
        { Kind: InboundKind.Postback } => MessageKind.Postback,
        { Kind: InboundKind.Comment } => MessageKind.Comment,
        { Kind: InboundKind.Call } => MessageKind.Call,
        { Status: "unsupported" } => MessageKind.Unsupported,
        _ => MessageKind.Message,
    };

    private static MessageExtras Extras(InboundEvent e) => e is { Payload: null, Mail: null, Referral: null, Rating: null, Permalink: null, Extra.Count: 0, Kind: not InboundKind.Call }
        ? MessageExtras.None
        : new MessageExtras
        {
            Payload = e.Payload,
            Referral = e.Referral,
            Rating = e.Rating,
            Permalink = e.Permalink,
            Call = e.Kind == InboundKind.Call ? new CallFacts(e.Status ?? "ringing") : null,
            To = e.Mail?.To,
            Cc = e.Mail?.Cc,
            MessageId = e.Mail?.MessageId,
            InReplyTo = e.Mail?.InReplyTo,
            References = e.Mail?.References,
            Provider = e.Extra.Count == 0 ? null : e.Extra,
        };

    /// <summary>The thread's own facts: who reads it, when the customer last wrote, where its next message goes.</summary>
    private static void ReadThread(Received received, ChannelThread thread, Conversation conversation, Situation now, Decisions decided)
    {
        var e = received.Event;
        var before = (thread.ConversationId, thread.Audience, thread.Subject, thread.Verified);
        if (thread.ConversationId != conversation.Id && now.Strands.TryGetValue((thread.ConversationId, thread.Id), out var left) && left.LastAt < thread.LastMessageAt)
        {
            left.LastAt = thread.LastMessageAt;
            decided.ChangedStrands.Add(left);
        }

        thread.ConversationId = conversation.Id;
        if (e.Audience > thread.Audience) { thread.Audience = e.Audience; }
        if (received.SentAt > thread.LastMessageAt) { thread.LastMessageAt = received.SentAt; }
        if (!e.Outbound && (thread.LastInboundAt is null || received.SentAt > thread.LastInboundAt)) { thread.LastInboundAt = received.SentAt; }
        thread.Subject ??= e.ThreadTitle;
        thread.Verified |= received.Verified;
        if (before == (thread.ConversationId, thread.Audience, thread.Subject, thread.Verified)) { decided.Heard(thread); }
        else { decided.Changed(thread); }

        foreach (var (id, name, address) in People(e, thread))
        {
            if (now.Identities.TryGetValue((received.Inbox.Id, id), out var other))
            {
                decided.Participants.Add(new Participant
                {
                    WorkspaceId = received.Workspace, ThreadId = thread.Id, CustomerId = other.CustomerId, OriginId = other.OriginId, ExternalId = id,
                    Name = name, Address = address ?? other.Address, FirstSeenAt = now.Instant,
                });
            }
        }
    }

    /// <summary>Everybody outside who reads a shared or public thread, its first writer too.</summary>
    private static IEnumerable<Person> People(InboundEvent e, ChannelThread thread)
    {
        if (thread.Audience == Audience.Private) { yield break; }
        if (!e.Outbound && e.Sender is { } s) { yield return new Person(s.Id, s.Name, s.Address); }
        foreach (var other in e.Others) { yield return other; }
    }

    /// <summary>The conversation: strands, counters, newest message, who waits. Robots' mail neither wakes nor waits.</summary>
    private static void Braid(Received received, Message message, ChannelThread thread, Conversation conversation, Situation now, Decisions decided)
    {
        if (!now.Strands.ContainsKey((conversation.Id, thread.Id)))
        {
            var strand = new Strand
            {
                WorkspaceId = received.Workspace, ConversationId = conversation.Id, ThreadId = thread.Id, InboxId = received.Inbox.Id,
                FirstAt = message.SentAt, LastAt = message.SentAt,
            };
            if (conversation.MessageCount > 0) { decided.Joined(conversation, thread, received); }
            now.Strands[(conversation.Id, thread.Id)] = strand;
            decided.NewStrands.Add(strand);
        }

        conversation.MessageCount++;
        if (message.SentAt >= conversation.LastMessageAt || conversation.LastMessageId is null)
        {
            conversation.LastMessageId = message.Id;
            conversation.LastMessageAt = message.SentAt;
        }

        decided.Counted(conversation);
        if (message.Direction == Direction.Out)
        {
            // Only who wrote before it was answered by it.
            if (message.SentAt >= conversation.WaitingSince) { conversation.WaitingSince = null; }
            return;
        }

        if (message.Kind is MessageKind.AutoReply or MessageKind.Bounce) { return; }

        conversation.UnreadCount++;
        if (conversation.LastInboundAt is null || message.SentAt > conversation.LastInboundAt) { conversation.LastInboundAt = message.SentAt; }
        if (conversation.WaitingSince is null || message.SentAt < conversation.WaitingSince) { conversation.WaitingSince = message.SentAt; }
        if (conversation.Status == ConversationStatus.Resolved) { decided.Reopen(conversation, received, thread); }
        else if (conversation.Status == ConversationStatus.Snoozed) { decided.Wake(conversation); }
    }

    /// <summary>What the sender's name and presence tell about the profile. An agent's own words are never overwritten.</summary>
    private static void ReadSender(Received received, Situation now, Decisions decided)
    {
        if (received.Event.Outbound || received.Event.Sender is not { } sender || now.IdentityOf(received) is not { } identity) { return; }

        if (identity.Name is null && sender.Name is null && received.Inbox.Channel.KnowsPeople && (identity.CreatedAt == now.Instant || now.Instant - identity.LastSeenAt > AskAgain))
        {
            decided.Jobs.Add(PersonJob.Of(identity, received.Event.ThreadId, now.Instant));
        }

        if (identity.LastSeenAt is null || now.Instant - identity.LastSeenAt > TimeSpan.FromMinutes(1) || identity.Unreachable is not null
            || (sender.Name is not null && sender.Name != identity.Name) || (received.Verified && !identity.Verified))
        {
            identity.LastSeenAt = now.Instant;
            identity.Unreachable = null;
            identity.Name = sender.Name ?? identity.Name;
            identity.Address = sender.Address ?? identity.Address;
            identity.Verified |= received.Verified && !received.ProvenByToken;
            decided.ChangedIdentities.Add(identity);
        }

        var customer = now.Customers[identity.CustomerId];
        var named = customer.Name is null && sender.Name is not null && received.Verified;
        if (named || customer.LastSeenAt is null || now.Instant - customer.LastSeenAt > TimeSpan.FromMinutes(1))
        {
            if (named)
            {
                customer.Rename(sender.Name);
                decided.Say(identity, CustomerFieldNames.Name, sender.Name!);
            }

            customer.LastSeenAt = now.Instant;
            if (customer.Language is null && sender.Language is not null)
            {
                customer.Language = sender.Language;
                decided.Say(identity, CustomerFieldNames.Language, sender.Language);
            }

            decided.ChangedCustomers.Add(customer);
        }
    }

    private static void Attach(Received received, Message message, Decisions decided)
    {
        for (var i = 0; i < received.Event.Attachments.Count; i++)
        {
            var given = received.Event.Attachments[i];
            var attachment = new Attachment
            {
                WorkspaceId = received.Workspace,
                MessageId = message.Id,
                Position = i,
                Kind = given.Kind,
                Name = given.Name,
                ContentType = given.ContentType,
                Size = given.Size,
                MediaRef = given.MediaRef,
                ContentId = given.ContentId,
                Facts = given.Facts.Count == 0 ? null : System.Text.Json.JsonSerializer.Serialize(given.Facts),
                State = given.MediaRef is null ? AttachmentState.None : AttachmentState.Pending,
            };
            decided.NewAttachments.Add(attachment);
            if (attachment.State == AttachmentState.Pending)
            {
                decided.Jobs.Add(MediaJob.Of(attachment, received.Delivery.ReceivedAt));
            }
        }
    }
}
