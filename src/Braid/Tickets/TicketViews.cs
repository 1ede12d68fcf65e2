using Braid.Accounts;
using Braid.Accounts.Teams;
using Braid.Conversations;
using Braid.Customers;
using Braid.Inboxes;
using Braid.Platform.Data;

namespace Braid.Tickets;

/// <param name="Automatic">Opened by a rule; solved with its conversation.</param>
/// <param name="OpenedBy">Null: by a rule.</param>
internal sealed record TicketView(
    Id<Ticket> Id, long Number, string Subject, string? Text, TicketType Type, TicketPriority Priority, TicketStatus Status, CustomerRefView Customer, Id<Conversation>? ConversationId,
    TicketAgentView? Owner, TicketTeamView? Team, bool Automatic, DateTimeOffset OpenedAt, TicketAgentView? OpenedBy, DateTimeOffset? SolvedAt, DateTimeOffset UpdatedAt);

internal sealed record TicketAgentView(Id<Agent> Id, string Name);

internal sealed record TicketTeamView(Id<Team> Id, string Name);

internal sealed record TicketCountsView(int Open, int Mine, int Unowned, int Solved);

internal sealed record TicketRuleView(Id<Inbox> InboxId, TicketType Type, TicketPriority Priority, Id<Team>? TeamId);

internal sealed record TicketRulesView(IReadOnlyList<TicketRuleView> Items);
