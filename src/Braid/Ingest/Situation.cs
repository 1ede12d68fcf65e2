using Braid.Channels;
using Braid.Conversations;
using Braid.Customers;
using Braid.Inboxes;
using Braid.Platform.Data;

namespace Braid.Ingest;

/// <summary>
/// All state a batch needs, loaded set-based under locks. Plain objects, no tracking: a decision changes them, so that the next event of
/// the batch sees it, and says so to <see cref="Decisions"/>, which remembers what to save.
/// </summary>
internal sealed class Situation(DateTimeOffset instant)
{
    public DateTimeOffset Instant { get; } = instant;

    public Dictionary<(Id<Inbox>, string), Identity> Identities { get; } = [];
    public Dictionary<Id<Customer>, Customer> Customers { get; } = [];
    public Dictionary<(Id<Inbox>, string), ChannelThread> Threads { get; } = [];
    public Dictionary<Id<Conversation>, Conversation> Conversations { get; } = [];
    public Dictionary<string, Conversation> Places { get; } = [];
    public Dictionary<(Id<Inbox>, string), Message> Messages { get; } = [];
    public Dictionary<Id<Message>, Message> MessagesById { get; } = [];
    public Dictionary<(Id<Inbox>, string), List<WaitingChange>> Waiting { get; } = [];
    public Dictionary<(Id<Conversation>, Id<ChannelThread>), Strand> Strands { get; } = [];
    /// <summary>Profiles of which something new is known that may make them one with another (<see cref="WeighPersons"/>).</summary>
    public HashSet<(Id<Workspace> Workspace, Id<Customer> Customer)> ToWeigh { get; } = [];
    /// <summary>The sent-at of the newest message an agent has read, per conversation.</summary>
    public Dictionary<Id<Conversation>, DateTimeOffset> ReadUpToAt { get; } = [];

    public Identity? IdentityOf(Received received) =>
        received.PersonId is { } id ? Identities.GetValueOrDefault((received.Inbox.Id, id)) : null;

    public Identity SenderOf(Received received) => IdentityOf(received) ?? throw new InvalidOperationException("The event has no sender.");

    public Id<Customer> CustomerOf(Received received) => SenderOf(received).CustomerId;

    public ChannelThread? ThreadOf(Received received) =>
        received.ThreadKey is { } key ? Threads.GetValueOrDefault((received.Inbox.Id, key)) : null;

    public Conversation? Conversation(Id<Conversation> id) => Conversations.GetValueOrDefault(id);

    /// <summary>Who holds the place that new private threads join; at most one, by a unique column.</summary>
    public Conversation? Joinable(string? joinsKey) => joinsKey is null ? null : Places.GetValueOrDefault(joinsKey);

    public Message? MessageOf(Id<Inbox> inbox, string? key) => key is null ? null : Messages.GetValueOrDefault((inbox, key));

}
