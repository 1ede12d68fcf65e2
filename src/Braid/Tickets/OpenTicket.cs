using System.Text.Json;
using Braid.Accounts;
using Braid.Accounts.Teams;
using Braid.Conversations;
using Braid.Customers;
using Braid.Platform.Data;
using Braid.Platform.Http;
using Microsoft.EntityFrameworkCore;

namespace Braid.Tickets;

/// <summary>Opens a ticket, from a conversation or for a customer alone.</summary>
internal sealed class OpenTicket(BraidDb db, ConversationAccess conversations, CustomerAccess customers, TimeProvider clock)
{
    /// <param name="Subject">Null: the conversation's, or the customer's last words there.</param>
    public sealed record Request(Id<Conversation>? ConversationId, Id<Customer>? CustomerId, string? Subject, string? Text, TicketType? Type, TicketPriority? Priority, Id<Agent>? OwnerId, Id<Team>? TeamId);

    public async Task<Id<Ticket>> RunAsync(Request request, Actor by, CancellationToken ct)
    {
        by.Require(Permission.Reply);
        var opened = Id<Ticket>.New();
        await db.InTransactionAsync(async inner =>
        {
            var conversation = request.ConversationId is { } of ? await conversations.RequireAsync(of, by, Permission.Reply, inner) : null;
            var customer = request.CustomerId is { } asked
                ? (await customers.RequireAsync(asked, by, Permission.ReadConversations, inner)).Id
                : conversation?.CustomerId ?? throw RefusalException.Invalid("Say whose ticket this is.", new Dictionary<string, string> { ["customerId"] = "A customer or a conversation." });
            if (conversation is not null && conversation.CustomerId != customer) { throw RefusalException.Invalid("This conversation is another customer's.", new Dictionary<string, string> { ["conversationId"] = "Choose one of this customer's." }); }
            await TicketPeople.CheckAsync(db, by.Workspace, request.OwnerId, request.TeamId, conversation?.RestrictedTo, inner);
            var counter = await db.HoldTicketsAsync(by.Workspace, inner);
            var ticket = new Ticket
            {
                Id = opened, WorkspaceId = by.Workspace, Number = ++counter.Last, CustomerId = customer, OriginId = conversation?.OriginId ?? customer, ConversationId = conversation?.Id, RestrictedTo = conversation?.RestrictedTo,
                Subject = TicketWords.Subject(request.Subject) ?? await WordsAsync(conversation, inner) ?? throw RefusalException.Invalid("Give the ticket a subject.", new Dictionary<string, string> { ["subject"] = "1 to 200 characters." }),
                Text = TicketWords.Text(request.Text), Type = request.Type ?? TicketType.Question, Priority = request.Priority ?? TicketPriority.Normal, OwnerId = request.OwnerId, TeamId = request.TeamId,
                OpenedAt = clock.GetUtcNow(), OpenedBy = by.AgentId, UpdatedAt = clock.GetUtcNow(),
            };
            Add(ticket, by, clock.GetUtcNow());
            await db.SaveChangesAsync(inner);
        }, ct);
        return opened;
    }

    /// <summary>With its line in the conversation and its event.</summary>
    public void Add(Ticket ticket, Actor by, DateTimeOffset now)
    {
        db.Add(ticket);
        Note(db, ticket, "opened", by, now);
        db.Events.Add(new TicketChanged(ticket, "opened"));
    }

    public static void Note(BraidDb db, Ticket ticket, string what, Actor by, DateTimeOffset now)
    {
        if (ticket.ConversationId is not { } conversation) { return; }
        db.Add(new Activity
        {
            WorkspaceId = ticket.WorkspaceId, ConversationId = conversation, Kind = "ticket." + what, At = now, ActorKind = by.AgentId is null ? AuthorKind.System : AuthorKind.Agent, ActorId = by.AgentId?.Value,
            Data = JsonSerializer.Serialize(new { ticketId = ticket.Id.ToString(), number = ticket.Number }, JsonSerializerOptions.Web),
        });
    }

    /// <summary>What a conversation is about: its subject, or the first words of the customer that still stand there.</summary>
    public async Task<string?> WordsAsync(Conversation? conversation, CancellationToken ct)
    {
        if (conversation is null) { return null; }
        if (TicketWords.Cut(conversation.Subject) is { } subject) { return subject; }
        return TicketWords.Cut(await db.Set<Message>().Where(m => m.WorkspaceId == conversation.WorkspaceId && m.ConversationId == conversation.Id && m.Direction == Direction.In && m.Text != null && m.DeletedAt == null)
            .OrderBy(m => m.SentAt).ThenBy(m => m.Seq).Select(m => m.Text).FirstOrDefaultAsync(ct));
    }
}

internal static class TicketWords
{
    public const int LongestText = 10_000;

    /// <summary>Null when nothing was said; refuses what is too long.</summary>
    public static string? Subject(string? asked) => Checked(asked, "subject", Ticket.LongestSubject);

    public static string? Text(string? asked) => Checked(asked, "text", LongestText);

    public static string? Cut(string? words)
    {
        var line = words?.Trim().Split('\n')[0].Trim();
        if (string.IsNullOrEmpty(line)) { return null; }
        if (line.Length <= Ticket.LongestSubject) { return line; }
        var end = Ticket.LongestSubject - 1;
        return (char.IsHighSurrogate(line[end - 1]) ? line[..(end - 1)] : line[..end]) + "…";
    }

    private static string? Checked(string? asked, string field, int most)
    {
        if (asked?.Trim() is not { Length: > 0 } text) { return null; }
        return text.Length <= most && !text.Contains('\0', StringComparison.Ordinal) ? text : throw RefusalException.Invalid($"This {field} is too long or not readable.", new Dictionary<string, string> { [field] = $"At most {most} characters." });
    }
}

internal static class TicketPeople
{
    public static async Task CheckAsync(BraidDb db, Id<Workspace> workspace, Id<Agent>? owner, Id<Team>? team, Id<Inboxes.Inbox>? restricted, CancellationToken ct)
    {
        if (owner is { } agent)
        {
            if (!await db.Set<Agent>().AnyAsync(a => a.WorkspaceId == workspace && a.Id == agent && a.State == AgentState.Active, ct)) { throw RefusalException.Invalid("Choose somebody who works in this workspace.", new Dictionary<string, string> { ["ownerId"] = "Not an active agent." }); }
            if (restricted is { } inbox && !await db.Set<Inboxes.InboxMember>().AnyAsync(m => m.WorkspaceId == workspace && m.InboxId == inbox && m.AgentId == agent, ct)) { throw RefusalException.Invalid("This ticket is from a restricted inbox and they are not a member of it.", new Dictionary<string, string> { ["ownerId"] = "Not a member of this inbox." }); }
        }

        if (team is not null && !await db.Set<Team>().AnyAsync(t => t.WorkspaceId == workspace && t.Id == team, ct)) { throw RefusalException.Invalid("Choose a team of this workspace.", new Dictionary<string, string> { ["teamId"] = "There is no such team." }); }
    }
}
