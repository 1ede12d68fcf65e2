using System.Text.Json;
using Braid.Accounts;
using Braid.Inboxes;
using Braid.Platform.Data;
using Braid.Platform.Events;
using Microsoft.EntityFrameworkCore;

namespace Braid.Realtime;

/// <summary>An event as clients see it: ids and small facts.</summary>
internal sealed record EventItem(long Number, string Kind, DateTimeOffset At, Guid? ConversationId, Guid? MessageId, Guid? CustomerId, Guid? InboxId, JsonElement? Data)
{
    public static EventItem From(StoredEvent e) => new(
        e.Number, e.Kind, e.At, e.ConversationId, e.MessageId, e.CustomerId, e.InboxId, e.Data is null ? null : JsonSerializer.Deserialize<JsonElement>(e.Data));
}

/// <summary>What was committed up to <see cref="Last"/> since the frame before, without what this agent may not see.</summary>
internal sealed record EventFrame(IReadOnlyList<EventItem> Items, long Last);

/// <summary>Who may see events of restricted inboxes, read fresh for each batch that has some.</summary>
internal sealed class EventVisibility(HashSet<(Guid Inbox, Guid Agent)> members)
{
    public static readonly EventVisibility Unrestricted = new([]);

    public bool Allows(StoredEvent e, Id<Agent>? agent) => e.RestrictedTo is not { } inbox || (agent is { } id && members.Contains((inbox, id.Value)));

    public static async Task<EventVisibility> OfAsync(BraidDb db, IReadOnlyList<StoredEvent> events, CancellationToken ct)
    {
        var inboxes = events.Where(e => e.RestrictedTo is not null).Select(e => new Id<Inbox>(e.RestrictedTo!.Value)).Distinct().ToList();
        if (inboxes.Count == 0)
        {
            return new([]);
        }

        var workspace = events[0].WorkspaceId;
        var members = await db.Set<InboxMember>().Where(m => m.WorkspaceId == workspace && inboxes.Contains(m.InboxId)).Select(m => new { m.InboxId, m.AgentId }).ToListAsync(ct);
        return new([.. members.Select(m => (m.InboxId.Value, m.AgentId.Value))]);
    }
}
