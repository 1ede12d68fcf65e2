using System.Text.Json;
using Braid.Channels;
using Braid.Conversations;
using Braid.Customers;
using Braid.Platform.Data;
using Braid.Platform.Events;
using Braid.Platform.Jobs;

namespace Braid.Ingest;

/// <summary>What a batch came to: the rows to insert, the objects to update, the events and jobs. Saved set-based in one transaction.</summary>
internal sealed class Decisions(Situation now)
{
    private readonly HashSet<Conversation> opened = [];
    private readonly HashSet<ChannelThread> begun = [];

    public List<ChannelThread> NewThreads { get; } = [];
    public List<Conversation> NewConversations { get; } = [];
    public List<Strand> NewStrands { get; } = [];
    public List<Message> NewMessages { get; } = [];
    public List<Attachment> NewAttachments { get; } = [];
    public List<MessageVersion> NewVersions { get; } = [];
    public List<Reaction> Reactions { get; } = [];
    public List<Participant> Participants { get; } = [];
    public List<WaitingChange> NewWaiting { get; } = [];
    public List<WaitingChange> SettledWaiting { get; } = [];
    public List<Activity> Activities { get; } = [];
    public List<Job> Jobs { get; } = [];
    public List<DomainEvent> Events { get; } = [];
    public HashSet<Customer> ChangedCustomers { get; } = [];
    public List<CustomerValue> NewValues { get; } = [];
    public HashSet<Identity> ChangedIdentities { get; } = [];
    /// <summary>Threads that only heard a message, and those of which more is new.</summary>
    public HashSet<ChannelThread> HeardThreads { get; } = [];
    public HashSet<ChannelThread> ChangedThreads { get; } = [];
    /// <summary>Conversations that only got a message, and those whose state or place changed too.</summary>
    public HashSet<Conversation> CountedConversations { get; } = [];
    public HashSet<Conversation> ChangedConversations { get; } = [];
    /// <summary>Given up before others take them: the column is unique.</summary>
    public List<Id<Conversation>> FreedPlaces { get; } = [];
    public HashSet<Strand> ChangedStrands { get; } = [];
    public HashSet<Message> ChangedMessages { get; } = [];
    /// <summary>(thread, up to): everything we sent there until then was read.</summary>
    public List<(ChannelThread Thread, DateTimeOffset UpTo)> ReadMarks { get; } = [];
    /// <summary>Sends that a receipt settled: the provider has them.</summary>
    public List<Id<Message>> SettledSends { get; } = [];

    public void Applied(Received received, Message message) => Result(received, EventOutcome.Applied, null, message.Id.Value, message.ConversationId.Value);

    public void Applied(Received received, Guid? conversation = null) => Result(received, EventOutcome.Applied, null, null, conversation);

    public void Duplicate(Received received, Message known) => Result(received, EventOutcome.Duplicate, null, known.Id.Value, known.ConversationId.Value);

    public void Ignored(Received received, string reason) => Result(received, EventOutcome.Ignored, reason);

    /// <summary>It came ahead of its message and waits for it.</summary>
    public void Wait(Received received, string targetKey)
    {
        NewWaiting.Add(new WaitingChange
        {
            WorkspaceId = received.Workspace,
            InboxId = received.Inbox.Id,
            TargetKey = targetKey,
            Event = JsonSerializer.Serialize(received.Event, JsonSerializerOptions.Web),
            DeliveryId = received.Delivery.Id.Value,
            EventIndex = received.Position,
            ArrivedAt = now.Instant,
        });
        Result(received, EventOutcome.Waiting, "waits for its message");
    }

    public ChannelThread NewThread(Received received, Identity identity)
    {
        var e = received.Event;
        var thread = new ChannelThread
        {
            WorkspaceId = received.Workspace,
            InboxId = received.Inbox.Id,
            ExternalId = received.ThreadKey!,
            CustomerId = identity.CustomerId,
            OriginId = identity.OriginId,
            IdentityId = e.Audience == Audience.Private || e.Mail is not null ? identity.Id : null,
            Audience = e.Audience,
            Subject = e.ThreadTitle ?? e.Mail?.Subject,
            Verified = received.Verified,
            Token = e.Mail is null ? null : Guid.NewGuid().ToString("n")[..20],
            CreatedAt = now.Instant,
            LastMessageAt = received.SentAt,
        };
        now.Threads[(received.Inbox.Id, thread.ExternalId)] = thread;
        NewThreads.Add(thread);
        begun.Add(thread);
        return thread;
    }

    public Conversation OpenConversation(Received received, ChannelThread thread)
    {
        var joins = JoinPolicy.JoinsKey(now, received, thread);
        var conversation = new Conversation
        {
            WorkspaceId = received.Workspace,
            Brand = received.Inbox.Brand,
            CustomerId = thread.CustomerId,
            OriginId = thread.OriginId,
            Audience = thread.Audience,
            SenderUnverified = !received.Verified,
            RestrictedTo = received.Inbox.Restricted ? received.Inbox.Id : null,
            Subject = thread.Subject,
            OpenedAt = now.Instant,
            LastMessageAt = received.SentAt,
        };
        opened.Add(conversation);
        TakePlace(conversation, joins);
        now.Conversations[conversation.Id] = conversation;
        NewConversations.Add(conversation);
        Happened(conversation, "opened", Before(received));
        return conversation;
    }

