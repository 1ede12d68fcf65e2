using System.Text.Json;
using Braid.Accounts;
using Braid.Accounts.Teams;
using Braid.Conversations;
using Braid.Customers;
using Braid.Inboxes;
using Braid.Platform.Data;
using Braid.Platform.Events;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Braid.Tickets;

/// <summary>A numbered piece of work for a customer, with an owner. It outlives the conversation it came from; several may be open.</summary>
internal sealed class Ticket : IOfPerson
{
    public const int LongestSubject = 200;

    private Id<Customer>? origin;
    private string subject = "";

    public Id<Ticket> Id { get; init; } = Id<Ticket>.New();
    public Id<Workspace> WorkspaceId { get; init; }
    /// <summary>Counts up from 1 within the workspace; never given twice.</summary>
    public long Number { get; init; }
    public Id<Customer> CustomerId { get; set; }
    public Id<Customer> OriginId { get => origin ?? CustomerId; set => origin = value; }
    public Id<Conversation>? ConversationId { get; set; }
    /// <summary>That of its conversation: only members of this inbox see it.</summary>
    public Id<Inbox>? RestrictedTo { get; init; }
    public required string Subject
    {
        get => subject;
        set => (subject, SubjectFolded) = (value, CustomerNames.Fold(value));
    }

    /// <summary>For search, the same on both engines.</summary>
    public string SubjectFolded { get; private set; } = "";
    /// <summary>What is to be done, in the agents' words.</summary>
    public string? Text { get; set; }
    public TicketType Type { get; set; }
    public TicketPriority Priority { get; set; }
    public TicketStatus Status { get; set; }
    public Id<Agent>? OwnerId { get; set; }
    public Id<Team>? TeamId { get; set; }
    /// <summary>Opened by a rule: it is solved and reopened with its conversation.</summary>
    public bool Automatic { get; init; }
    public DateTimeOffset OpenedAt { get; init; }
    public Id<Agent>? OpenedBy { get; init; }
    public DateTimeOffset? SolvedAt { get; set; }
    public Id<Agent>? SolvedBy { get; set; }
    public DateTimeOffset UpdatedAt { get; set; }
    public int Version { get; set; }
}

internal enum TicketType { Question, Incident, Problem, Task }

internal enum TicketPriority { Urgent, High, Normal, Low }

/// <summary>Pending: the customer is to do something. OnHold: somebody else is.</summary>
internal enum TicketStatus { Open, Pending, OnHold, Solved }

/// <summary>Every new conversation of this inbox opens a ticket.</summary>
internal sealed class TicketRule
{
    public Id<Workspace> WorkspaceId { get; init; }
    public Id<Inbox> InboxId { get; init; }
    public TicketType Type { get; init; }
    public TicketPriority Priority { get; init; }
    public Id<Team>? TeamId { get; init; }
}

/// <summary>The last number given, and up to which event conversations were looked at.</summary>
internal sealed class TicketCounter
{
    public Id<Workspace> WorkspaceId { get; init; }
    public long Last { get; set; }
    public long EventsRead { get; set; }
}

/// <summary>Kinds: opened, changed, solved, reopened.</summary>
internal sealed record TicketChanged : DomainEvent
{
    private readonly string data;

    public TicketChanged(Ticket ticket, string what) : base(ticket.WorkspaceId, "ticket." + what)
    {
        ConversationId = ticket.ConversationId?.Value;
        CustomerId = ticket.CustomerId.Value;
        RestrictedTo = ticket.RestrictedTo?.Value;
        data = Json(new { ticketId = ticket.Id.ToString(), number = ticket.Number });
    }

    public override string? Data => data;

    /// <summary>Which ticket such an event is about.</summary>
    public static Id<Ticket>? TicketIn(string? data)
    {
        if (data is null) { return null; }
        using var facts = JsonDocument.Parse(data);
        return facts.RootElement.TryGetProperty("ticketId", out var id) && Id<Ticket>.TryParse(id.GetString(), null, out var ticket) ? ticket : null;
    }
}

internal sealed class TicketConfiguration : IEntityTypeConfiguration<Ticket>, IEntityTypeConfiguration<TicketRule>, IEntityTypeConfiguration<TicketCounter>
{
    public void Configure(EntityTypeBuilder<Ticket> builder)
    {
        builder.ToTable("tickets");
        builder.HasKey(t => t.Id);
        builder.Property(t => t.Id).ValueGeneratedNever();
        builder.Property(t => t.Subject).HasMaxLength(Ticket.LongestSubject);
        builder.Property(t => t.Version).IsConcurrencyToken();
        builder.HasIndex(t => new { t.WorkspaceId, t.Number }).IsUnique();
        builder.HasIndex(t => new { t.WorkspaceId, t.Status, t.UpdatedAt, t.Id });
        builder.HasIndex(t => new { t.WorkspaceId, t.CustomerId });
        builder.HasIndex(t => new { t.WorkspaceId, t.ConversationId });
        builder.HasIndex(t => new { t.WorkspaceId, t.OwnerId, t.Status });
    }

    public void Configure(EntityTypeBuilder<TicketRule> builder)
    {
        builder.ToTable("ticket_rules");
        builder.HasKey(r => new { r.WorkspaceId, r.InboxId });
    }

    public void Configure(EntityTypeBuilder<TicketCounter> builder)
    {
        builder.ToTable("ticket_counters");
        builder.HasKey(c => c.WorkspaceId);
        builder.Property(c => c.WorkspaceId).ValueGeneratedNever();
    }
}
