using Braid.Accounts;
using Braid.Customers;
using Braid.Platform.Data;
using Braid.Platform.Files;
using Microsoft.EntityFrameworkCore;

namespace Braid.Conversations;

/// <summary>What profiles need to know of conversations: how many they have, and which files messages carry. One query each.</summary>
internal sealed class CountConversations(BraidDb db) : ICustomerConversations
{
    public async Task<IReadOnlyDictionary<Id<Customer>, ConversationCounts>> CountAsync(IReadOnlyCollection<Id<Customer>> customers, Actor by, CancellationToken ct)
    {
        var counted = await db.Set<Conversation>().VisibleTo(by, db).Where(c => customers.Contains(c.CustomerId)).GroupBy(c => c.CustomerId)
            .Select(g => new { g.Key, Open = g.Count(c => c.Status != ConversationStatus.Resolved), All = g.Count() }).ToListAsync(ct);
        return counted.ToDictionary(c => c.Key, c => new ConversationCounts(c.Open, c.All));
    }

    public Task<List<Id<StoredFile>>> AttachedAsync(Id<Workspace> workspace, IReadOnlyCollection<Id<StoredFile>> files, CancellationToken ct) =>
        db.Set<Attachment>().Where(a => a.WorkspaceId == workspace && a.FileId != null && files.Contains(a.FileId.Value)).Select(a => a.FileId!.Value).Distinct().ToListAsync(ct);
}
