using Braid.Accounts;
using Braid.Channels;
using Braid.Conversations;
using Braid.Customers;
using Braid.Inboxes;
using Braid.Platform.Data;

namespace Braid.Routing;

/// <summary>What rules may ask about a conversation: as it was when it asked for an agent.</summary>
internal sealed record ConversationFacts
{
    public required Id<Conversation> ConversationId { get; init; }
    public required Id<Customer> CustomerId { get; init; }
    public required string Channel { get; init; }
    public required Id<Inbox> InboxId { get; init; }
    public Id<Inbox>? RestrictedTo { get; init; }
    public Audience Audience { get; init; }
    /// <summary>What the customer wrote last.</summary>
    public string? Text { get; init; }
    public string? Language { get; init; }
    public string? Tier { get; init; }
    public string? Company { get; init; }
    public IReadOnlyList<string> Tags { get; init; } = [];
    public IReadOnlyDictionary<string, string> Attributes { get; init; } = new Dictionary<string, string>();
    /// <summary>Of those that rules name.</summary>
    public IReadOnlySet<Id<Segment>> Segments { get; init; } = new HashSet<Id<Segment>>();
    public string? Campaign { get; init; }
    /// <summary>Who answered this customer last, and when they last talked.</summary>
    public Id<Agent>? PreviousAgent { get; init; }
    public DateTimeOffset? PreviousAt { get; init; }
    /// <summary>They had a conversation before.</summary>
    public bool Returning { get; init; }
    public required DateTimeOffset At { get; init; }
}

/// <summary>What of the workspace a decision needs besides the facts.</summary>
/// <param name="Languages">Skills by language code.</param>
/// <param name="IsOpen">Whether a calendar is open at a moment; null: there is no such calendar.</param>
/// <param name="AgentOf">The agent with this email.</param>
/// <param name="TakesWork">They are there, or will be in a moment.</param>
/// <param name="QueueLength">How many wait for a team.</param>
internal sealed record RoutingSurroundings(
    IReadOnlyDictionary<string, Id<Accounts.Teams.Skill>> Languages, Func<Id<Accounts.Teams.Calendar>, DateTimeOffset, bool?> IsOpen, Func<string, Id<Agent>?> AgentOf, Func<Id<Agent>, bool> TakesWork, Func<Id<Accounts.Teams.Team>, int> QueueLength);
