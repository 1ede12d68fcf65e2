using Braid.Accounts;
using Braid.Platform.Data;
using Braid.Platform.Http;
using Microsoft.EntityFrameworkCore;

namespace Braid.Customers;

/// <summary>
/// Links two profiles as one person, and takes links back. No row of a message is touched: rows only change hands (<see cref="PlacePersons"/>).
/// Nobody else looks people up meanwhile, so two who merge at once meet here one after the other, whatever circle their links make.
/// </summary>
internal sealed class MergeCustomers(BraidDb db, PlacePersons place, TimeProvider clock)
{
    private const int LongestReason = 500;

    /// <returns>The link. Refuses two profiles that are one person already.</returns>
    public async Task<Id<CustomerLink>> RunAsync(Id<Customer> left, Id<Customer> right, string? reason, Actor by, CancellationToken ct)
    {
        by.Require(Permission.MergeCustomers);
        var link = new CustomerLink
        {
            WorkspaceId = by.Workspace, LeftId = left, RightId = right, MadeBy = by.AgentId, MadeAt = clock.GetUtcNow(),
            Reason = CustomerFields.Text(reason, "reason", LongestReason) ?? $"merged by {by.Name ?? "a rule"}",
        };
        await db.InTransactionAsync(async inner =>
        {
            await db.HoldPeopleAsync(by.Workspace, inner);
            var members = await MembersAsync([left, right], by, inner);
            var (one, other) = (members.Find(m => m.Id == left), members.Find(m => m.Id == right));
            if (one is null || other is null) { throw RefusalException.NotFound("customer"); }
            if (one.PersonId == other.PersonId) { throw new RefusalException("conflict", "These two profiles are one person already."); }
            db.Add(link);
            db.Audited(by, "customer.merged", link.Id.Value, link.MadeAt);
            await db.SaveChangesAsync(inner);
            await place.RunAsync(by.Workspace, members, inner);
            Tell(members, by, "merged");
        }, ct);
        return link.Id;
    }

    /// <summary>Everything goes back with the profile it came in on, also what came since.</summary>
    public Task UndoAsync(Id<CustomerLink> id, Actor by, CancellationToken ct)
    {
        by.Require(Permission.MergeCustomers);
        return db.InTransactionAsync(async inner =>
        {
            await db.HoldPeopleAsync(by.Workspace, inner);
            var link = await db.Set<CustomerLink>().FirstOrDefaultAsync(l => l.WorkspaceId == by.Workspace && l.Id == id, inner) ?? throw RefusalException.NotFound("merge");
            if (link.UndoneAt is not null) { throw new RefusalException("conflict", "This merge was undone already."); }
            var members = await MembersAsync([link.LeftId, link.RightId], by, inner);
            (link.UndoneBy, link.UndoneAt) = (by.AgentId, clock.GetUtcNow());
            db.Audited(by, "customer.merge.undone", link.Id.Value, link.UndoneAt.Value);
            await db.SaveChangesAsync(inner);
            await place.RunAsync(by.Workspace, members, inner);
            Tell(members, by, "unmerged");
        }, ct);
    }

    /// <summary>Every profile of the persons these belong to, locked in id order (DESIGN §9.5).</summary>
    private async Task<List<Customer>> MembersAsync(List<Id<Customer>> ids, Actor by, CancellationToken ct)
    {
        var customers = db.Set<Customer>().Where(c => c.WorkspaceId == by.Workspace);
        var members = await customers.Where(c => customers.Any(asked => ids.Contains(asked.Id) && asked.PersonId == c.PersonId)).OrderBy(c => c.Id).Select(c => c.Id).ToListAsync(ct);
        foreach (var member in members) { await db.LockAsync("customers", member.Value, ct); }
        return await customers.Where(c => members.Contains(c.Id)).OrderBy(c => c.Id).ToListAsync(ct);
    }

    private void Tell(List<Customer> members, Actor by, string what)
    {
        foreach (var member in members) { db.Events.Add(new CustomerChanged(by.Workspace, member.Id, what)); }
    }
}
