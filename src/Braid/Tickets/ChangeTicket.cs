using Braid.Accounts;
using Braid.Accounts.Teams;
using Braid.Platform.Data;
using Microsoft.EntityFrameworkCore;

namespace Braid.Tickets;

/// <summary>Changes what a ticket says, how it stands and who has it. Of two at once the second is tried again on what the first left.</summary>
internal sealed class ChangeTicket(BraidDb db, TicketAccess access, TimeProvider clock)
{
    private const int Tries = 3;

    /// <param name="Text">Empty removes it.</param>
    public sealed record Request(string? Subject, string? Text, TicketType? Type, TicketPriority? Priority, TicketStatus? Status);

    /// <summary>Null: nobody, no team.</summary>
    public sealed record AssignRequest(Id<Agent>? OwnerId, Id<Team>? TeamId);

    public Task RunAsync(Id<Ticket> id, Request request, Actor by, CancellationToken ct) => OneAsync(id, by, ticket =>
    {
        ticket.Subject = TicketWords.Subject(request.Subject) ?? ticket.Subject;
        if (request.Text is not null) { ticket.Text = TicketWords.Text(request.Text); }
        (ticket.Type, ticket.Priority) = (request.Type ?? ticket.Type, request.Priority ?? ticket.Priority);
        return Task.FromResult(request.Status is { } status ? Stand(ticket, status, by, clock.GetUtcNow()) : "changed");
    }, ct);

    public Task AssignAsync(Id<Ticket> id, AssignRequest request, Actor by, CancellationToken ct) => OneAsync(id, by, async ticket =>
    {
        await TicketPeople.CheckAsync(db, by.Workspace, request.OwnerId, request.TeamId, ticket.RestrictedTo, ct);
        (ticket.OwnerId, ticket.TeamId) = (request.OwnerId, request.TeamId);
        return "changed";
    }, ct);

    /// <returns>What happened, as the event's word.</returns>
    public static string Stand(Ticket ticket, TicketStatus status, Actor by, DateTimeOffset now)
    {
        var before = ticket.Status;
        if (before == status) { return "changed"; }
        ticket.Status = status;
        if (status == TicketStatus.Solved) { (ticket.SolvedAt, ticket.SolvedBy) = (now, by.AgentId); return "solved"; }
        if (before != TicketStatus.Solved) { return "changed"; }
        (ticket.SolvedAt, ticket.SolvedBy) = (null, null);
        return "reopened";
    }

    private async Task OneAsync(Id<Ticket> id, Actor by, Func<Ticket, Task<string>> decide, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await db.InTransactionAsync(async inner =>
                {
                    var ticket = await access.RequireAsync(id, by, Permission.Reply, inner);
                    var what = await decide(ticket);
                    if (!db.ChangeTracker.HasChanges()) { return; }
                    Save(ticket, what, by);
                    await db.SaveChangesAsync(inner);
                }, ct);
                return;
            }
            catch (DbUpdateConcurrencyException) when (attempt < Tries)
            {
                db.ChangeTracker.Clear();
            }
        }
    }

    /// <summary>With its version, its line in the conversation and its event.</summary>
    public void Save(Ticket ticket, string what, Actor by)
    {
        ticket.Version++;
        ticket.UpdatedAt = clock.GetUtcNow();
        if (what != "changed") { OpenTicket.Note(db, ticket, what, by, ticket.UpdatedAt); }
        db.Events.Add(new TicketChanged(ticket, what));
    }
}
