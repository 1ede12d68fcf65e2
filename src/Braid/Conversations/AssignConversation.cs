using System.ComponentModel.DataAnnotations;
using Braid.Accounts;
using Braid.Inboxes;
using Braid.Platform.Data;
using Braid.Platform.Http;
using Microsoft.EntityFrameworkCore;

namespace Braid.Conversations;

/// <summary>Gives a conversation to somebody, or to nobody. Refuses a resolved one, and people who could not open it.</summary>
internal sealed class AssignConversation(ChangeConversation change, BraidDb db)
{
    public sealed record Request(Id<Agent>? AgentId, [property: MaxLength(500)] string? Note);

    public async Task RunAsync(Id<Conversation> id, Request request, Actor by, CancellationToken ct)
    {
        if (request.Note?.Length > 500)
        {
            throw RefusalException.Invalid("Keep the note under 500 characters.", new Dictionary<string, string> { ["note"] = "At most 500 characters." });
        }

        await change.RunAsync(id, by, Permission.Assign, async (conversation, inner) =>
        {
            if (conversation.AssigneeId == request.AgentId)
            {
                return null;
            }

            if (conversation.Status == ConversationStatus.Resolved)
            {
                throw new RefusalException("conversation_resolved", "This conversation is resolved. Reopen it before assigning it.");
            }

            if (request.AgentId is { } agent)
            {
                await MayTakeAsync(conversation, agent, inner);
            }

            conversation.AssignTo(request.AgentId);
            return new("assigned", new { agentId = request.AgentId?.ToString(), note = request.Note });
        }, ct);
    }

    private async Task MayTakeAsync(Conversation conversation, Id<Agent> agent, CancellationToken ct)
    {
        if (!await db.Set<Agent>().AnyAsync(a => a.WorkspaceId == conversation.WorkspaceId && a.Id == agent && a.State == AgentState.Active, ct))
        {
            throw RefusalException.Invalid("Choose somebody who works in this workspace.", new Dictionary<string, string> { ["agentId"] = "Not an active agent." });
        }

        if (conversation.RestrictedTo is { } inbox
            && !await db.Set<InboxMember>().AnyAsync(m => m.WorkspaceId == conversation.WorkspaceId && m.InboxId == inbox && m.AgentId == agent, ct))
        {
            throw RefusalException.Invalid(
                "This inbox is restricted and they are not a member of it. An admin can add them.", new Dictionary<string, string> { ["agentId"] = "Not a member of this inbox." });
        }
    }
}
