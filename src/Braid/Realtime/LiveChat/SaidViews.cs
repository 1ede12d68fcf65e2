using System.Text.Json;
using Braid.Accounts;
using Braid.Conversations;
using Braid.Platform.Data;
using Microsoft.EntityFrameworkCore;

namespace Braid.Realtime.LiveChat;

/// <summary>Turns messages into what visitors see, loading what hangs on them set-based.</summary>
internal sealed class SaidViews(BraidDb db, FileLinks links)
{
    private const string Assigned = "conversation.assigned";

    public async Task<IReadOnlyList<SaidView>> OfAsync(IReadOnlyList<Message> messages, CancellationToken ct)
    {
        if (messages.Count == 0)
        {
            return [];
        }

        var workspace = messages[0].WorkspaceId;
        var ids = messages.Select(m => m.Id).ToList();
        var files = (await db.Set<Attachment>().AsNoTracking().Where(a => a.WorkspaceId == workspace && ids.Contains(a.MessageId)).OrderBy(a => a.Position).ToListAsync(ct)).ToLookup(a => a.MessageId);
        var read = await ReadUpToAsync(workspace, messages, ct);
        return [.. messages.Select(m => View(m, files[m.Id], read))];
    }

    /// <summary>A page of the thread, with who took the conversation in between.</summary>
    public async Task<IReadOnlyList<SaidView>> PageAsync(IReadOnlyList<Message> page, bool toTheEnd, CancellationToken ct)
    {
        if (page.Count == 0)
        {
            return [];
        }

        var (from, until) = (page.Min(m => m.SentAt), toTheEnd ? DateTimeOffset.MaxValue : page.Max(m => m.SentAt));
        var conversations = page.Select(m => m.ConversationId).Distinct().ToList();
        var joined = await JoinedAsync(page[0].WorkspaceId, conversations, from, until, ct);
        var said = (await OfAsync(page, ct)).ToList();
        foreach (var who in joined)
        {
            // After everything said until then; never at the top, where the page before would be asked from.
            said.Insert(Math.Max(1, said.FindLastIndex(s => s.At <= who.At) + 1), new() { Id = who.Id.ToString(), Kind = "joined", From = "agent", Name = who.Name, At = who.At });
        }

        return said;
    }

    public async Task<IReadOnlyList<JoinedView>> JoinedAsync(Id<Workspace> workspace, List<Id<Conversation>> conversations, DateTimeOffset from, DateTimeOffset until, CancellationToken ct)
    {
        var taken = await db.Set<Activity>().AsNoTracking()
            .Where(a => a.WorkspaceId == workspace && conversations.Contains(a.ConversationId) && a.Kind == Assigned && a.At >= from && a.At <= until)
            .OrderByDescending(a => a.At).Take(VisitorThread.Shown).ToListAsync(ct);
        var who = taken.Select(a => (Activity: a, Agent: AgentOf(a))).Where(a => a.Agent is not null).ToList();
        var agents = who.Select(a => a.Agent!.Value).Distinct().ToList();
        var names = agents.Count == 0 ? [] : await db.Set<Agent>().Where(a => a.WorkspaceId == workspace && agents.Contains(a.Id)).ToDictionaryAsync(a => a.Id, a => a.Name, ct);
        return [.. who.Where(a => names.ContainsKey(a.Agent!.Value)).OrderBy(a => a.Activity.At).Select(a => new JoinedView(a.Activity.Id.Value, names[a.Agent!.Value], a.Activity.At))];
    }

    private SaidView View(Message m, IEnumerable<Attachment> files, Dictionary<Id<Conversation>, (DateTimeOffset At, long Seq)> read)
    {
        var (theirs, gone) = (m.Direction == Direction.In, m.DeletedAt is not null);
        return new()
        {
            Id = theirs ? m.ExternalId ?? m.Id.ToString() : m.Id.ToString(),
            From = theirs ? "visitor" : m.AuthorKind switch { AuthorKind.Ai => "ai", AuthorKind.System => "system", _ => "agent" },
            Name = theirs ? null : m.AuthorName,
            Text = gone ? null : m.Text,
            Files = gone ? [] : [.. files.Select(File)],
            At = m.SentAt,
            Status = !theirs ? null : read.TryGetValue(m.ConversationId, out var up) && (m.SentAt, m.Seq).CompareTo(up) <= 0 ? "seen" : "sent",
            Edited = m.EditedAt is not null,
            Deleted = gone,
        };
    }

    private SaidFileView File(Attachment a) => new(
        a.Id.Value, a.Name, a.ContentType, a.Size, a is { State: AttachmentState.Ready, FileId: { } file } ? links.Make(a.WorkspaceId, file) : null);

    /// <summary>How far an agent has read each conversation.</summary>
    private async Task<Dictionary<Id<Conversation>, (DateTimeOffset At, long Seq)>> ReadUpToAsync(Id<Workspace> workspace, IReadOnlyList<Message> messages, CancellationToken ct)
    {
        var ids = messages.Select(m => m.ConversationId).Distinct().ToList();
        var rows = await (
            from c in db.Set<Conversation>()
            where c.WorkspaceId == workspace && ids.Contains(c.Id) && c.ReadUpTo != null
            join m in db.Set<Message>() on c.ReadUpTo equals (Id<Message>?)m.Id
            select new { c.Id, m.SentAt, m.Seq }).ToListAsync(ct);
        return rows.ToDictionary(r => r.Id, r => (r.SentAt, r.Seq));
    }

    private static Id<Agent>? AgentOf(Activity assigned)
    {
        if (assigned.Data is null)
        {
            return null;
        }

        using var data = JsonDocument.Parse(assigned.Data);
        return data.RootElement.TryGetProperty("agentId", out var agent) && Id<Agent>.TryParse(agent.ValueKind == JsonValueKind.String ? agent.GetString() : null, null, out var id) ? id : null;
    }
}
