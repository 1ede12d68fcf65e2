using System.Globalization;
using System.Text.Json;
using Braid.Accounts;
using Braid.Conversations;
using Braid.Customers;
using Braid.Platform.Data;
using Braid.Platform.Http;
using Braid.Tickets;
using Microsoft.EntityFrameworkCore;

namespace Braid.SavedReplies;

internal sealed record SavedReplyView(Id<SavedReply> Id, string Name, string? Folder, string Text, DateTimeOffset UpdatedAt);

internal sealed record SavedRepliesView(IReadOnlyList<SavedReplyView> Items);

/// <param name="Missing">Places for which nothing is known; they stand in the text as they were written.</param>
internal sealed record FilledReplyView(string Text, IReadOnlyList<string> Missing);

/// <summary>Saved replies of the workspace: read by everybody who answers, written by supervisors.</summary>
internal sealed class KeepSavedReplies(BraidDb db, ConversationAccess conversations, TimeProvider clock)
{
    private const int Most = 500;
    private const int LongestText = 4000;

    /// <param name="Folder">Empty takes it out of its folder.</param>
    public sealed record Request(string? Name, string? Folder, string? Text);

    public async Task<SavedRepliesView> ListAsync(Actor by, CancellationToken ct)
    {
        by.Require(Permission.ReadConversations);
        return new(await db.Set<SavedReply>().AsNoTracking().Where(r => r.WorkspaceId == by.Workspace).OrderBy(r => r.Name).ThenBy(r => r.Id).Take(Most).Select(r => new SavedReplyView(r.Id, r.Name, r.Folder, r.Text, r.UpdatedAt)).ToListAsync(ct));
    }

    public async Task<SavedReplyView> SaveAsync(Id<SavedReply>? id, Request request, Actor by, CancellationToken ct)
    {
        by.Require(Permission.Supervise);
        var reply = id is null ? null : await db.Set<SavedReply>().FirstOrDefaultAsync(r => r.WorkspaceId == by.Workspace && r.Id == id, ct) ?? throw RefusalException.NotFound("saved reply");
        var name = Words(request.Name, reply?.Name, "name", 80);
        var text = Words(request.Text, reply?.Text, "text", LongestText);
        if (reply is null)
        {
            if (await db.Set<SavedReply>().CountAsync(r => r.WorkspaceId == by.Workspace, ct) >= Most) { throw RefusalException.Invalid($"A workspace has at most {Most} saved replies. Remove one first."); }
            db.Add(reply = new SavedReply { WorkspaceId = by.Workspace, Name = name, Text = text });
        }

        (reply.Name, reply.Text, reply.UpdatedAt) = (name, text, clock.GetUtcNow());
        if (request.Folder is not null) { reply.Folder = request.Folder.Trim() is { Length: > 0 } folder ? Words(folder, null, "folder", 40) : null; }
        db.Audited(by, "saved_reply.saved", reply.Id.Value, clock.GetUtcNow());
        await db.SaveChangesAsync(ct);
        return new(reply.Id, reply.Name, reply.Folder, reply.Text, reply.UpdatedAt);
    }

    public async Task RemoveAsync(Id<SavedReply> id, Actor by, CancellationToken ct)
    {
        by.Require(Permission.Supervise);
        if (await db.Set<SavedReply>().FirstOrDefaultAsync(r => r.WorkspaceId == by.Workspace && r.Id == id, ct) is not { } reply) { throw RefusalException.NotFound("saved reply"); }
        db.Remove(reply);
        db.Audited(by, "saved_reply.removed", id.Value, clock.GetUtcNow());
        await db.SaveChangesAsync(ct);
    }

    /// <summary>With what is known of the customer of this conversation: their profile's fields, whatever filled them.</summary>
    public async Task<FilledReplyView> FillAsync(Id<SavedReply> id, Id<Conversation> conversation, Actor by, CancellationToken ct)
    {
        var talk = await conversations.RequireAsync(conversation, by, Permission.Reply, ct);
        var text = await db.Set<SavedReply>().Where(r => r.WorkspaceId == by.Workspace && r.Id == id).Select(r => r.Text).FirstOrDefaultAsync(ct) ?? throw RefusalException.NotFound("saved reply");
        var customer = await db.Set<Customer>().AsNoTracking().FirstAsync(c => c.WorkspaceId == by.Workspace && c.Id == talk.CustomerId, ct);
        var own = customer.Attributes is null ? [] : JsonSerializer.Deserialize<Dictionary<string, string>>(customer.Attributes)!;
        var ticket = await db.Set<Ticket>().VisibleTo(by, db).Where(t => t.CustomerId == customer.Id && t.Status != TicketStatus.Solved).OrderByDescending(t => t.ConversationId == conversation).ThenByDescending(t => t.Number).Select(t => (long?)t.Number).FirstOrDefaultAsync(ct);
        var (filled, missing) = Places.Fill(text, place => place switch
        {
            "name" => customer.Name,
            "firstName" => customer.Name?.Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault(),
            "company" => customer.Company,
            "tier" => customer.Tier,
            "agent" => by.Name,
            "ticket" => ticket?.ToString("'#'0", CultureInfo.InvariantCulture),
            _ => own.GetValueOrDefault(place[Places.Custom.Length..]),
        });
        return new(filled, missing);
    }

    private static string Words(string? asked, string? before, string field, int most)
    {
        var text = asked is null ? before : asked.Trim();
        return text is { Length: > 0 } && text.Length <= most && !text.Contains('\0', StringComparison.Ordinal) ? text : throw RefusalException.Invalid($"This {field} is empty or too long.", new Dictionary<string, string> { [field] = $"1 to {most} characters." });
    }
}
