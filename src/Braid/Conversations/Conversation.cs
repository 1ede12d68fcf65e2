using Braid.Accounts;
using Braid.Channels;
using Braid.Customers;
using Braid.Inboxes;
using Braid.Platform.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Braid.Conversations;

/// <summary>
/// One engagement with a customer, braided from channel threads of several inboxes. Counters and last-message columns are written by
/// ingest and delivery with set-based SQL; <see cref="Version"/> guards what commands decide (status, assignee).
/// </summary>
internal sealed class Conversation : IOfPerson
{
    private Id<Customer>? origin;

    public Id<Conversation> Id { get; init; } = Id<Conversation>.New();
    public Id<Workspace> WorkspaceId { get; init; }
    public string Brand { get; init; } = "";
    public Id<Customer> CustomerId { get; set; }
    /// <summary>The profile it was opened for, whoever that is linked to.</summary>
    public Id<Customer> OriginId { get => origin ?? CustomerId; set => origin = value; }
    public ConversationStatus Status { get; set; }
    public Audience Audience { get; set; }
    /// <summary>True: the mail server could not vouch for the sender. Never joins and is never joined.</summary>
    public bool SenderUnverified { get; init; }
    /// <summary>Only members of this inbox see it.</summary>
    public Id<Inbox>? RestrictedTo { get; init; }
    /// <summary>Customer and brand of the one open private conversation new threads join; null for every other. Unique.</summary>
    public string? Joins { get; set; }
    public string? Subject { get; set; }
    public Id<Agent>? AssigneeId { get; set; }
    public DateTimeOffset? SnoozedUntil { get; set; }
    public DateTimeOffset OpenedAt { get; init; }
    public DateTimeOffset? ResolvedAt { get; set; }
    public Id<Conversation>? PreviousId { get; init; }

    /// <summary>The newest message by (sent at, seq); notes count.</summary>
    public Id<Message>? LastMessageId { get; set; }
    public DateTimeOffset LastMessageAt { get; set; }
    public DateTimeOffset? LastInboundAt { get; set; }
    /// <summary>The oldest customer message nobody has answered yet.</summary>
    public DateTimeOffset? WaitingSince { get; set; }
    public int MessageCount { get; set; }
    public int UnreadCount { get; set; }
    public Id<Message>? ReadUpTo { get; set; }
    public int Version { get; set; }

    /// <summary>The value of <see cref="Joins"/> for the one open private conversation of this customer within this brand.</summary>
    public static string JoinsKey(Id<Customer> customer, string brand, Id<Inbox>? restrictedTo = null) =>
        customer.Value.ToString("n") + (brand.Length == 0 ? "" : ":" + brand) + (restrictedTo is { } inbox ? "/" + inbox.Value.ToString("n") : "");

    public void Resolve(DateTimeOffset now)
    {
        Status = ConversationStatus.Resolved;
        ResolvedAt = now;
        SnoozedUntil = null;
        Joins = null;
        Version++;
    }

    /// <param name="joins">The key, when it is free and this conversation may hold it.</param>
    public void Reopen(string? joins)
    {
        Status = ConversationStatus.Open;
        ResolvedAt = null;
        SnoozedUntil = null;
        Joins = joins ?? Joins;
        Version++;
    }

    public void Snooze(DateTimeOffset until)
    {
        Status = ConversationStatus.Snoozed;
        SnoozedUntil = until;
        Version++;
    }

    public void AssignTo(Id<Agent>? agent)
    {
        AssigneeId = agent;
        Version++;
    }
}

internal enum ConversationStatus { Open, Snoozed, Resolved }

/// <summary>One thread as the provider sees it: a DM, an email thread, a group.</summary>
internal sealed class ChannelThread : IOfPerson
{
    private Id<Customer>? origin;

    public Id<ChannelThread> Id { get; init; } = Id<ChannelThread>.New();
    public Id<Workspace> WorkspaceId { get; init; }
    public Id<Inbox> InboxId { get; init; }
    public required string ExternalId { get; init; }
    public Id<Customer> CustomerId { get; set; }
    public Id<Customer> OriginId { get => origin ?? CustomerId; set => origin = value; }
    /// <summary>Who we answer; null for a group.</summary>
    public Id<Identity>? IdentityId { get; set; }
    /// <summary>Where its next message goes.</summary>
    public Id<Conversation> ConversationId { get; set; }
    public Audience Audience { get; set; }
    public string? Subject { get; set; }
    /// <summary>False: the sender was never proven on this thread.</summary>
    public bool Verified { get; set; }
    /// <summary>Random; in the addresses of our mails, so that an answer to them is known to come from their reader.</summary>
    public string? Token { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset LastMessageAt { get; set; }
    /// <summary>The provider's time of the customer's last message: the reply window counts from here.</summary>
    public DateTimeOffset? LastInboundAt { get; set; }
}

/// <summary>Another outside person in the same thread: group chat, mail in copy.</summary>
internal sealed class Participant : IOfPerson
{
    private Id<Customer>? origin;

