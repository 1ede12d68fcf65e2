using System.ComponentModel.DataAnnotations;
using Braid.Accounts;
using Braid.Platform.Data;
using Braid.Platform.Http;
using Microsoft.EntityFrameworkCore;

namespace Braid.Customers;

/// <summary>What agents write on a profile for each other.</summary>
internal sealed class CustomerNotes(BraidDb db, CustomerAccess access, TimeProvider clock)
{
    private const int Longest = 10_000;

    public sealed record Request([property: Required] string? Text);

    public async Task<NotesView> ListAsync(Id<Customer> id, Actor by, CancellationToken ct)
    {
        id = (await access.RequireAsync(id, by, Permission.ReadConversations, ct)).Id;
        var workspace = by.Workspace;
        return new(await (
            from n in db.Set<CustomerNote>()
            where n.WorkspaceId == workspace && n.CustomerId == id
            join a in db.Set<Agent>() on n.AgentId equals a.Id
            orderby n.CreatedAt descending, n.Id descending
            select new NoteView(n.Id, n.Text, new(a.Id, a.Name), n.CreatedAt)).ToListAsync(ct));
    }

    public async Task<NoteView> AddAsync(Id<Customer> id, Request request, Actor by, CancellationToken ct)
    {
        id = (await access.RequireAsync(id, by, Permission.EditCustomers, ct)).Id;
        if (by.AgentId is not { } agent)
        {
            throw RefusalException.Forbidden("Only an agent can write a note.");
        }

        var text = CustomerFields.Text(request.Text, "text", Longest)
            ?? throw RefusalException.Invalid("Write something first.", new Dictionary<string, string> { ["text"] = "This field is needed." });
        var note = new CustomerNote { WorkspaceId = by.Workspace, CustomerId = id, AgentId = agent, Text = text, CreatedAt = clock.GetUtcNow() };
        db.Add(note);
        db.Events.Add(new CustomerChanged(by.Workspace, id, "changed"));
        await db.SaveChangesAsync(ct);
        return new(note.Id, note.Text, new(agent, by.Name ?? ""), note.CreatedAt);
    }

    public async Task RemoveAsync(Id<Customer> id, Id<CustomerNote> noteId, Actor by, CancellationToken ct)
    {
        id = (await access.RequireAsync(id, by, Permission.EditCustomers, ct)).Id;
        var note = await db.Set<CustomerNote>().FirstOrDefaultAsync(n => n.WorkspaceId == by.Workspace && n.CustomerId == id && n.Id == noteId, ct)
            ?? throw RefusalException.NotFound("note");
        if (note.AgentId != by.AgentId && !by.May(Permission.ManageAgents))
        {
            throw RefusalException.Forbidden("Only its author or an admin can remove a note.");
        }

        db.Remove(note);
        db.Events.Add(new CustomerChanged(by.Workspace, id, "changed"));
        await db.SaveChangesAsync(ct);
    }
}
