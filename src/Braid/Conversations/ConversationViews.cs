using System.ComponentModel.DataAnnotations;
using Braid.Accounts;
using Braid.Channels;
using Braid.Customers;
using Braid.Inboxes;
using Braid.Platform.Data;

namespace Braid.Conversations;

/// <summary>A row of the list.</summary>
internal record ConversationItemView
{
    public required Id<Conversation> Id { get; init; }
    public required ConversationStatus Status { get; init; }
    public string? Subject { get; init; }
    public required Audience Audience { get; init; }
    public required bool SenderUnverified { get; init; }
    public required CustomerRefView Customer { get; init; }
    public AgentRefView? Assignee { get; init; }
    /// <summary>The strands, most recently used first.</summary>
    public required IReadOnlyList<ChannelRefView> Channels { get; init; }
    public LastMessageView? LastMessage { get; init; }
    public required int Unread { get; init; }
    public DateTimeOffset? WaitingSince { get; init; }
    public DateTimeOffset? SnoozedUntil { get; init; }
    public required DateTimeOffset OpenedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
    public required int Version { get; init; }
}

/// <param name="PhotoId">The file with their picture, as `/files/{id}` gives it.</param>
internal sealed record CustomerRefView(Id<Customer> Id, string? Name, string? Address, string? PhotoId = null);

internal sealed record AgentRefView(Id<Agent> Id, string Name);

internal sealed record ChannelRefView(string Channel, Id<Inbox> InboxId);

/// <param name="Call">How a call went, when that is what happened last.</param>
internal sealed record LastMessageView(
    Id<Message> Id, string? Text, AuthorKind Author, bool Private, string? Channel, DateTimeOffset At, AttachmentKind? Attachment, SendStatus? Status, CallFacts? Call);

internal sealed record ConversationDetailView : ConversationItemView
{
    public required IReadOnlyList<ThreadView> Threads { get; init; }
    public required IReadOnlyList<ReachableView> Reachable { get; init; }
    public Id<Conversation>? PreviousConversationId { get; init; }
    public required IReadOnlyList<CustomerRefView> Participants { get; init; }
    public DateTimeOffset? ResolvedAt { get; init; }
    public Id<Message>? ReadUpTo { get; init; }
}

internal sealed record ThreadView(
    Id<ChannelThread> Id, Id<Inbox> InboxId, string InboxName, string Channel, string? Address, string? Subject, Audience Audience, bool Verified,
    DateTimeOffset FirstAt, DateTimeOffset LastAt, DateTimeOffset? LastInboundAt, SendVerdictView Send);

internal sealed record SendVerdictView(
    bool Ok, [AllowedValues("window_closed", "inbox_disabled", "unreachable", "identity_unverified", null)] string? Code, string? Reason, DateTimeOffset? WindowUntil, bool Templates, IReadOnlyList<ReaderView> Readers);

internal sealed record ReaderView(string? Name, string Address);

/// <summary>Where the customer could be written to, whether or not they wrote from there, and why not.</summary>
internal sealed record ReachableView(
    Id<Inbox> InboxId, string InboxName, string Channel, string? Address, Id<Identity>? IdentityId, Id<ChannelThread>? ThreadId,
    bool Ok, string? Code, string? Reason, DateTimeOffset? WindowUntil, bool Templates);

internal sealed record CountsView(int All, int Mine, int Unassigned, int Snoozed, IReadOnlyDictionary<Id<Inbox>, int> ByInbox);

internal sealed record ActorView(AuthorKind Kind, Guid? Id, string? Name);

internal sealed record ActivityView(Id<Activity> Id, string Kind, DateTimeOffset At, ActorView Actor, IReadOnlyDictionary<string, string?> Data);