    public Id<Workspace> WorkspaceId { get; init; }
    public Id<ChannelThread> ThreadId { get; init; }
    public Id<Customer> CustomerId { get; set; }
    public Id<Customer> OriginId { get => origin ?? CustomerId; set => origin = value; }
    public required string ExternalId { get; init; }
    public string? Name { get; set; }
    public string? Address { get; set; }
    public DateTimeOffset FirstSeenAt { get; init; }
}

/// <summary>Which strands a conversation is braided from; kept when a thread later goes to another conversation.</summary>
internal sealed class Strand
{
    public Id<Workspace> WorkspaceId { get; init; }
    public Id<Conversation> ConversationId { get; init; }
    public Id<ChannelThread> ThreadId { get; init; }
    public Id<Inbox> InboxId { get; init; }
    public DateTimeOffset FirstAt { get; init; }
    /// <summary>Written when the thread leaves; while it goes on here, its own <see cref="ChannelThread.LastMessageAt"/> counts, so that a message need not write both.</summary>
    public DateTimeOffset LastAt { get; set; }
}

/// <summary>What happened in a conversation besides messages.</summary>
internal sealed class Activity
{
    public Id<Activity> Id { get; init; } = Id<Activity>.New();
    public Id<Workspace> WorkspaceId { get; init; }
    public Id<Conversation> ConversationId { get; init; }
    /// <summary>`conversation.assigned`, `thread.joined`, `delivery.bounced`, ...</summary>
    public required string Kind { get; init; }
    public DateTimeOffset At { get; init; }
    public AuthorKind ActorKind { get; init; }
    public Guid? ActorId { get; init; }
    /// <summary>Flat JSON object of small facts.</summary>
    public string? Data { get; init; }
}

internal sealed class ConversationConfiguration
    : IEntityTypeConfiguration<Conversation>, IEntityTypeConfiguration<ChannelThread>, IEntityTypeConfiguration<Participant>,
      IEntityTypeConfiguration<Strand>, IEntityTypeConfiguration<Activity>
{
    public void Configure(EntityTypeBuilder<Conversation> builder)
    {
        builder.ToTable("conversations");
        builder.HasKey(c => c.Id);
        builder.Property(c => c.Id).ValueGeneratedNever();
        builder.Property(c => c.Version).IsConcurrencyToken();
        builder.HasIndex(c => new { c.WorkspaceId, c.Joins }).IsUnique().HasFilter("joins is not null");
        builder.HasIndex(c => new { c.WorkspaceId, c.Status, c.LastMessageAt, c.Id });
        builder.HasIndex(c => new { c.WorkspaceId, c.AssigneeId, c.Status, c.LastMessageAt });
        builder.HasIndex(c => new { c.WorkspaceId, c.CustomerId, c.LastMessageAt });
        builder.HasIndex(c => c.SnoozedUntil).HasFilter("status = 'snoozed'");
    }

    public void Configure(EntityTypeBuilder<ChannelThread> builder)
    {
        builder.ToTable("channel_threads");
        builder.HasKey(t => t.Id);
        builder.Property(t => t.Id).ValueGeneratedNever();
        builder.HasIndex(t => new { t.WorkspaceId, t.InboxId, t.ExternalId }).IsUnique();
        builder.HasIndex(t => new { t.WorkspaceId, t.CustomerId });
        builder.HasIndex(t => new { t.WorkspaceId, t.Token }).IsUnique().HasFilter("token is not null");
    }

    public void Configure(EntityTypeBuilder<Participant> builder)
    {
        builder.ToTable("participants");
        builder.HasKey(p => new { p.WorkspaceId, p.ThreadId, p.ExternalId });
        builder.HasIndex(p => new { p.WorkspaceId, p.CustomerId });
    }

    public void Configure(EntityTypeBuilder<Strand> builder)
    {
        builder.ToTable("strands");
        builder.HasKey(s => new { s.WorkspaceId, s.ConversationId, s.ThreadId });
        builder.HasIndex(s => new { s.WorkspaceId, s.InboxId });
        builder.HasIndex(s => new { s.WorkspaceId, s.ThreadId });
    }

    public void Configure(EntityTypeBuilder<Activity> builder)
    {
        builder.ToTable("activities");
        builder.HasKey(a => a.Id);
        builder.Property(a => a.Id).ValueGeneratedNever();
        builder.Property(a => a.Kind).HasMaxLength(60);
        builder.HasIndex(a => new { a.WorkspaceId, a.ConversationId, a.At });
    }
}
