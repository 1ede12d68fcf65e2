using Braid.Accounts;
using Braid.Accounts.Teams;
using Braid.Conversations;
using Braid.Platform.Data;
using Braid.Platform.Http;
using Microsoft.EntityFrameworkCore;

namespace Braid.Routing;

/// <summary>Sends a conversation to a team: nobody has it until somebody of that team takes it, with the note that says why.</summary>
internal sealed class TransferConversation(BraidDb db, ConversationAccess access, ChangeConversation change, EnterQueue enter, ReadPlans plans, Staff staff, TimeProvider clock)
{
    public sealed record Request(Id<Team> TeamId, string? Note);

    public async Task RunAsync(Id<Conversation> id, Request request, Actor by, CancellationToken ct)
    {
        await access.RequireAsync(id, by, Permission.Assign, ct);
        if (request.Note?.Length > 500) { throw RefusalException.Invalid("Keep the note under 500 characters.", new Dictionary<string, string> { ["note"] = "At most 500 characters." }); }
        if (!await db.Set<Team>().AnyAsync(t => t.WorkspaceId == by.Workspace && t.Id == request.TeamId, ct)) { throw RefusalException.Invalid("Choose a team of this workspace.", new Dictionary<string, string> { ["teamId"] = "There is no such team." }); }
        var plan = await plans.LiveAsync(by.Workspace, ct) ?? throw new RefusalException("routing_off", "Routing is off, so nobody would take it from there. Assign it to a person, or ask an admin to publish the routing rules.");
        await db.InTransactionAsync(async inner =>
        {
            await change.RunAsync(id, by, Permission.Assign, (conversation, _) =>
            {
                if (conversation.Status == ConversationStatus.Resolved) { throw new RefusalException("conversation_resolved", "This conversation is resolved. Reopen it before you transfer it."); }
                conversation.AssignTo(null);
                // Somebody waits for this team now, whoever wrote last.
                conversation.WaitingSince ??= clock.GetUtcNow();
                return Task.FromResult<ChangeConversation.Done?>(new("transferred", new { teamId = request.TeamId.ToString(), note = request.Note }));
            }, inner);
            await db.Set<QueueEntry>().Where(q => q.WorkspaceId == by.Workspace && q.ConversationId == id).ExecuteDeleteAsync(inner);
            var round = new RoundFacts(by.Workspace, plan, await staff.ReadAsync(by.Workspace, inner), clock.GetUtcNow());
            await enter.RunAsync(round, new Dictionary<Id<Conversation>, EnterQueue.Wish> { [id] = new(Team: request.TeamId) }, inner);
        }, ct);
    }
}
