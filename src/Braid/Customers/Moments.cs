using Braid.Accounts;
using Braid.Platform.Data;
using Microsoft.EntityFrameworkCore;

namespace Braid.Customers;

/// <summary>Something that happened to a customer besides messages, told by the module that knows of it.</summary>
internal interface ITellMoments
{
    /// <param name="profiles">All profiles of the person.</param>
    /// <param name="most">The newest so many.</param>
    Task<IReadOnlyList<MomentView>> OfAsync(Id<Workspace> workspace, IReadOnlyList<Id<Customer>> profiles, int most, CancellationToken ct);
}

/// <param name="Kind">merged, unmerged, noted, consented, withdrew, imported, linked, unlinked, written, transferred, ticketOpened, ticketSolved, ticketWritten, visited, rated.</param>
/// <param name="By">The agent's name; null: a rule, an import, another system.</param>
/// <param name="About">A note's text, a purpose, a reason, another system's name.</param>
internal sealed record MomentView(string Kind, DateTimeOffset At, string? By, string? About, Guid? ConversationId = null);

internal sealed record MomentsView(IReadOnlyList<MomentView> Items);

/// <summary>The newest of everything that happened besides messages, for the timeline.</summary>
internal sealed class ReadMoments(BraidDb db, CustomerAccess access, IEnumerable<ITellMoments> tellers)
{
    private const int Most = 200;

    public async Task<MomentsView> RunAsync(Id<Customer> id, Actor by, CancellationToken ct)
    {
        var person = await access.RequireAsync(id, by, Permission.ReadConversations, ct);
        var profiles = await db.Set<Customer>().Where(c => c.WorkspaceId == by.Workspace && c.PersonId == person.Id).Select(c => c.Id).ToListAsync(ct);
        var all = new List<MomentView>();
        foreach (var teller in tellers) { all.AddRange(await teller.OfAsync(by.Workspace, profiles, Most, ct)); }
        return new([.. all.OrderByDescending(m => m.At).Take(Most)]);
    }
}

/// <summary>Merges and their undoing, notes, consent.</summary>
internal sealed class ProfileMoments(BraidDb db) : ITellMoments
{
    public async Task<IReadOnlyList<MomentView>> OfAsync(Id<Workspace> workspace, IReadOnlyList<Id<Customer>> profiles, int most, CancellationToken ct)
    {
        var agents = db.Set<Agent>().Where(a => a.WorkspaceId == workspace);
        var links = await db.Set<CustomerLink>().AsNoTracking().Where(l => l.WorkspaceId == workspace && (profiles.Contains(l.LeftId) || profiles.Contains(l.RightId))).OrderByDescending(l => l.MadeAt).Take(most)
            .Select(l => new { l.MadeAt, l.UndoneAt, l.Reason, By = agents.Where(a => a.Id == l.MadeBy).Select(a => a.Name).FirstOrDefault(), UndoneBy = agents.Where(a => a.Id == l.UndoneBy).Select(a => a.Name).FirstOrDefault() }).ToListAsync(ct);
        var notes = await db.Set<CustomerNote>().AsNoTracking().Where(n => n.WorkspaceId == workspace && profiles.Contains(n.CustomerId)).OrderByDescending(n => n.CreatedAt).Take(most)
            .Select(n => new MomentView("noted", n.CreatedAt, agents.Where(a => a.Id == n.AgentId).Select(a => a.Name).FirstOrDefault(), n.Text, null)).ToListAsync(ct);
        var consents = await db.Set<Consent>().AsNoTracking().Where(c => c.WorkspaceId == workspace && profiles.Contains(c.CustomerId)).OrderByDescending(c => c.At).Take(most)
            .Select(c => new MomentView(c.Given ? "consented" : "withdrew", c.At, null, c.Purpose, null)).ToListAsync(ct);
        return [.. links.Select(l => new MomentView("merged", l.MadeAt, l.By, l.Reason)), .. links.Where(l => l.UndoneAt is not null).Select(l => new MomentView("unmerged", l.UndoneAt!.Value, l.UndoneBy, null)), .. notes, .. consents];
    }
}