    public void Reopen(Conversation conversation, Received received, ChannelThread thread)
    {
        conversation.Status = ConversationStatus.Open;
        conversation.ResolvedAt = null;
        conversation.SnoozedUntil = null;
        conversation.Version++;
        TakePlace(conversation, JoinPolicy.JoinsKey(now, received, thread));
        Changed(conversation);
        Happened(conversation, "reopened", Before(received));
    }

    public void Wake(Conversation conversation)
    {
        conversation.Status = ConversationStatus.Open;
        conversation.SnoozedUntil = null;
        conversation.Version++;
        Changed(conversation);
        Happened(conversation, "woke");
    }

    /// <summary>The newest open private conversation holds the place; who held it before goes on alone.</summary>
    private void TakePlace(Conversation conversation, string? joins)
    {
        if (joins is null || conversation.SenderUnverified || conversation.Audience != Audience.Private) { return; }
        if (now.Places.TryGetValue(joins, out var before) && before != conversation)
        {
            before.Joins = null;
            FreedPlaces.Add(before.Id);
            Changed(before);
        }

        conversation.Joins = joins;
        Changed(conversation);
        now.Places[joins] = conversation;
    }

    private void Changed(Conversation conversation)
    {
        if (opened.Contains(conversation)) { return; }
        CountedConversations.Remove(conversation);
        ChangedConversations.Add(conversation);
    }

    /// <summary>Counters and newest message moved: what every message changes, and nothing else.</summary>
    public void Counted(Conversation conversation)
    {
        if (!opened.Contains(conversation) && !ChangedConversations.Contains(conversation)) { CountedConversations.Add(conversation); }
    }

    public void Changed(ChannelThread thread)
    {
        HeardThreads.Remove(thread);
        if (!begun.Contains(thread)) { ChangedThreads.Add(thread); }
    }

    public void Heard(ChannelThread thread)
    {
        if (!begun.Contains(thread) && !ChangedThreads.Contains(thread)) { HeardThreads.Add(thread); }
    }

    /// <summary>What a channel told of a person, kept as what that channel said.</summary>
    public void Say(Identity by, string field, string value) => NewValues.Add(new CustomerValue
    {
        WorkspaceId = by.WorkspaceId, CustomerId = by.OriginId, Field = field, Source = ValueSource.Channel, SourceId = by.InboxId.Value, Value = value, At = now.Instant,
    });

    public void Changed(Message message) => ChangedMessages.Add(message);

    /// <summary>A further thread was braided in.</summary>
    public void Joined(Conversation conversation, ChannelThread thread, Received received)
    {
        Activities.Add(new Activity
        {
            WorkspaceId = conversation.WorkspaceId, ConversationId = conversation.Id, Kind = "thread.joined", At = Before(received),
            ActorKind = AuthorKind.Customer, ActorId = thread.CustomerId.Value,
            Data = $$"""{"threadId":"{{thread.Id}}","inboxId":"{{received.Inbox.Id}}","channel":"{{received.Inbox.Channel.Descriptor.Id}}"}""",
        });
        Events.Add(new ConversationChanged(conversation, "changed"));
    }

    /// <summary>On screen, what a message causes stands above it; providers' clocks know whole seconds only.</summary>
    private static DateTimeOffset Before(Received received) => received.SentAt.AddMilliseconds(-1);

    public void Happened(Conversation conversation, string what, DateTimeOffset? at = null)
    {
        Activities.Add(new Activity
        {
            WorkspaceId = conversation.WorkspaceId,
            ConversationId = conversation.Id,
            Kind = "conversation." + what,
            At = at ?? now.Instant,
            ActorKind = what is "reopened" or "opened" ? AuthorKind.Customer : AuthorKind.System,
            ActorId = what is "reopened" or "opened" ? conversation.CustomerId.Value : null,
        });
        Events.Add(new ConversationChanged(conversation, what));
    }

    public void Happened(Conversation conversation, Message message, string what) => Events.Add(new MessageChanged(message.WorkspaceId, what)
    {
        ConversationId = conversation.Id.Value,
        MessageId = message.Id.Value,
        CustomerId = conversation.CustomerId.Value,
        InboxId = message.InboxId?.Value,
        RestrictedTo = conversation.RestrictedTo?.Value,
        Status = what == "status" ? message.Status : null,
    });

    private static void Result(Received received, EventOutcome outcome, string? reason, Guid? message = null, Guid? conversation = null) =>
        received.Delivery.Results.Add(new EventResult(
            received.Delivery, received.Position, received.Inbox.Id, EnumNames.Of(received.Event.Kind), received.Event.ExternalId, outcome, reason, message, conversation));
}
