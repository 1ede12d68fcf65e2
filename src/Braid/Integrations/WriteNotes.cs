using System.Globalization;
using System.Text;
using Braid.Accounts;
using Braid.Conversations;
using Braid.Customers;
using Braid.Inboxes;
using Braid.Platform.Data;
using Braid.Platform.Http;
using Braid.Tickets;
using Microsoft.EntityFrameworkCore;

namespace Braid.Integrations;

/// <summary>Writes a resolved conversation, and tickets, beside the customer's record: once, and the same note again when it is resolved again. Never internal notes.</summary>
internal sealed class WriteNotes(BraidDb db, PublicAddress address, TimeProvider clock)
{
    private const int MostMessages = 200;
    private const int MostText = 20_000;

    public async Task RunAsync(SyncScope scope, Id<Conversation> id, CancellationToken ct)
    {
        db.ChangeTracker.Clear();
        var workspace = scope.Workspace;
        var talk = await db.Set<Conversation>().AsNoTracking().FirstOrDefaultAsync(c => c.WorkspaceId == workspace && c.Id == id, ct);
        if (talk is not { Status: ConversationStatus.Resolved, RestrictedTo: null }) { return; }
        await SaveAsync(scope, id.Value, talk.CustomerId, talk.OriginId, () => WordsAsync(scope, talk, ct), ct);
    }

    /// <summary>A ticket beside the customer's record, and the same note again when it changed.</summary>
    public async Task TicketAsync(SyncScope scope, Id<Ticket> id, CancellationToken ct)
    {
        db.ChangeTracker.Clear();
        var workspace = scope.Workspace;
        if (await db.Set<Ticket>().AsNoTracking().FirstOrDefaultAsync(t => t.WorkspaceId == workspace && t.Id == id && t.RestrictedTo == null, ct) is not { } ticket) { return; }
        await SaveAsync(scope, id.Value, ticket.CustomerId, ticket.OriginId, async () =>
        {
            var owner = ticket.OwnerId is { } agent ? await db.Set<Agent>().Where(a => a.WorkspaceId == workspace && a.Id == agent).Select(a => a.Name).FirstOrDefaultAsync(ct) : null;
            var text = string.Create(CultureInfo.InvariantCulture, $"{EnumNames.Of(ticket.Type)}, {EnumNames.Of(ticket.Priority)} priority, {EnumNames.Of(ticket.Status)}{(owner is null ? "" : $", with {owner}")}. Opened {ticket.OpenedAt:yyyy-MM-dd HH:mm} UTC{(ticket.SolvedAt is { } solved ? $", solved {solved:yyyy-MM-dd HH:mm} UTC" : "")}.");
            var title = string.Create(CultureInfo.InvariantCulture, $"Ticket #{ticket.Number}: {ticket.Subject}");
            return new RemoteNote(title.Length > 200 ? title[..200] : title, text, ticket.UpdatedAt, address.Of(null, $"/app/tickets/{ticket.Id}"), ticket.Id.ToString());
        }, ct);
    }

    private async Task SaveAsync(SyncScope scope, Guid about, Id<Customer> customer, Id<Customer> origin, Func<Task<RemoteNote>> words, CancellationToken ct)
    {
        var workspace = scope.Workspace;
        var links = await db.Set<RecordLink>().AsNoTracking().Where(l => l.WorkspaceId == workspace && l.IntegrationId == scope.Id && l.CustomerId == customer && l.State == RecordState.Linked).OrderBy(l => l.Id).ToListAsync(ct);
        if ((links.Find(l => l.OriginId == origin) ?? links.FirstOrDefault()) is not { } link) { return; }
        var note = await words();
        var known = await db.Set<RecordNote>().FirstOrDefaultAsync(n => n.WorkspaceId == workspace && n.IntegrationId == scope.Id && n.AboutId == about, ct);
        var noteId = await scope.Connector.SaveNoteAsync(scope.Session, link.RemoteId, known?.RemoteId == link.RemoteId ? known.NoteId : null, note, ct);
        await db.InTransactionAsync(async inner =>
        {
            if (known is not null && known.RemoteId != link.RemoteId) { db.Remove(known); await db.SaveChangesAsync(inner); known = null; }
            if (known is null) { db.Add(known = new RecordNote { WorkspaceId = workspace, IntegrationId = scope.Id, AboutId = about, CustomerId = customer, OriginId = origin, RemoteId = link.RemoteId, NoteId = noteId }); }
            (known.NoteId, known.At) = (noteId, clock.GetUtcNow());
            await db.SaveChangesAsync(inner);
        }, ct);
    }

    private async Task<RemoteNote> WordsAsync(SyncScope scope, Conversation talk, CancellationToken ct)
    {
        var workspace = talk.WorkspaceId;
        var said = await db.Set<Message>().AsNoTracking().Where(m => m.WorkspaceId == workspace && m.ConversationId == talk.Id && m.Kind != MessageKind.Note && m.DeletedAt == null).OrderBy(m => m.SentAt).ThenBy(m => m.Seq).Take(MostMessages)
            .Select(m => new { m.SentAt, m.AuthorKind, m.AuthorName, m.Text, m.InboxId }).ToListAsync(ct);
        var inboxes = said.Select(m => m.InboxId).OfType<Id<Inbox>>().Distinct().ToList();
        var channels = await db.Set<Inbox>().Where(i => i.WorkspaceId == workspace && inboxes.Contains(i.Id)).Select(i => i.Name).Distinct().OrderBy(n => n).ToListAsync(ct);
        var agent = talk.AssigneeId is { } assignee ? await db.Set<Agent>().Where(a => a.WorkspaceId == workspace && a.Id == assignee).Select(a => a.Name).FirstOrDefaultAsync(ct) : null;
        var title = $"Conversation by {(channels.Count == 0 ? "Braid" : string.Join(", ", channels))}" + (talk.Subject is { } subject ? $": {subject}" : "");
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"Opened {talk.OpenedAt:yyyy-MM-dd HH:mm} UTC, resolved {talk.ResolvedAt:yyyy-MM-dd HH:mm} UTC. {said.Count} message(s){(agent is null ? "" : $", answered by {agent}")}.");
        if (scope.Row.Notes == NoteKind.Transcript)
        {
            text.Append('\n');
            foreach (var message in said)
            {
                if (text.Length > MostText) { text.Append("\n…"); break; }
                text.Append(CultureInfo.InvariantCulture, $"\n{message.SentAt:yyyy-MM-dd HH:mm} {(message.AuthorKind == AuthorKind.Customer ? "Customer" : message.AuthorName ?? "We")}: {message.Text ?? "(file)"}");
            }
        }

        return new(title.Length > 200 ? title[..200] : title, text.ToString(), talk.ResolvedAt ?? clock.GetUtcNow(), address.Of(null, $"/app/conversations/{talk.Id}"), talk.Id.ToString());
    }
}
