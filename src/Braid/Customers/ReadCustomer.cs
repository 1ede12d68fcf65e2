using System.Text.Json;
using Braid.Accounts;
using Braid.Inboxes;
using Braid.Platform.Data;
using Microsoft.EntityFrameworkCore;

namespace Braid.Customers;

/// <summary>A profile with its handles (those of restricted inboxes for members only) and keys.</summary>
internal sealed class ReadCustomer(BraidDb db, CustomerAccess access, ICustomerConversations conversations)
{
    public async Task<CustomerView> RunAsync(Id<Customer> id, Actor by, CancellationToken ct)
    {
        var c = await access.RequireAsync(id, by, Permission.ReadConversations, ct);
        id = c.Id;
        var (workspace, inboxes) = (by.Workspace, db.Set<Inbox>().VisibleTo(by, db));
        var identities = await (
            from i in db.Set<Identity>()
            where i.WorkspaceId == workspace && i.CustomerId == id
            join inbox in inboxes on i.InboxId equals inbox.Id
            orderby i.LastSeenAt ?? i.CreatedAt descending, i.Id
            select new IdentityView(i.Id, i.InboxId, inbox.Name, inbox.Channel, i.Address, i.Name, i.Verified, i.Unreachable != null, i.LastSeenAt)).ToListAsync(ct);
        var keys = await (
            from k in db.Set<CustomerKey>()
            where k.WorkspaceId == workspace && k.CustomerId == id
            from agent in db.Set<Agent>().Where(a => a.WorkspaceId == workspace && a.Id == k.AddedBy).DefaultIfEmpty()
            orderby k.CreatedAt, k.Id
            select new CustomerKeyView(k.Id, k.Kind, k.Value, k.Proven, k.Shared, k.Proof, agent!.Name, k.CreatedAt)).ToListAsync(ct);
        var counts = (await conversations.CountAsync([id], by, ct)).GetValueOrDefault(id, ConversationCounts.None);
        // A provider may know one handle by several ids (WhatsApp: phone and user id): one line for people.
        var handles = identities.DistinctBy(i => (i.InboxId, i.Address ?? i.Id.ToString())).ToList();
        var refs = await db.Set<ExternalRef>().AsNoTracking().Where(r => r.WorkspaceId == workspace && r.CustomerId == id).OrderBy(r => r.System).ThenBy(r => r.ExternalId)
            .Select(r => new ExternalRefView(r.System, r.ExternalId, r.Url)).ToListAsync(ct);
        return new(
            c.Id, c.Name, c.Company, c.Tier, c.Language, c.TimeZone, c.Blocked, c.LegalHold, CustomerTags.Split(c.Tags),
            c.Attributes is null ? new Dictionary<string, string>() : JsonSerializer.Deserialize<Dictionary<string, string>>(c.Attributes)!, c.CreatedAt, c.LastSeenAt, handles, keys, refs, counts.Open, counts.All, c.PhotoId);
    }
}
