using System.Text.Json;
using Braid.Accounts;
using Braid.Accounts.Teams;
using Braid.Conversations;
using Braid.Customers;
using Braid.Platform.Data;
using Microsoft.EntityFrameworkCore;

namespace Braid.Routing;

/// <summary>When a customer's matter was handed to another team, and what was said then. What happened in restricted inboxes is not told here.</summary>
internal sealed class RoutingMoments(BraidDb db) : ITellMoments
{
    public async Task<IReadOnlyList<MomentView>> OfAsync(Id<Workspace> workspace, IReadOnlyList<Id<Customer>> profiles, int most, CancellationToken ct)
    {
        var talks = db.Set<Conversation>().Where(c => c.WorkspaceId == workspace && profiles.Contains(c.OriginId) && c.RestrictedTo == null);
        var handed = await db.Set<Activity>().AsNoTracking().Where(a => a.WorkspaceId == workspace && a.Kind == "conversation.transferred" && talks.Any(c => c.Id == a.ConversationId)).OrderByDescending(a => a.At).Take(most)
            .Select(a => new { a.At, a.Data, a.ConversationId, a.ActorId }).ToListAsync(ct);
        if (handed.Count == 0) { return []; }
        var teams = await db.Set<Team>().Where(t => t.WorkspaceId == workspace).Select(t => new { t.Id, t.Name }).ToDictionaryAsync(t => t.Id.Value, t => t.Name, ct);
        var people = handed.Where(h => h.ActorId is not null).Select(h => new Id<Agent>(h.ActorId!.Value)).Distinct().ToList();
        var names = await db.Set<Agent>().Where(a => a.WorkspaceId == workspace && people.Contains(a.Id)).Select(a => new { a.Id, a.Name }).ToDictionaryAsync(a => a.Id.Value, a => a.Name, ct);
        return handed.ConvertAll(h =>
        {
            using var facts = JsonDocument.Parse(h.Data ?? "{}");
            var team = facts.RootElement.TryGetProperty("teamId", out var id) && id.TryGetGuid(out var known) ? teams.GetValueOrDefault(known) : null;
            var note = facts.RootElement.TryGetProperty("note", out var said) ? said.GetString() : null;
            return new MomentView("transferred", h.At, h.ActorId is { } by ? names.GetValueOrDefault(by) : null, note is null ? team : $"{team}: {note}", h.ConversationId.Value);
        });
    }
}
